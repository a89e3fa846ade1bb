import { isGatewayError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';

export interface RightWatchOptions {
  /** Rejects where the subscription would not be started any more, with the error that it would be refused with. */
  readonly demand: () => Promise<void>;
  readonly clock: Clock;
  /** Told once, why it must not go on. */
  readonly onEnd: (error: unknown) => void;
}

/** How often is asked again, in milliseconds; what was decided may itself be up to a minute old. */
const askAgainMs = 30_000;

/**
 * Looks after the right to a subscription that goes on: without it, nothing more would come, and nobody would say so. Where it cannot be
 * found out, twice in a row, that is an end as well, since what comes may be waiting for it. Returns what stops it.
 */
export function watchRight({ demand, clock, onEnd }: RightWatchOptions): () => void {
  let misses = 0;
  let isOver = false;
  let cancel = clock.setTimeout(ask, askAgainMs);

  function ask(): void {
    demand().then(
      () => {
        misses = 0;
        wait();
      },
      (error: unknown) => {
        misses += 1;
        if (isGatewayError(error, 'AUTH_UNAVAILABLE') && misses < 2) wait();
        else end(error);
      },
    );
  }

  function wait(): void {
    if (!isOver) cancel = clock.setTimeout(ask, askAgainMs);
  }

  function end(error: unknown): void {
    if (isOver) return;
    stop();
    onEnd(error);
  }

  function stop(): void {
    isOver = true;
    cancel();
  }

  return stop;
}
