import type { IntervalHistogram } from 'node:perf_hooks';

/** How late timers of a process came, in milliseconds: the time for which its event loop was held up. */
export interface LoopLag {
  readonly p99: number;
  readonly longest: number;
}

/** Begins to measure in this process. Stands alone, since its text is also evaluated in a process that is looked into. */
export function beginLoopLag(): void {
  const { monitorEventLoopDelay } = process.getBuiltinModule('node:perf_hooks');
  const loopLag = monitorEventLoopDelay({ resolution: 10 });
  loopLag.enable();
  Object.assign(globalThis, { loopLag });
}

/** What was measured since then; stands alone as well. */
export function endLoopLag(): LoopLag {
  const { loopLag } = globalThis as unknown as { readonly loopLag: IntervalHistogram };
  loopLag.disable();
  // What is measured is from one timer to the next, of which there is one each ten milliseconds.
  const lateMs = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - 10);
  return { p99: lateMs(loopLag.percentile(99)), longest: lateMs(loopLag.max) };
}
