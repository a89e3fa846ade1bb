import type { Clock } from '../../lib/clock.ts';

export interface BudgetOptions {
  readonly perMinute: number;
  readonly clock: Clock;
}

/** How many imports each registry may still be asked for by the schedule of this gateway. */
export interface Budget {
  /**
   * Takes what is needed of each registry, by name. Answers 0, or, where nothing was taken since one of them has nothing
   * left, the milliseconds until it has. Whoever finds something left gets all, be it more than that: streams with more tags than
   * are ever left at once have their turn too, and those behind them wait the longer.
   */
  readonly take: (needed: ReadonlyMap<string, number>) => number;
}

/** What is saved up while nothing is asked: so much of a minute's budget may go at once. */
const savedMinutes = 1 / 6;

export function createBudget({ perMinute, clock }: BudgetOptions): Budget {
  const perMs = perMinute / 60_000;
  const most = Math.max(1, perMinute * savedMinutes);
  const left = new Map<string, { readonly amount: number; readonly at: number }>();

  function amountOf(registry: string): number {
    const last = left.get(registry);
    return last === undefined ? most : Math.min(most, last.amount + Math.max(0, clock.now() - last.at) * perMs);
  }

  return {
    take(needed) {
      const short = Math.max(0, ...[...needed.keys()].map((registry) => 1 - amountOf(registry)));
      if (short > 0) return Math.ceil(short / perMs);
      for (const [registry, count] of needed) {
        left.set(registry, { amount: amountOf(registry) - count, at: clock.now() });
      }
      return 0;
    },
  };
}
