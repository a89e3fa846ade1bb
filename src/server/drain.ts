import type { Clock } from '../lib/clock.ts';

/** How connections are ended that are asked to come again. */
export interface Drain {
  /** Over how many milliseconds. */
  readonly windowMs: number;
  /** Whether nothing more is sent until then: what they may see has changed. Who comes again by a cursor misses nothing. */
  readonly isSilent: boolean;
}

/** Milliseconds between two steps of a drain, and how many connections are ended at each, if they are few. */
const stepMs = 100;
const atOnce = 10;

/**
 * Ends connections step by step within some milliseconds, so that those who come back do so one after another, to whoever is
 * there then. Resolves when the last has been told.
 */
export async function spread(ends: readonly (() => void)[], windowMs: number, clock: Clock): Promise<void> {
  const size = Math.max(atOnce, Math.ceil((ends.length * stepMs) / windowMs));
  for (let at = 0; at < ends.length; at += size) {
    for (const end of ends.slice(at, at + size)) end();
    if (at + size < ends.length) {
      await new Promise<void>((resolve) => {
        clock.setTimeout(resolve, stepMs);
      });
    }
  }
}
