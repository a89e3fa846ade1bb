import type { Config } from './config.ts';
import type { ImageStreamSource } from './domain/image-stream-source.ts';
import type { RepositoryTagKey } from './domain/tag-event.ts';
import type { Gap } from './events/delivery.ts';
import type { RegistryTable } from './images/registry-table.ts';
import { systemClock } from './lib/clock.ts';
import { openCluster } from './open-clusters.ts';
import type { Outside } from './open-registries.ts';
import type { Store } from './store/store.ts';
import { createLocalSource, type LocalSource } from './stream-sources/local/local-source.ts';
import { createOpenShiftSource, type OpenShiftSource } from './stream-sources/openshift/openshift-source.ts';

export interface OpenImageStreamSources {
  /** In the order of the configuration. */
  readonly all: readonly ImageStreamSource[];
  /** Those that are clusters. */
  readonly clusters: readonly OpenShiftSource[];
  /** Begins what they do by themselves: imports on schedule, watches. */
  readonly start: () => void;
  /** A tag of a repository moved, or may have: whatever is imported from it is looked at. Returns at once. */
  readonly hinted: (tag: RepositoryTagKey, cause: 'WEBHOOK' | 'POLL') => void;
  /** Begins no more by themselves, and resolves when what they began has ended. What is asked of them goes on. */
  readonly rest: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface OpenImageStreamSourcesOptions {
  readonly store: Store;
  readonly registries: RegistryTable;
  readonly outside: Outside;
  /** Changes of a cluster may have gone unseen. */
  readonly onGap: (gap: Gap) => void;
}

type StreamConfig<Kind> = Extract<Config['streams'][number], { readonly kind: Kind }>;

/** Makes the configured sources of image streams. Local ones import from the configured registries alone. */
export function openImageStreamSources(
  streams: Config['streams'],
  options: OpenImageStreamSourcesOptions,
): OpenImageStreamSources {
  const locals: LocalSource[] = [];
  const clusters: OpenShiftSource[] = [];
  const followed = new Set<Promise<void>>();
  const all = streams.map((stream) => {
    if (stream.kind === 'local') {
      const source = openLocal(stream, options);
      locals.push(source);
      return source;
    }
    const source = openOpenShift(stream, options);
    clusters.push(source);
    return source;
  });
  return {
    all,
    clusters,
    start: () => {
      for (const source of [...locals, ...clusters]) source.start();
    },
    hinted: (tag, cause) => {
      for (const source of locals) {
        const following = source
          .hinted(tag, cause)
          .catch((error: unknown) => {
            options.outside.log.warn({ source: source.name, error }, 'a hint could not be followed; the schedule will');
          })
          .finally(() => followed.delete(following));
        followed.add(following);
      }
    },
    rest: async () => {
      await Promise.all([...locals, ...clusters].map((source) => source.rest()));
      while (followed.size > 0) await Promise.all(followed);
    },
    stop: async () => {
      await Promise.all(all.map((source) => source.stop()));
    },
  };
}

function openLocal(
  { name, schedule: interval, history, importsPerMinute }: StreamConfig<'local'>,
  { store, registries, outside: { log } }: OpenImageStreamSourcesOptions,
): LocalSource {
  const { find } = registries;
  return createLocalSource({ name, store, find, clock: systemClock, log, interval, history, importsPerMinute });
}

function openOpenShift(
  stream: StreamConfig<'openshift'>,
  { store, registries, outside, onGap }: OpenImageStreamSourcesOptions,
): OpenShiftSource {
  const { name, namespaces } = stream;
  const meant = new Map(Object.entries(stream.registries).map(([host, registry]) => [host.toLowerCase(), registry]));
  return createOpenShiftSource({
    name,
    transport: openCluster(stream, outside),
    store,
    namespaces,
    registryOf: (host) => registries.find(meant.get(host.toLowerCase()) ?? '')?.name,
    findRegistry: (host) => registries.find(host)?.name,
    clock: systemClock,
    log: outside.log,
    onGap: (namespace) => {
      onGap({ source: name, namespace });
    },
  });
}
