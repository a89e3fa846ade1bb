import { keyText } from './table.ts';

/** Records by key: as rows that were found, and as what changes made of them. */
export interface Kept<Key, Found, Current> {
  readonly get: (key: Key) => Current | undefined;
  readonly set: (key: Key, current: Current | undefined) => void;
  readonly changed: () => readonly {
    readonly key: Key;
    readonly before: Found | undefined;
    readonly after: Current | undefined;
  }[];
}

/** Records as they were found, by {@link keyText} of their keys; `columns` makes those of a key, `read` a record of a row. */
export function createKept<Key, Found, Current>(
  columns: (key: Key) => readonly string[],
  found: ReadonlyMap<string, Found>,
  read: (found: Found) => Current,
): Kept<Key, Found, Current> {
  const current = new Map<string, Current | undefined>();
  const written = new Map<string, Key>();
  return {
    get: (key) => {
      const text = keyText(columns(key));
      if (current.has(text)) return current.get(text);
      const row = found.get(text);
      const value = row === undefined ? undefined : read(row);
      current.set(text, value);
      return value;
    },
    set: (key, value) => {
      const text = keyText(columns(key));
      // What was given out and comes back is as it was.
      if (current.has(text) && current.get(text) === value) return;
      current.set(text, value);
      written.set(text, key);
    },
    changed: () => [...written].map(([text, key]) => ({ key, before: found.get(text), after: current.get(text) })),
  };
}
