import { describe, expect, it } from '@jest/globals';
import { createRecentlyUsed } from '../../src/lib/recently-used.ts';

function setUp(most = 2, idleMs = 100) {
  let at = 0;
  let made = 0;
  const get = createRecentlyUsed<number>({ most, idleMs, now: () => at });
  return { use: (key: string) => get(key, () => (made += 1)), pass: (ms: number) => (at += ms) };
}

describe('things that are kept while they are used', () => {
  it('are made once', () => {
    const { use } = setUp();
    expect([use('a'), use('b'), use('a'), use('b')]).toEqual([1, 2, 1, 2]);
  });

  it('go where there are too many, those first that were not used longest', () => {
    const { use } = setUp();
    expect([use('a'), use('b'), use('a'), use('c'), use('a'), use('b')]).toEqual([1, 2, 1, 3, 1, 4]);
  });

  it('go once they were not used for too long', () => {
    const { use, pass } = setUp();
    use('a');
    pass(99);
    expect(use('a')).toBe(1);
    pass(99);
    expect(use('b')).toBe(2);
    pass(1);
    expect([use('b'), use('a')]).toEqual([2, 3]);
    pass(100);
    expect(use('a')).toBe(4);
  });
});
