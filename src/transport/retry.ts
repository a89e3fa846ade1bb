import { isGatewayError } from '../domain/errors.ts';
import type { Clock } from '../lib/clock.ts';
import { untilAborted } from '../lib/wait.ts';
import type { Transport } from './transport.ts';

export interface RetryOptions {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** Told of each time that a request is sent again. */
  readonly onRetry?: (() => void) | undefined;
}

/** Statuses of proxies and servers that are busy; 500 is a fault that a second try meets again. */
const passing: ReadonlySet<number> = new Set([408, 502, 503, 504]);
/** Of requests, what may be sent again; the rest of the allowance grows with the traffic (SRE book, "retry budget"). */
const share = 0.1;
const burst = 3;
/** A Retry-After above this is for the caller to wait for. */
const maxWaitSeconds = 2;

/**
 * Sends GET and HEAD again after a short, jittered pause: once where the connection failed before an answer, twice after
 * 408, 502, 503 and 504. In all at most a tenth of the requests, with three to begin with, so that a registry in trouble
 * is not given more of it. Timeouts, rate limits and refusals are never repeated.
 * Several transports to one registry may have one allowance.
 */
export function createRetry({ clock, random, onRetry }: RetryOptions): (inner: Transport) => Transport {
  let allowance = burst;

  return (inner) => async (request) => {
    allowance = Math.min(burst, allowance + share);
    for (let retries = 0; ; retries += 1) {
      try {
        return await inner(request);
      } catch (error) {
        const wait = request.method === 'POST' ? undefined : pauseMs(error, retries, random);
        if (wait === undefined || allowance < 1 || request.ask.signal.aborted) throw error;
        allowance -= 1;
        await pause(clock, wait, request.ask.signal);
        onRetry?.();
      }
    }
  };
}

/** How long to wait before the next try; `undefined` where there is none. */
function pauseMs(error: unknown, retries: number, random: () => number): number | undefined {
  if (!isGatewayError(error, 'UPSTREAM_UNAVAILABLE')) return undefined;
  const { status, retryAfterSeconds } = error.details;
  if (status === undefined) {
    // Without a status, only an open breaker knows when to come back.
    if (retries >= 1 || retryAfterSeconds !== undefined) return undefined;
  } else if (retries >= 2 || !passing.has(status)) {
    return undefined;
  }
  if (retryAfterSeconds !== undefined && retryAfterSeconds > maxWaitSeconds) return undefined;
  const backoff = 100 * 3 ** retries * (0.5 + random() / 2);
  return Math.max(backoff, (retryAfterSeconds ?? 0) * 1000);
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  let cancel = (): void => undefined;
  const pausing = new Promise<void>((resolve) => {
    cancel = clock.setTimeout(resolve, ms);
  });
  try {
    await untilAborted(pausing, signal);
  } finally {
    cancel();
  }
}
