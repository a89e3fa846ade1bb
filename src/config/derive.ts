import { fileURLToPath } from 'node:url';
import { parseRegistryName } from '../domain/reference.ts';
import type { AccessConfig, CallersConfig, DelegationConfig } from './access.ts';
import type { Limits } from './limits.ts';
import type { CacheConfig, Config, RegistryConfig, RegistryCredentials } from './model.ts';
import type { RegistryKind, WebhookFormat } from './registries.ts';
import type { ConfigFile } from './schema.ts';

/** What a registry of a kind sends, unless the file says otherwise. */
const webhookFormats: Readonly<Record<RegistryKind, WebhookFormat>> = {
  'docker-hub': 'docker-hub',
  oci: 'distribution',
  'red-hat': 'generic',
  openshift: 'generic',
};

type RegistryEntry = ConfigFile['registries'][number];
type DelegationEntry = Extract<ConfigFile['access'], { readonly mode: 'policy' }>['clusters'][number];

const dockerHub = {
  names: ['docker.io', 'index.docker.io', 'registry-1.docker.io', 'registry.hub.docker.com'],
  url: 'https://registry-1.docker.io',
  hubUrl: 'https://hub.docker.com',
};

/** Fills in what follows from what was said: addresses, Docker Hub's other names, absolute paths. */
export function deriveConfig(file: ConfigFile, absolute: (path: string) => string): Config {
  const registries = file.registries.map((entry) => deriveRegistry(entry, file.registries, absolute));
  const streams = file.streams.map((stream) =>
    stream.kind === 'local'
      ? stream
      : {
          ...stream,
          tokenFile: perhaps(stream.tokenFile, absolute),
          caFile: perhaps(stream.caFile, absolute),
          kubeconfig: perhaps(stream.kubeconfig, absolute),
        },
  );
  const store = { ...file.store, url: storeUrl(file.store.url, absolute) };
  return {
    ...file,
    server: {
      ...file.server,
      trustedDocuments: perhaps(file.server.trustedDocuments, absolute),
      metrics: { tokenFile: perhaps(file.server.metrics.tokenFile, absolute) },
    },
    access: deriveAccess(file.access, absolute),
    audit: file.audit && { file: file.audit.file === '-' ? '-' : absolute(file.audit.file) },
    store,
    cache: deriveCache(file, absolute),
    limits: deriveLimits(file),
    registries,
    streams,
    telemetry: file.telemetry,
  };
}

function deriveAccess(access: ConfigFile['access'], absolute: (path: string) => string): AccessConfig {
  if (access.mode === 'open') return access;
  const callers = access.callers.map((entry) => {
    if (entry.kind === 'token') return { ...entry, tokensFile: absolute(entry.tokensFile) };
    return entry.kind === 'oidc' ? { ...entry, caFile: perhaps(entry.caFile, absolute) } : entry;
  });
  const clusters = access.clusters.map((entry) => deriveDelegation(entry, callers));
  return { ...access, callers, clusters };
}

/** A cluster knows its own callers, unless the file says whom it knows. */
function deriveDelegation(
  { source, callers: named, registries }: DelegationEntry,
  all: readonly CallersConfig[],
): DelegationConfig {
  const known = all.filter((entry) => entry.kind !== 'token');
  const isMeant = (entry: (typeof known)[number]): boolean =>
    named === undefined ? entry.kind === 'kubernetes' && entry.source === source : named.includes(entry.name);
  return { source, callers: known.filter(isMeant), registries: registries.map(parseRegistryName) };
}

/** Where everybody is the same caller, a budget is for who asks for one: it would be for all together. */
function deriveLimits({ access, limits }: ConfigFile): Limits {
  const said = limits.budget ?? (access.mode === 'open' ? undefined : {});
  if (said === undefined) return { ...limits, budget: undefined };
  const { points = 10 * limits.cost, perSecond = Math.ceil(points / 100) } = said;
  return { ...limits, budget: { points, perSecond } };
}

/** What is kept on disk is beside what the store keeps, unless it is to be elsewhere. */
function deriveCache({ cache, store }: ConfigFile, absolute: (path: string) => string): CacheConfig {
  const folder = cache.folder ?? storeFolder(store.url);
  return { ...cache, folder: cache.disk === 0 ? undefined : perhaps(folder, absolute) };
}

function deriveRegistry(
  entry: RegistryEntry,
  all: readonly RegistryEntry[],
  absolute: (path: string) => string,
): RegistryConfig {
  const { credentials, watch, webhook } = entry;
  return {
    ...entry,
    name: parseRegistryName(entry.name),
    url: entry.url ?? (entry.kind === 'docker-hub' ? dockerHub.url : `https://${entry.name}`),
    hubUrl: entry.kind === 'docker-hub' ? (entry.hubUrl ?? entry.url ?? dockerHub.hubUrl) : undefined,
    aliases: [...entry.aliases, ...hubAliases(entry, all)].map(parseRegistryName),
    credentials: credentials && deriveCredentials(credentials, absolute),
    caFile: perhaps(entry.caFile, absolute),
    watch,
    webhook: webhook && {
      format: webhook.format ?? webhookFormats[entry.kind],
      secretFile: absolute(webhook.secretFile),
    },
  };
}

/** In one of their forms: that it is one of them is a rule of the file. */
function deriveCredentials(
  { username, passwordFile = '', tokenFile, fromCallers }: NonNullable<RegistryEntry['credentials']>,
  absolute: (path: string) => string,
): RegistryCredentials {
  if (fromCallers !== undefined) return { fromCallers, username };
  return tokenFile === undefined
    ? { username: username ?? '', passwordFile: absolute(passwordFile) }
    : { tokenFile: absolute(tokenFile) };
}

/** Docker Hub's other names go to the one registry that stands for it, as far as nobody else took them. */
function hubAliases(entry: RegistryEntry, all: readonly RegistryEntry[]): readonly string[] {
  const hubs = all.filter(({ kind }) => kind === 'docker-hub');
  if (entry !== (hubs.find(({ name }) => name === 'docker.io') ?? hubs[0])) return [];
  const taken = new Set(all.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase()));
  return dockerHub.names.filter((name) => !taken.has(name));
}

/** `file:` is followed by a path, or by `//` as in any URL of a file, where it is absolute already. */
function storeUrl(url: string, absolute: (path: string) => string): string {
  const path = /^file:(?!\/\/)(.+)$/s.exec(url)?.[1];
  return path === undefined ? url : `file:${absolute(path)}`;
}

/** The folder of a store that keeps its state in one. */
function storeFolder(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  return url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
}

function perhaps(path: string | undefined, absolute: (path: string) => string): string | undefined {
  return path === undefined ? undefined : absolute(path);
}
