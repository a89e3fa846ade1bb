import type { ImageStreamSource } from '../../domain/image-stream-source.ts';
import type { RegistryName } from '../../domain/reference.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Store } from '../../store/store.ts';
import type { ClusterTransport } from '../../transport/cluster/transport.ts';
import { createClusterApi } from './api.ts';
import { createClusterImages } from './images.ts';
import { createMirror } from './mirror.ts';
import { createMirrored } from './mirrored.ts';
import { readImageStream, type ReadStream } from './read-image-stream.ts';
import { createTriggers } from './triggers.ts';
import { createUpkeep } from './upkeep.ts';
import { startWatch, type WatchCounts } from './watch.ts';
import { watchNamespaces } from './watched-namespaces.ts';
import { createClusterWrites } from './writes/cluster-writes.ts';

export interface OpenShiftSourceOptions {
  readonly name: string;
  readonly transport: ClusterTransport;
  readonly store: Store;
  /** Those to show; `undefined`: all that the identity may list. */
  readonly namespaces: readonly string[] | undefined;
  /** Which registry a host means within references of this cluster, where it means another there than elsewhere. */
  readonly registryOf: (host: string) => RegistryName | undefined;
  /** Which configured registry a host means elsewhere. */
  readonly findRegistry: (host: string) => RegistryName | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Changes in a namespace, or in all, may have gone unseen. */
  readonly onGap: (namespace: string | undefined) => void;
  /** A number from 0 on and below 1, by chance. */
  readonly random?: () => number;
}

/** The image streams of an OpenShift cluster, mirrored in the store and written through its API. */
export interface OpenShiftSource extends ImageStreamSource {
  /** Begins to watch. */
  readonly start: () => void;
  /** Ends the watches; what is asked of the source goes on. */
  readonly rest: () => Promise<void>;
  readonly counts: () => SourceCounts;
}

/** What was counted of the watches of a source. */
interface SourceCounts extends Readonly<WatchCounts> {
  /** Watches that the cluster has taken on now. */
  readonly following: number;
  /** When the watch that is furthest back was last as the cluster has it, milliseconds since the epoch; 0 for never. */
  readonly progressAt: number;
}

export function createOpenShiftSource(options: OpenShiftSourceOptions): OpenShiftSource {
  const { name, transport, store, namespaces, registryOf, findRegistry, clock, log, random = Math.random } = options;
  const api = createClusterApi(name, transport);
  const counts: WatchCounts = { lists: 0, failures: 0 };
  const upkeep = createUpkeep(name, store.imageStreams, clock);
  const mirrored = createMirrored(store.imageStreams, clock);
  const read: ReadStream = (object) =>
    readImageStream(object, { source: name, registryOf: (host) => registryOf(host) ?? findRegistry(host) });
  let stopWatching = (): Promise<void> => Promise.resolve();

  return {
    name,
    kind: 'openshift',
    namespaces,
    registryOf,
    images: createClusterImages({ source: name, api }),
    triggers: createTriggers({ source: name, api, clock, namespaces }),
    writes: createClusterWrites({
      source: name,
      api,
      store,
      clock,
      read,
      reached: mirrored.reached,
      changed: mirrored.changed,
    }),
    counts: () => {
      const states = [...upkeep.states()];
      return {
        ...counts,
        following: states.filter(({ isFollowed }) => isFollowed).length,
        progressAt: states.length === 0 ? 0 : Math.min(...states.map(({ wellAt = 0 }) => wellAt)),
      };
    },
    freshness: upkeep.freshness,
    start: () => {
      stopWatching = watchNamespaces({
        api,
        namespaces,
        clock,
        log,
        watch: (namespace, onForbidden) => {
          const stop = startWatch({
            api,
            mirror: createMirror(store, { source: name, namespace }, mirrored.onTaken),
            store: store.imageStreams,
            read,
            clock,
            random,
            log,
            counts,
            state: upkeep.begin(namespace),
            onGap: () => {
              options.onGap(namespace);
            },
            onForbidden,
          });
          return async () => {
            await stop();
            upkeep.end(namespace);
          };
        },
      });
    },
    rest: () => stopWatching(),
    stop: async () => {
      await stopWatching();
      await transport.close();
    },
  };
}
