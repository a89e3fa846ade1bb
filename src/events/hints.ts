import type { RepositoryName, TagName } from '../domain/reference.ts';
import type { Registry } from '../domain/registry.ts';
import type { RepositoryTagKey, TagEventCause } from '../domain/tag-event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Checks } from './checks.ts';
import type { Observer } from './observe.ts';
import type { Poller } from './poll.ts';
import type { WatchedRepositories } from './watched-repositories.ts';

export interface HintsOptions {
  readonly watched: WatchedRepositories;
  readonly observer: Observer;
  readonly poller: Pick<Poller, 'hurry'>;
  readonly checks: Checks;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Called for a tag of a repository that is not watched: nobody here knows whether it moved. */
  readonly onUnwatched: (key: RepositoryTagKey, cause: TagEventCause) => void;
  /** Called when a tag of a watched repository was read, at this time. */
  readonly onRead?: (key: RepositoryTagKey, at: number) => void;
}

/** Takes hints that something may have changed, from whoever, as often as they come. */
export interface Hints {
  /** Has a tag, or all of a repository where it is `undefined`, looked at. Returns at once, and never throws. */
  readonly hint: (
    registry: Registry,
    repository: RepositoryName,
    tag: TagName | undefined,
    cause: TagEventCause,
  ) => void;
  /** Resolves when nothing is being looked at, or is to be looked at. */
  readonly settled: () => Promise<void>;
  /** Forgets what was to be looked at later. */
  readonly stop: () => void;
}

interface Recent {
  /** When it has been looked at, and its pause is over. */
  over: Promise<unknown>;
  next: (() => Promise<void>) | undefined;
  cancel: () => void;
}

/** The least time between two looks at the same thing, in milliseconds: well within what a webhook is promised to take. */
const pause = 1000;

export function createHints(options: HintsOptions): Hints {
  const { watched, observer, poller, checks, clock, log, onUnwatched, onRead } = options;
  /** What is being looked at, or was a moment ago, and what is to be done when its pause is over. */
  const recent = new Map<string, Recent>();

  /** Does it now, or once after the pause, however often it is asked for until then. */
  function soon(key: string, look: () => Promise<void>): void {
    const before = recent.get(key);
    if (before !== undefined) {
      before.next = look;
      return;
    }
    const state: Recent = { over: Promise.resolve(), next: undefined, cancel: () => undefined };
    recent.set(key, state);
    const paused = new Promise<void>((resolve) => {
      state.cancel = clock.setTimeout(resolve, pause);
    });
    const looked = look().catch((error: unknown) => {
      if (!observer.isStopped()) log.warn({ hint: key, error }, 'a hint could not be followed');
    });
    state.over = Promise.all([paused, looked]).then(() => {
      recent.delete(key);
      if (state.next !== undefined) soon(key, state.next);
    });
  }

  async function look(
    registry: Registry,
    repository: RepositoryName,
    tag: TagName,
    cause: TagEventCause,
  ): Promise<void> {
    const at = clock.now();
    const { failure } = await observer.observe(registry, repository, [tag], { cause });
    if (failure === undefined) onRead?.({ registry: registry.name, repository, tag }, at);
    else log.warn({ registry: registry.name, repository, tag, code: failure.code }, 'a hint could not be followed');
  }

  return {
    hint: (registry, repository, tag, cause) => {
      if (observer.isStopped()) return;
      const { name } = registry;
      if (!watched.isWatched(name, repository)) {
        if (tag !== undefined) onUnwatched({ registry: name, repository, tag }, cause);
      } else if (tag === undefined || checks.of(name, repository)?.hasBaseline !== true) {
        // Before all its tags are known, nobody can tell a new one from one that has been there.
        soon(`${name}/${repository}`, () => poller.hurry(name, repository));
      } else {
        soon(`${name}/${repository}:${tag}`, () => look(registry, repository, tag, cause));
      }
    },
    settled: async () => {
      while (recent.size > 0) await Promise.all([...recent.values()].map(({ over }) => over));
    },
    stop: () => {
      for (const { cancel } of recent.values()) cancel();
      recent.clear();
    },
  };
}
