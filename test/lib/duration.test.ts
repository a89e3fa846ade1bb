import { describe, expect, it } from '@jest/globals';
import { byteSizePattern, parseByteSize } from '../../src/lib/byte-size.ts';
import { durationPattern, parseDuration } from '../../src/lib/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['0s', 0],
    ['60s', 60_000],
    ['5m', 300_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
  ])('reads %s as milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
    expect(durationPattern.test(text)).toBe(true);
  });

  it.each(['', '60', '1.5s', '-1s', '+1s', '1 s', '1S', '1w', '1h30m', '007s', '1s\n', '9999999999s', 'constructor'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});

describe('parseByteSize', () => {
  it.each([
    ['1B', 1],
    ['64KiB', 65_536],
    ['64kB', 64_000],
    ['256MiB', 268_435_456],
    ['2GiB', 2_147_483_648],
    ['3GB', 3_000_000_000],
  ])('reads %s as bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
    expect(byteSizePattern.test(text)).toBe(true);
  });

  it.each(['', '64', '64kb', '64 KiB', '1.5GiB', '-1B', '1TiB', '999999999GiB', '1B\n'])('refuses %j', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });
});
