import { expect, it } from '@jest/globals';
import { createBudget } from '../../../src/stream-sources/local/budget.ts';
import { createManualClock } from '../../transport/support/clock.ts';

const of = (registry: string, count: number) => new Map([[registry, count]]);

it('lets a sixth of a minute go at once, and then so many each minute', async () => {
  const clock = createManualClock();
  const budget = createBudget({ perMinute: 60, clock });
  const taken = () => {
    let count = 0;
    while (budget.take(of('a', 1)) === 0) count++;
    return count;
  };
  expect(taken()).toBe(10);
  expect(budget.take(of('a', 1))).toBe(1000);
  await clock.advance(5_000);
  expect(taken()).toBe(5);
  await clock.advance(3_600_000);
  expect(taken()).toBe(10);
});

it('keeps registries apart, and takes of none where one of several has nothing left', () => {
  const budget = createBudget({ perMinute: 6, clock: createManualClock() });
  expect(budget.take(of('a', 1))).toBe(0);
  expect(budget.take(new Map([...of('a', 1), ...of('b', 1)]))).toBeGreaterThan(0);
  expect(budget.take(of('b', 1))).toBe(0);
});

it('lets more than is ever left go at once, and makes those behind wait for it', async () => {
  const clock = createManualClock();
  const budget = createBudget({ perMinute: 60, clock });
  expect(budget.take(of('a', 70))).toBe(0);
  expect(budget.take(of('a', 1))).toBe(61_000);
  await clock.advance(60_999);
  expect(budget.take(of('a', 1))).toBe(1);
  await clock.advance(1);
  expect(budget.take(of('a', 1))).toBe(0);
});

it('is not disturbed by a clock that is set back', () => {
  let now = 1_000_000;
  const budget = createBudget({ perMinute: 60, clock: { now: () => now, setTimeout: () => () => undefined } });
  expect(budget.take(of('a', 10))).toBe(0);
  now -= 500_000;
  expect(budget.take(of('a', 1))).toBeGreaterThan(0);
});
