import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { EventLog } from '../store/store.ts';

export interface RetentionOptions {
  readonly events: Pick<EventLog, 'trim'>;
  /** Milliseconds, and a number of events; whichever ends first. */
  readonly keep: { readonly age: number; readonly events: number };
  readonly clock: Clock;
  readonly log: Log;
}

/** How often it is looked for events that need not be kept any more, in milliseconds. */
const interval = 60_000;

/** Breath between one bounded piece of work and the next, in milliseconds: others use the store too. */
const breath = 50;

/** Drops events that are old or too many, now and then. Several gateways may do it at once: it is done when it is done. */
export function startRetention({ events, keep, clock, log }: RetentionOptions): { readonly stop: () => void } {
  let isStopped = false;
  let takeBack = clock.setTimeout(trim, interval);

  function trim(): void {
    events.trim(keep).then(again, (error: unknown) => {
      log.warn({ error }, 'old events could not be dropped; trying again');
      again(false);
    });
  }

  function again(hasMore: boolean): void {
    if (!isStopped) takeBack = clock.setTimeout(trim, hasMore ? breath : interval);
  }

  return {
    stop: () => {
      isStopped = true;
      takeBack();
    },
  };
}
