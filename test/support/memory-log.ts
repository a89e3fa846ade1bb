import { randomUUID } from 'node:crypto';
import { GatewayError } from '../../src/domain/errors.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import { placeOf, type TagChange, type TagEvent, type TagSubject } from '../../src/domain/tag-event.ts';
import { createEventFilter } from '../../src/events/filter.ts';
import type { EventLog, LogPage, LogQuery } from '../../src/store/store.ts';
import { digest } from './fake-registry.ts';

/** An event log in memory, of which a test decides when it answers, wakes, forgets and fails. */
export interface MemoryLog {
  epoch: string;
  readonly log: EventLog;
  /** All events that were ever appended. */
  readonly events: TagEvent[];
  /** How often it was read. */
  reads: number;
  readonly append: (...changes: readonly TagChange[]) => void;
  /** Keeps events after this position only. */
  readonly trimTo: (floor: number) => void;
  /** Begins another run of numbers, without any event. */
  readonly restart: () => void;
  /** While set, nothing can be read. */
  isDown: boolean;
  /** While set, nobody is woken. */
  isSilent: boolean;
  /** Takes one event out of what the next read answers, as a store that breaks its promise would. */
  hidden: number | undefined;
}

/** How many events one read looks at. It reads forwards only, as subscriptions do. */
const looks = 50;

export function createMemoryLog(): MemoryLog {
  const listeners = new Set<() => void>();
  const revisions = new Map<string, number>();
  let floor = 0;

  async function read(query: LogQuery): Promise<LogPage> {
    memory.reads += 1;
    await Promise.resolve();
    if (memory.isDown) throw new GatewayError('UNAVAILABLE', 'the store cannot be reached', {});
    const { after = 0, through = Number.MAX_SAFE_INTEGER, limit, filter } = query;
    // Positions begin at 1 and have no gaps. A little more than is looked at tells whether there is more.
    const from = Math.max(after, floor);
    const found = memory.events.slice(from, Math.min(through, from + looks + 2));
    const wanted = found.filter(({ sequence }) => sequence !== memory.hidden);
    const events: TagEvent[] = [];
    let looked = 0;
    for (; looked < Math.min(looks, wanted.length) && events.length < limit; looked += 1) {
      const event = wanted[looked]!;
      if (filter === undefined || isOf(filter, event)) events.push(event);
    }
    const hasMore = looked < wanted.length;
    const last = wanted[looked - 1]?.sequence ?? after;
    return { events, through: hasMore ? last : Math.max(last, Math.min(through, headOf())), hasMore, floor };
  }

  const headOf = (): number => memory.events.at(-1)?.sequence ?? 0;

  const memory: MemoryLog = {
    epoch: randomUUID(),
    events: [],
    reads: 0,
    isDown: false,
    isSilent: false,
    hidden: undefined,
    log: {
      bounds: () =>
        memory.isDown
          ? Promise.reject(new GatewayError('UNAVAILABLE', 'the store cannot be reached', {}))
          : Promise.resolve({ floor, head: headOf() }),
      read,
      onAppend: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      trim: () => Promise.resolve(false),
    },
    append: (...changes) => {
      for (const change of changes) {
        const { scope, path, tag } = placeOf(change.subject);
        const key = `${scope} ${path} ${tag}`;
        const revision = (revisions.get(key) ?? 0) + 1;
        revisions.set(key, revision);
        const sequence = headOf() + 1;
        memory.events.push({ ...change, sequence, revision, observedAt: 1_700_000_000_000 + sequence });
      }
      if (!memory.isSilent) for (const listener of listeners) listener();
    },
    trimTo: (position) => {
      floor = position;
    },
    restart: () => {
      memory.epoch = randomUUID();
      memory.events.length = 0;
      revisions.clear();
      floor = 0;
    },
  };
  return memory;
}

function isOf(filter: NonNullable<LogQuery['filter']>, event: TagEvent): boolean {
  const { scope, path, tag } = placeOf(event.subject);
  return (
    event.subject.kind === filter.subject &&
    [filter.scope ?? scope, filter.path ?? path, filter.tag ?? tag].join('\0') === [scope, path, tag].join('\0') &&
    (filter.kinds?.includes(event.kind) ?? true) &&
    (filter.matches?.(event) ?? true)
  );
}

/** A tag of a repository of `registry.example`. */
export function tagOf(repository: string, tag: string, registry = 'registry.example'): TagSubject {
  return {
    kind: 'TAG',
    registry: parseRegistryName(registry),
    repository: parseRepositoryName(repository),
    tag: parseTagName(tag),
  };
}

/** A tag that moved. */
export function moved(subject: TagSubject = tagOf('team/app', 'prod'), to = 'b'): TagChange {
  return {
    subject,
    kind: 'MOVED',
    digest: digest(to),
    previousDigest: digest('a'),
    cause: 'POLL',
    coalesced: false,
    reason: undefined,
  };
}

/** A filter for tags of repositories. */
export function tagsNamed(names: { readonly registry?: string; readonly repository?: string; readonly tag?: string }) {
  return createEventFilter({ subject: 'TAG', ...names });
}
