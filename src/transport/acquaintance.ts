import type { Clock } from '../lib/clock.ts';
import { untilAborted } from '../lib/wait.ts';
import type { Transport } from './transport.ts';

/** The longest that others wait for the first answer: one request that hangs must not hold up all. */
const patienceMs = 1_000;

/**
 * Lets the first request to a registry go ahead alone. Its answer shows how the registry wants to be asked, and the others
 * carry their tokens from the start: else a burst at a cold start would be answered by as many challenges.
 */
export function createAcquaintance(inner: Transport, { clock }: { readonly clock: Clock }): Transport {
  let first: Promise<void> | undefined;
  let isMade = false;

  return async function send(request) {
    if (isMade) return inner(request);
    if (first !== undefined) {
      await untilAborted(first, request.ask.signal);
      return inner(request);
    }
    let cancel = (): void => undefined;
    let made = (): void => undefined;
    first = new Promise((resolve) => {
      made = () => {
        isMade = true;
        resolve();
      };
      cancel = clock.setTimeout(made, patienceMs);
    });
    try {
      return await inner(request);
    } finally {
      cancel();
      made();
    }
  };
}
