import { placeOf, type TagEvent } from '../domain/tag-event.ts';
import type { EventFilter } from './filter.ts';

/** The end of the log, kept in memory: readers that are only a little behind ask the store nothing. */
export interface RecentEvents {
  /** Takes events that follow those that are here. */
  readonly push: (events: readonly TagEvent[]) => void;
  /** Forgets all, and goes on after this position. */
  readonly reset: (position: number) => void;
  /** Whether everything after a position is here. */
  readonly hasAllAfter: (position: number) => boolean;
  /** The events after a position that match, oldest first, at most so many, and up to where was looked. */
  readonly read: (filter: EventFilter, after: number, limit: number) => RecentPage;
}

export interface RecentPage {
  readonly events: readonly TagEvent[];
  readonly through: number;
}

/** Keeps the last so many events at least, and a sixteenth more at most, in the order of the log; none until it is `reset`. */
export function createRecentEvents(size: number): RecentEvents {
  let events: TagEvent[] = [];
  /** Of the same events, by the place that filters name. */
  const places = new Map<string, TagEvent[]>();
  /** All events up to here are gone, or never were here. */
  let floor = Number.POSITIVE_INFINITY;
  let head = 0;

  function push(more: readonly TagEvent[]): void {
    for (const event of more) {
      events.push(event);
      const { scope, path } = placeOf(event.subject);
      const key = keyOf(event.subject.kind, scope, path);
      const list = places.get(key);
      if (list === undefined) places.set(key, [event]);
      else list.push(event);
      head = event.sequence;
    }
    if (events.length > (17 / 16) * size) cut();
  }

  function cut(): void {
    events = events.slice(-size);
    floor = (events[0]?.sequence ?? head + 1) - 1;
    for (const [key, list] of places) {
      const kept = list.slice(firstAfter(list, floor));
      if (kept.length === 0) places.delete(key);
      else places.set(key, kept);
    }
  }

  return {
    push,
    reset: (at) => {
      events = [];
      places.clear();
      floor = at;
      head = at;
    },
    hasAllAfter: (at) => at >= floor,
    read: (filter, after, limit) => {
      const { subject, scope, path } = filter.log;
      const isPlace = scope !== undefined && path !== undefined;
      const list = isPlace ? (places.get(keyOf(subject, scope, path)) ?? []) : events;
      const found: TagEvent[] = [];
      for (let at = firstAfter(list, after); at < list.length; at += 1) {
        const event = list[at];
        if (event === undefined || !filter.matches(event)) continue;
        found.push(event);
        if (found.length === limit) return { events: found, through: event.sequence };
      }
      return { events: found, through: Math.max(head, after) };
    },
  };
}

function keyOf(subject: string, scope: string, path: string): string {
  return `${subject}\0${scope}\0${path}`;
}

/** The index of the first event after a position: by halving, since they are in order. */
function firstAfter(events: readonly TagEvent[], position: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.sequence ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
