import { placeOf, type TagEvent } from '../domain/tag-event.ts';
import type { EventFilter } from './filter.ts';

/** Finds what wants an event without asking every filter: those of other tags and repositories are never looked at. */
export interface FilterIndex<Value> {
  readonly add: (filter: EventFilter, value: Value) => void;
  readonly remove: (filter: EventFilter, value: Value) => void;
  /** All values whose filters match. */
  readonly find: (event: TagEvent) => Iterable<Value>;
}

export function createFilterIndex<Value>(): FilterIndex<Value> {
  /** By the most exact place that a filter names. */
  const places = new Map<string, Map<Value, EventFilter>>();

  return {
    add: (filter, value) => {
      const key = keyOf(filter);
      const values = places.get(key) ?? new Map<Value, EventFilter>();
      places.set(key, values.set(value, filter));
    },
    remove: (filter, value) => {
      const key = keyOf(filter);
      const values = places.get(key);
      values?.delete(value);
      if (values?.size === 0) places.delete(key);
    },
    find: (event) => {
      const { scope, path, tag } = placeOf(event.subject);
      const found: Value[] = [];
      for (const place of [[scope, path, tag], [scope, path], []]) {
        const values = places.get(join(event.subject.kind, place));
        if (values === undefined) continue;
        for (const [value, filter] of values) if (filter.matches(event)) found.push(value);
      }
      return found;
    },
  };
}

/** A filter that names a repository or stream, and perhaps a tag; all others stand under one key and are asked one by one. */
function keyOf({ log: { subject, scope, path, tag } }: EventFilter): string {
  if (scope === undefined || path === undefined) return join(subject, []);
  return join(subject, tag === undefined ? [scope, path] : [scope, path, tag]);
}

function join(subject: string, place: readonly string[]): string {
  return [subject, ...place].join('\0');
}
