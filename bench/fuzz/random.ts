import { createHash } from 'node:crypto';

/** Numbers by chance that are the same for the same words. */
export interface Random {
  /** From 0 on and below 1. */
  readonly next: () => number;
  /** A whole number from 0 on and below the end. */
  readonly below: (end: number) => number;
  /** One of several; throws where there is none. */
  readonly pick: <One>(many: readonly One[]) => One;
}

/** Chance of its own for each input, so that one can be made again without those before it. */
export function randomOf(...words: readonly (string | number)[]): Random {
  let state = createHash('sha256').update(words.join('\n')).digest().readUInt32BE(0);
  // mulberry32: 32 bits of state, fast, and good enough to choose what to break.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  return {
    next,
    below,
    pick: (many) => {
      const one = many[below(many.length)];
      if (one === undefined) throw new Error('there is nothing to pick from');
      return one;
    },
  };
}
