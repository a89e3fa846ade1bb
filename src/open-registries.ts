import { readFileSync } from 'node:fs';
import type { Callers } from './access/callers/callers.ts';
import { remember } from './cache/remember.ts';
import type { Config, RegistryConfig } from './config.ts';
import type { Registry } from './domain/registry.ts';
import type { RegistryTableEntry } from './images/registry-table.ts';
import { hashOf } from './lib/hash.ts';
import type { Log } from './lib/log.ts';
import type { OpenCache } from './open-cache.ts';
import { vendors } from './registries/index.ts';
import type { RegistrySetup, Way } from './registries/setup.ts';
import { createConfiguredCredentials } from './transport/credentials/configured.ts';
import { createCredentialFiles } from './transport/credentials/credential-files.ts';
import type { CredentialSource } from './transport/credentials/credential.ts';
import type { Store } from './store/store.ts';
import type { Exchange } from './transport/options.ts';
import { createRegistryTransport, type RegistryTransport } from './transport/registry-transport.ts';

/** What the program has from the machine it runs on. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home, where credentials may be; `undefined` where those are not to be used. */
  readonly home: string | undefined;
  readonly log: Log;
  /** As `tributary/1.2.3`. */
  readonly userAgent: string;
  /** Opens the store of a URL in place of the usual engines. */
  readonly openStore?: (options: { readonly url: string }) => Promise<Store>;
  /** Makes what finds out who calls in place of what the configuration says. */
  readonly openCallers?: (access: Config['access']) => Callers;
}

export interface OpenRegistries {
  readonly entries: readonly RegistryTableEntry[];
  /** The words that what is kept of each in memory begins with. */
  readonly owners: readonly string[];
  readonly close: () => Promise<void>;
}

export interface OpenRegistriesOptions {
  /** Told of every exchange with a registry. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Put around each registry, outside of what remembers. */
  readonly wrap?: (registry: Registry) => Registry;
  /** The image streams that a registry of that name, or with those aliases, serves as its repositories; `undefined` where there are none. */
  readonly imageStreamsOf?: (registry: RegistryConfig) => RegistrySetup['imageStreams'];
}

/** Makes the configured registries: each with its own way out and its own trust, all with the same memory and disk. Connects nothing. */
export function openRegistries(
  config: Pick<Config, 'registries' | 'streams' | 'cache' | 'limits'>,
  outside: Outside,
  { memory, disk }: OpenCache,
  { onExchange, wrap = (registry) => registry, imageStreamsOf }: OpenRegistriesOptions = {},
): OpenRegistries {
  const { cache, limits } = config;
  const ways: RegistryTransport[] = [];

  function connect(registry: RegistryConfig, origin: URL, way: Way): RegistryTransport {
    const { name, caFile, insecure, allowPrivateNetwork, redirectHosts, concurrency } = registry;
    const opened = createRegistryTransport({
      registry: name,
      origin,
      credentials: way.anonymous === true ? undefined : credentialsOf(registry, origin, outside),
      ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
      insecure,
      allowPrivateNetwork,
      tokenRealms: [...registry.tokenRealms, ...(way.tokenRealms ?? [])],
      redirectHosts,
      concurrency,
      queue: limits.queue,
      timeoutMs: limits.upstreamTimeout,
      reserve: way.reserve,
      proxy: outside.env,
      userAgent: outside.userAgent,
      log: outside.log,
      onExchange,
    });
    ways.push(opened);
    return opened;
  }

  const entries = config.registries.map((registry) => {
    const vendor = vendors[registry.kind]({
      name: registry.name,
      url: new URL(registry.url),
      hubUrl: registry.hubUrl === undefined ? undefined : new URL(registry.hubUrl),
      limits,
      now: Date.now,
      imageStreams: imageStreamsOf?.(registry),
      connect: (origin, way = {}) => connect(registry, origin, way),
    });
    const owner = ownerOf(registry, config.streams);
    const { tagTtl, maxStale } = cache;
    const remembering = { owner, memory, disk, tagTtl, maxStale, now: Date.now };
    return { registry: wrap(remember(vendor, remembering)), aliases: registry.aliases };
  });

  return {
    entries,
    owners: config.registries.map((registry) => ownerOf(registry, config.streams)),
    close: async () => {
      await Promise.all(ways.map((way) => way.close()));
    },
  };
}

/**
 * Names whose facts are kept: those of another address or account under the same name are others, and what a cluster's
 * registry lists depends on the clusters.
 */
function ownerOf({ name, kind, url, hubUrl, credentials }: RegistryConfig, streams: Config['streams']): string {
  const said = JSON.stringify([kind, url, hubUrl, credentials, kind === 'openshift' ? streams : []]);
  return `${name}#${hashOf(Buffer.from(said), 'sha256')}`;
}

/** The configured credential, or what the user's own files have for the registry. */
function credentialsOf(
  { name: registry, credentials }: RegistryConfig,
  origin: URL,
  { env: environment, home }: Outside,
): CredentialSource {
  if (credentials !== undefined) return createConfiguredCredentials(registry, credentials);
  return createCredentialFiles({ registry, origin, environment, home });
}
