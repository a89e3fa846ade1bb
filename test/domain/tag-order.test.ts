import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareTagVersions, orderTags } from '../../src/domain/tag-order.ts';

/** Tags as people and builds write them, so that parts meet often. */
const tags = fc.oneof(
  fc
    .array(
      fc.constantFrom(
        'v',
        '1',
        '10',
        '9',
        '0',
        '00',
        '.',
        '-',
        '_',
        'rc',
        'rc1',
        'beta',
        'alpha',
        'alpine',
        '3.19',
        'a',
        'b',
        'latest',
        'jammy',
        'V',
        '20240101',
        'deadbeef',
      ),
      { minLength: 1, maxLength: 7 },
    )
    .map((parts) => parts.join('')),
  fc.stringMatching(/^\w[\w.-]{0,20}$/),
);

describe('tags by version, newest first', () => {
  it.each([
    ['numbers are numbers', ['1.10', '1.9', '1.2']],
    ['more parts are newer than none', ['1.10.1', '1.10', '1.9.9', '1']],
    ['a v says nothing', ['v2.0', '1.10', 'v1.9', '1.8']],
    ['a zero more says nothing but breaks the tie', ['1.10', '1.10.0', 'v1.10']],
    [
      'the plain tag comes before its variants, by name',
      ['1.10', '1.10-alpine', '1.10-bookworm', '1.10-slim', '1.9', '1.9-alpine'],
    ],
    [
      'variants of variants likewise',
      ['1.25-alpine', '1.25-alpine3.19', '1.25-alpine3.18', '1.25-alpine-slim', '1.25-bookworm'],
    ],
    [
      'pre-releases come after the release',
      ['1.0', '1.0-alpine', '1.0-rc.2', '1.0-rc1', '1.0-beta', '1.0-alpha2', '1.0-SNAPSHOT', '0.9'],
    ],
    [
      'pre-releases of Python come after the release',
      ['3.13.0', '3.13.0rc2', '3.13.0rc2-slim', '3.13.0rc1', '3.13.0b1', '3.13.0a4', '3.12.9'],
    ],
    [
      'builds are numbers',
      ['9.5-1736404036', '9.4', '9.4-1227.1726694542', '9.4-1227.1725849298', '9.4-949.1714662671'],
    ],
    ['dates are numbers', ['2024-10-02', '2024-09-30', '2024-1-31', '2023-12-31']],
    [
      'dates and times are numbers',
      ['RELEASE.2024-01-16T16-07-38Z', 'RELEASE.2024-01-16T01-00-00Z', 'RELEASE.2023-12-31T23-59-59Z'],
    ],
    [
      'long numbers keep every digit',
      ['20240101000000000000000002', '20240101000000000000000001', '9007199254740993', '9007199254740992'],
    ],
    ['Java updates are numbers', ['8u402-b06', '8u392-b08', '8u392-b07']],
    [
      'words before a version go together, after the versions',
      ['24.04', '22.04', 'jammy-20240427', 'jammy-20231004', 'noble-20240423', 'latest'],
    ],
    ['tags without a version are last, by name', ['1.0', 'latest', 'main', 'stable']],
    ['hashes of commits are no versions', ['2.0', '1.0', '0a1b2c3', '7f3e2a19c', 'latest']],
  ])('are ordered so that %s', (_what, expected) => {
    expect(orderTags(expected.toReversed(), 'VERSION', 'DESC')).toEqual(expected);
    expect(orderTags(expected, 'VERSION', 'ASC')).toEqual(expected.toReversed());
    expect(expected.toSorted((a, b) => compareTagVersions(b, a))).toEqual(expected);
  });

  it('are in a total order: antisymmetric, transitive, and equal only to themselves', () => {
    fc.assert(
      fc.property(tags, tags, tags, (a, b, c) => {
        expect(compareTagVersions(a, b) + compareTagVersions(b, a)).toBe(0);
        expect(compareTagVersions(a, b) === 0).toBe(a === b);
        const [low = '', middle = '', high = ''] = [a, b, c].sort(compareTagVersions);
        expect(compareTagVersions(low, middle)).toBeLessThanOrEqual(0);
        expect(compareTagVersions(middle, high)).toBeLessThanOrEqual(0);
        expect(compareTagVersions(low, high)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('are the same however they came', () => {
    fc.assert(
      fc.property(fc.uniqueArray(tags, { maxLength: 12 }), fc.nat(), (names, turn) => {
        const cut = names.length === 0 ? 0 : turn % names.length;
        const turned = [...names.slice(cut), ...names.slice(0, cut)];
        expect(orderTags(turned, 'VERSION', 'DESC')).toEqual(orderTags(names, 'VERSION', 'DESC'));
        expect(orderTags(names, 'VERSION', 'ASC')).toEqual(names.toSorted(compareTagVersions));
      }),
    );
  });

  it('are ordered in a moment where there are a hundred thousand', () => {
    const names = Array.from(
      { length: 100_000 },
      (_, at) => `v1.${String((at * 7919) % 100_003)}.${String(at % 10)}-alpine3.${String(at % 20)}`,
    );
    const started = performance.now();
    expect(orderTags(names, 'VERSION', 'DESC')).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe('tags by name', () => {
  it('are ordered by their characters', () => {
    const names = ['b', 'B', '_', '1.9', '1.10', 'a'];
    expect(orderTags(names, 'NAME', 'ASC')).toEqual(['1.10', '1.9', 'B', '_', 'a', 'b']);
    expect(orderTags(names, 'NAME', 'DESC')).toEqual(['b', 'a', '_', 'B', '1.9', '1.10']);
    expect(names[0]).toBe('b');
  });
});
