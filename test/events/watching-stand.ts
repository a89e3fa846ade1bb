import type { Registry } from '../../src/domain/registry.ts';
import type { RepositoryTagKey, TagEvent, TagEventCause } from '../../src/domain/tag-event.ts';
import { createWatching, type Watching } from '../../src/events/watching.ts';
import type { Store } from '../../src/store/store.ts';
import type { ManualClock } from '../transport/support/clock.ts';

/** What watches repositories within one gateway. */
export interface TestWatching extends Watching {
  /** Tags that image streams were told of. */
  readonly moved: readonly (readonly [key: RepositoryTagKey, cause: TagEventCause])[];
  readonly log: readonly string[];
}

export interface WatchingOptions {
  readonly registries: readonly Registry[];
  readonly patterns: readonly string[];
  readonly interval?: number;
  readonly store: Store;
  readonly clock: ManualClock;
}

/** A gateway's part that watches, with time standing still. */
export function startWatching(options: WatchingOptions): TestWatching {
  const { registries, patterns, interval = 60_000, store, clock } = options;
  const moved: (readonly [RepositoryTagKey, TagEventCause])[] = [];
  const lines: string[] = [];
  const line = (_: object, message: string) => lines.push(message);
  const watching = createWatching({
    watched: registries.map(({ name: registry }) => ({ registry, interval, repositories: patterns })),
    store,
    clock,
    log: { warn: line, info: line },
    onMoved: (key, cause) => moved.push([key, cause]),
    random: () => 0.5,
  });
  watching.start(registries);
  return { ...watching, moved, log: lines };
}

/** All events of the log, oldest first. */
export async function eventsOf(store: Store): Promise<readonly TagEvent[]> {
  const { events } = await store.log.read({ order: 'OLDEST_FIRST', limit: 1000 });
  return events;
}

/** Events in short: `CREATED team/app:1 bbb POLL`, with the first signs of the digest. */
export async function told(store: Store): Promise<readonly string[]> {
  return (await eventsOf(store)).map(({ subject, kind, digest, cause }) => {
    if (subject.kind !== 'TAG') return kind;
    const short = digest === undefined ? '-' : digest.slice('sha256:'.length, 'sha256:'.length + 1);
    return `${kind} ${subject.repository}:${subject.tag} ${short} ${cause}`;
  });
}
