import type { Config } from './config.ts';
import type { ImageStreamSource } from './domain/image-stream-source.ts';
import type { RepositoryTagKey } from './domain/tag-event.ts';
import type { RegistryTable } from './images/registry-table.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Store } from './store/store.ts';
import { createLocalSource } from './stream-sources/local/local-source.ts';

export interface OpenImageStreamSources {
  /** In the order of the configuration. */
  readonly all: readonly ImageStreamSource[];
  /** Begins what they do by themselves: imports on schedule. */
  readonly start: () => void;
  /** A tag of a repository moved, or may have: whatever is imported from it is looked at. Returns at once. */
  readonly hinted: (tag: RepositoryTagKey, cause: 'WEBHOOK' | 'POLL') => void;
  readonly stop: () => Promise<void>;
}

/** Makes the configured sources of image streams. They import from the configured registries alone. */
export function openImageStreamSources(
  streams: Config['streams'],
  store: Store,
  registries: RegistryTable,
  log: Log,
): OpenImageStreamSources {
  const sources = streams.map((stream) => {
    // The configuration refuses it before anything is started.
    if (stream.kind === 'openshift') throw new Error('there is no source of kind openshift yet');
    const { name, schedule: interval, history, importsPerMinute } = stream;
    return createLocalSource({
      name,
      store,
      find: registries.find,
      clock: systemClock,
      log,
      interval,
      history,
      importsPerMinute,
    });
  });
  return {
    all: sources,
    start: () => {
      for (const source of sources) source.start();
    },
    hinted: (tag, cause) => {
      for (const source of sources) {
        source.hinted(tag, cause).catch((error: unknown) => {
          log.warn({ source: source.name, error }, 'a hint could not be followed; the schedule will');
        });
      }
    },
    stop: async () => {
      await Promise.all(sources.map((source) => source.stop()));
    },
  };
}
