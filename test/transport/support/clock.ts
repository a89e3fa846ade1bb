import type { Clock } from '../../../src/lib/clock.ts';

export interface ManualClock extends Clock {
  /** Lets time pass; timers that fall due are called in order, and what waits for them runs. */
  advance(ms: number): Promise<void>;
  /** How many timers are running. */
  timers(): number;
}

/** Time that stands still until told otherwise. */
export function createManualClock(start = 1_700_000_000_000): ManualClock {
  let now = start;
  const due: { readonly at: number; readonly callback: () => void }[] = [];

  return {
    now: () => now,
    setTimeout(callback, ms) {
      const timer = { at: now + ms, callback };
      due.push(timer);
      return () => {
        const index = due.indexOf(timer);
        if (index !== -1) due.splice(index, 1);
      };
    },
    async advance(ms) {
      await settle();
      const end = now + ms;
      for (;;) {
        const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        now = next.at;
        due.splice(due.indexOf(next), 1);
        next.callback();
        await settle();
      }
      now = end;
      await settle();
    },
    timers: () => due.length,
  };
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
