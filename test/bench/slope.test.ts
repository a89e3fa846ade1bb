import { describe, expect, it } from '@jest/globals';
import { growthPerHour } from '../../bench/soak/slope.ts';

const minute = 60_000;
const line = Array.from({ length: 20 }, (_, index) => ({ at: index * minute, value: 100 + index / 60 }));

describe('the growth of a figure', () => {
  it('is told for an hour', () => {
    expect(growthPerHour(line)).toBeCloseTo(1);
  });

  it('is not moved by a few figures that are far off', () => {
    const spoiled = line.map((sample, index) => (index % 6 === 5 ? { ...sample, value: 900 } : sample));
    expect(growthPerHour(spoiled)).toBeCloseTo(1, 0);
  });

  it('is nothing where it only goes up and down', () => {
    const flat = line.map(({ at }, index) => ({ at, value: 100 + (index % 2) }));
    expect(Math.abs(growthPerHour(flat))).toBeLessThan(0.5);
  });
});
