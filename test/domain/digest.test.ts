import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { digestAlgorithm, isDigest, parseDigest, shortDigest } from '../../src/domain/digest.ts';
import { digestOf, failureOf, outcomeOf } from './given.ts';

const algorithms = [
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
] as const;

const digests = fc
  .constantFrom(...algorithms)
  .chain(([algorithm, length]) =>
    fc.stringMatching(new RegExp(`^[0-9a-f]{${String(length)}}$`)).map((hex) => ({ algorithm, hex })),
  );

describe('a digest', () => {
  it('of a registered algorithm is read as it is', () => {
    fc.assert(
      fc.property(digests, ({ algorithm, hex }) => {
        const digest = parseDigest(`${algorithm}:${hex}`);
        expect(digest).toBe(`${algorithm}:${hex}`);
        expect(digestAlgorithm(digest)).toBe(algorithm);
        expect(shortDigest(digest)).toBe(hex.slice(0, 12));
      }),
    );
  });

  it('that is anything else is refused with REFERENCE_INVALID and nothing else', () => {
    const near = fc.stringMatching(/^(?:sha256|sha512|SHA256|md5|__proto__|)[:.]?[0-9a-fA-Fg/.%]{0,130}$/);
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), (text) => {
        expect(outcomeOf(() => parseDigest(text))).toBe(isDigest(text) ? text : 'REFERENCE_INVALID');
        if (isDigest(text)) expect(text).toMatch(/^sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$/);
      }),
    );
  });

  it.each([
    '',
    'sha256',
    'sha256:',
    digestOf('A'),
    digestOf('a').slice(1),
    `${digestOf('a')}a`,
    `${digestOf('a')}\n`,
    `sha256:${'a'.repeat(63)}\n`,
    `sha256:${'../'.repeat(21)}a`,
    `md5:${'a'.repeat(32)}`,
    `constructor:${'a'.repeat(64)}`,
    `sha512:${'a'.repeat(64)}`,
  ])('is not %j', (text) => {
    expect(isDigest(text)).toBe(false);
    expect(failureOf(() => parseDigest(text)).code).toBe('REFERENCE_INVALID');
  });
});
