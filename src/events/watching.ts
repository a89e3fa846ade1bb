import type { RegistryName, RepositoryName } from '../domain/reference.ts';
import type { Registry } from '../domain/registry.ts';
import type { RepositoryTagKey, TagEventCause } from '../domain/tag-event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/store.ts';
import { createChecks } from './checks.ts';
import { createHints, type Hints } from './hints.ts';
import { createLiveTags, type LiveTags } from './live-tags.ts';
import { createObserver, type Observer } from './observe.ts';
import { startPoller, type Poller } from './poll.ts';
import { createWatchedRepositories, type WatchedRegistry, type WatchedRepositories } from './watched-repositories.ts';

export interface WatchingOptions {
  readonly watched: readonly WatchedRegistry[];
  readonly store: Pick<Store, 'change' | 'tags' | 'leases'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'info'>;
  /**
   * Called when a tag of a repository has moved, and the store holds that; and when a hint came about a tag of a
   * repository that is not watched, which may have.
   */
  readonly onMoved: (key: RepositoryTagKey, cause: TagEventCause) => void;
  /** A number from 0 to 1, by chance. Default: Math.random. */
  readonly random?: () => number;
}

/** All that looks for changes of repositories' tags, put together. */
export interface Watching {
  readonly isWatched: WatchedRepositories['isWatched'];
  /** A registry that answers watched tags from the store. Put around the one that remembers. */
  readonly wrap: LiveTags['wrap'];
  /** Takes in events of the log, before the position moves up to which this gateway has read. */
  readonly apply: LiveTags['apply'];
  /** To be called where events of the log were missed. */
  readonly reset: LiveTags['reset'];
  /** Begins to poll. */
  readonly start: (registries: readonly Registry[]) => void;
  /** Has a tag, or all of a repository, looked at soon. Returns at once, and never throws. */
  readonly hint: Hints['hint'];
  /** Reads tags now. */
  readonly observe: Observer['observe'];
  /** When a watched repository was polled last. */
  readonly checkedAt: (registry: RegistryName, repository: RepositoryName) => number | undefined;
  /** Begins no more polls, and resolves when what is under way has ended. Hints are followed still, and polls asked of others. */
  readonly rest: () => Promise<void>;
  /** Ends what is under way. */
  readonly stop: () => Promise<void>;
}

export function createWatching({ watched: registries, onMoved, ...rest }: WatchingOptions): Watching {
  const { clock } = rest;
  const watched = createWatchedRepositories(registries);
  const checks = createChecks();
  const live = createLiveTags({ ...rest, watched, checks, now: () => clock.now() });
  const observer = createObserver({
    ...rest,
    onMoved: (key, cause) => {
      live.forget(key);
      onMoved(key, cause);
    },
  });
  let poller: Poller | undefined;
  const hurry = async (registry: RegistryName, repository: RepositoryName) => poller?.hurry(registry, repository);
  const hints = createHints({
    ...rest,
    watched,
    observer,
    checks,
    poller: { hurry },
    onUnwatched: onMoved,
    onRead: live.read,
  });

  return {
    isWatched: watched.isWatched,
    wrap: live.wrap,
    apply: live.apply,
    reset: live.reset,
    start: (all) => {
      poller = startPoller({ ...rest, registries: all, watched, observer, checks });
    },
    hint: hints.hint,
    observe: observer.observe,
    checkedAt: (registry, repository) => checks.of(registry, repository)?.checkedAt,
    rest: async () => {
      await Promise.all([poller?.stop(), hints.settled()]);
    },
    stop: async () => {
      hints.stop();
      observer.stop();
      await poller?.stop();
    },
  };
}
