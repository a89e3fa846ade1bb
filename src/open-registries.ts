import { readFileSync } from 'node:fs';
import type { Callers } from './access/callers/callers.ts';
import { createDisk, type Disk } from './cache/disk.ts';
import type { OnAsked } from './cache/facts.ts';
import { createMemory, type Memory } from './cache/memory.ts';
import { remember } from './cache/remember.ts';
import type { Config, RegistryConfig } from './config.ts';
import type { Registry } from './domain/registry.ts';
import type { RegistryTableEntry } from './images/registry-table.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { vendors } from './registries/index.ts';
import type { RegistrySetup, Way } from './registries/setup.ts';
import { createConfiguredCredentials } from './transport/credentials/configured.ts';
import { createCredentialFiles } from './transport/credentials/credential-files.ts';
import type { CredentialSource } from './transport/credentials/credential.ts';
import type { Store } from './store/store.ts';
import type { RegistryName } from './domain/reference.ts';
import type { Exchange, RegistryTransportOptions } from './transport/options.ts';
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
  readonly memory: Memory;
  /** `undefined` where nothing is kept on disk. */
  readonly disk: Disk | undefined;
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

/** Makes the configured registries: each with its own way out and its own trust, all with one memory and one disk. Connects nothing. */
export function openRegistries(
  config: Pick<Config, 'registries' | 'cache' | 'limits'>,
  outside: Outside,
  { onExchange, onRetry, onAsked, trace, wrap = (registry) => registry, imageStreamsOf }: OpenRegistriesOptions = {},
): OpenRegistries {
  const { cache, limits } = config;
  const memory = createMemory(cache.memory);
  const disk =
    cache.folder === undefined
      ? undefined
      : createDisk({ folder: cache.folder, maxBytes: cache.disk, clock: systemClock, log: outside.log });
  const ways: { readonly name: RegistryName; readonly transport: RegistryTransport }[] = [];

  function connect(registry: RegistryConfig, origin: URL, way: Way): RegistryTransport {
    const { name, caFile, insecure, allowPrivateNetwork, redirectHosts, concurrency, propagateTrace } = registry;
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
      onRetry,
      trace,
      propagateTrace,
    });
    ways.push({ name, transport: opened });
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
    const remembering = { memory, disk, tagTtl: cache.tagTtl, maxStale: cache.maxStale, now: Date.now, onAsked };
    return { registry: wrap(remember(vendor, remembering)), aliases: registry.aliases };
  });

  return {
    entries,
    memory,
    disk,
    circuits: () =>
      config.registries.map(({ name }) => ({
        name,
        isOpen: ways.some((way) => way.name === name && way.transport.isCircuitOpen()),
      })),
    close: async () => {
      await Promise.all(ways.map(({ transport }) => transport.close()));
      disk?.close();
    },
  };
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
