import { describe, expect, it } from '@jest/globals';
import { nearest } from '../../src/lib/nearest.ts';

const words = ['server', 'access', 'cache', 'caFile', 'registries', 'port'];

describe('nearest', () => {
  it.each([
    ['sever', 'server'],
    ['acess', 'access'],
    ['cafile', 'caFile'],
    ['registeries', 'registries'],
    ['prot', 'port'],
    ['catche', 'cache'],
  ])('finds what %s was meant to be', (word, meant) => {
    expect(nearest(word, words)).toBe(meant);
  });

  it.each(['', 'x', 'everything', 'webhook', 'x'.repeat(100_000)])('suggests nothing where nothing is near', (word) => {
    expect(nearest(word, words)).toBeUndefined();
  });
});
