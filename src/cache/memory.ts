import { LRUCache } from 'lru-cache';

/** What all memories of the gateway share: one bound in bytes, the least recently used going first. */
export interface Memory {
  readonly size: () => number;
  /** Forgets all parts whose names begin with a word. */
  readonly forget: (word: string) => void;
  /** A part of the memory for values of one sort; `size` says how many bytes a value takes. */
  readonly part: <Value extends object>(name: string, size: (value: Value) => number) => MemoryPart<Value>;
}

export interface MemoryPart<Value extends object> {
  readonly get: (key: string) => Value | undefined;
  readonly set: (key: string, value: Value) => void;
  readonly delete: (key: string) => void;
}

/** What an entry takes besides its value, roughly: key, links, freshness. */
const entryOverhead = 300;

/** A memory of at most so many bytes. */
export function createMemory(maxBytes: number): Memory {
  const lru = new LRUCache<string, object>({ maxSize: Math.max(1, maxBytes) });
  return {
    size: () => lru.calculatedSize,
    forget: (word) => {
      for (const key of [...lru.keys()]) if (key.startsWith(`${word} `)) lru.delete(key);
    },
    part: <Value extends object>(name: string, size: (value: Value) => number): MemoryPart<Value> => ({
      // Keys of a part begin with its name, so that what is found under one was put there by this part.
      get: (key) => lru.get(`${name} ${key}`) as Value | undefined,
      set: (key, value) => {
        lru.set(`${name} ${key}`, value, { size: entryOverhead + key.length + size(value) });
      },
      delete: (key) => {
        lru.delete(`${name} ${key}`);
      },
    }),
  };
}
