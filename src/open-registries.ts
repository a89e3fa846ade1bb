import { readFileSync } from 'node:fs';
import type { Callers } from './access/callers/callers.ts';
import { createDisk, type Disk } from './cache/disk.ts';
import { createMemory, type Memory } from './cache/memory.ts';
import { remember } from './cache/remember.ts';
import type { Config, RegistryConfig } from './config.ts';
import type { RegistryName } from './domain/reference.ts';
import type { Registry } from './domain/registry.ts';
import type { RegistryTableEntry } from './images/registry-table.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import { openForCallers } from './open-for-callers.ts';
import { vendors } from './registries/index.ts';
import type { RegistrySetup, Way } from './registries/setup.ts';
import { createConfiguredCredentials, type ConfiguredCredential } from './transport/credentials/configured.ts';
import { createCredentialFiles } from './transport/credentials/credential-files.ts';
import { noCredential, type CredentialSource } from './transport/credentials/credential.ts';
import type { Store } from './store/store.ts';
import type { Exchange } from './transport/options.ts';
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
  readonly memory: Memory;
  /** `undefined` where nothing is kept on disk. */
  readonly disk: Disk | undefined;
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

/** Makes the configured registries: each with its own way out and its own trust, all with one memory and one disk. Connects nothing. */
export function openRegistries(
  config: Pick<Config, 'registries' | 'cache' | 'limits'>,
  outside: Outside,
  { onExchange, wrap = (registry) => registry, imageStreamsOf }: OpenRegistriesOptions = {},
): OpenRegistries {
  const { cache, limits } = config;
  const memory = createMemory(cache.memory);
  const disk =
    cache.folder === undefined
      ? undefined
      : createDisk({ folder: cache.folder, maxBytes: cache.disk, clock: systemClock, log: outside.log });
  const ways: SharedWay[] = [];

  function openWay(registry: RegistryConfig, origin: URL, way: Way): SharedWay {
    const { name, caFile, insecure, allowPrivateNetwork, redirectHosts, concurrency } = registry;
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
    });
    ways.push(opened);
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

  const remembering = { memory, disk, tagTtl: cache.tagTtl, maxStale: cache.maxStale, now: Date.now };
  const entries = config.registries.map((registry): RegistryTableEntry => {
    const { aliases, credentials } = registry;
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
    memory,
    disk,
    close: async () => {
      await Promise.all(ways.map((way) => way.close()));
      disk?.close();
    },
  };
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
