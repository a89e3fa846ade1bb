import { readFileSync } from 'node:fs';
import type { Callers } from './access/callers/callers.ts';
import type { OnAsked } from './cache/facts.ts';
import { remember } from './cache/remember.ts';
import type { Config, RegistryConfig } from './config.ts';
import type { RegistryName } from './domain/reference.ts';
import type { Registry } from './domain/registry.ts';
import type { RegistryTableEntry } from './images/registry-table.ts';
import { hashOf } from './lib/hash.ts';
import type { Log } from './lib/log.ts';
import type { OpenCache } from './open-cache.ts';
import { openForCallers } from './open-for-callers.ts';
import { vendors } from './registries/index.ts';
import type { RegistrySetup, Way } from './registries/setup.ts';
import { createConfiguredCredentials, type ConfiguredCredential } from './transport/credentials/configured.ts';
import { createCredentialFiles } from './transport/credentials/credential-files.ts';
import { noCredential, type CredentialSource } from './transport/credentials/credential.ts';
import type { Store } from './store/store.ts';
import type { Exchange, RegistryTransportOptions } from './transport/options.ts';
import { createSharedWay, type SharedWay } from './transport/registry-transport.ts';

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
  /** Each registry with whether it is left alone for a while, for having failed too often. */
  readonly circuits: () => readonly { readonly name: RegistryName; readonly isOpen: boolean }[];
  readonly close: () => Promise<void>;
}

export interface OpenRegistriesOptions {
  /** Told of every exchange with a registry. */
  readonly onExchange?: (exchange: Exchange) => void;
  /** Traces every exchange. */
  readonly trace?: RegistryTransportOptions['trace'];
  /** Told of every request that is sent once more. */
  readonly onRetry?: (registry: RegistryName) => void;
  /** Told of facts that were asked for: how many were remembered, not fresh any more, not there. */
  readonly onAsked?: OnAsked;
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
  { onExchange, onRetry, onAsked, trace, wrap = (registry) => registry, imageStreamsOf }: OpenRegistriesOptions = {},
): OpenRegistries {
  const { cache, limits } = config;
  const ways: { readonly name: RegistryName; readonly way: SharedWay }[] = [];

  function openWay(registry: RegistryConfig, origin: URL, way: Way): SharedWay {
    const { name, caFile, insecure, allowPrivateNetwork, redirectHosts, concurrency, propagateTrace } = registry;
    const opened = createSharedWay({
      registry: name,
      origin,
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
      onRetry,
      trace,
      propagateTrace,
    });
    ways.push({ name, way: opened });
    return opened;
  }

  /** What opens a registry with a credential; by the same ways, however often. */
  function createOpening(registry: RegistryConfig): (credentialsAt: (origin: URL) => CredentialSource) => Registry {
    const opened = new Map<string, SharedWay>();
    function wayTo(origin: URL, way: Way): SharedWay {
      const key = JSON.stringify([origin.origin, way]);
      const found = opened.get(key) ?? openWay(registry, origin, way);
      opened.set(key, found);
      return found;
    }
    return (credentialsAt) =>
      vendors[registry.kind]({
        name: registry.name,
        url: new URL(registry.url),
        hubUrl: registry.hubUrl === undefined ? undefined : new URL(registry.hubUrl),
        limits,
        now: Date.now,
        imageStreams: imageStreamsOf?.(registry),
        connect: (origin, way = {}) =>
          wayTo(origin, way).as(way.anonymous === true ? noCredential : credentialsAt(origin)),
      });
  }

  const { tagTtl, maxStale } = cache;
  const owned = config.registries.map((registry) => ({ registry, owner: ownerOf(registry, config.streams) }));
  const entries = owned.map(({ registry, owner }): RegistryTableEntry => {
    const { aliases, credentials } = registry;
    const remembering = { owner, memory, disk, tagTtl, maxStale, now: Date.now, onAsked };
    const open = createOpening(registry);
    if (credentials !== undefined && 'fromCallers' in credentials) {
      // Nothing watches it, so there is nothing to be put around it.
      return { aliases, ...openForCallers(credentials, (source) => open(() => source), remembering) };
    }
    const own = open((origin) => credentialsOf(registry.name, credentials, origin, outside));
    return { aliases, registry: wrap(remember(own, remembering)) };
  });

  return {
    entries,
    owners: owned.map(({ owner }) => owner),
    circuits: () =>
      config.registries.map(({ name }) => ({
        name,
        isOpen: ways.some((opened) => opened.name === name && opened.way.isCircuitOpen()),
      })),
    close: async () => {
      await Promise.all(ways.map(({ way }) => way.close()));
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
  registry: RegistryName,
  configured: ConfiguredCredential | undefined,
  origin: URL,
  { env: environment, home }: Outside,
): CredentialSource {
  if (configured !== undefined) return createConfiguredCredentials(registry, configured);
  return createCredentialFiles({ registry, origin, environment, home });
}
