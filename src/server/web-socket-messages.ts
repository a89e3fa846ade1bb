import type { Clock } from '../lib/clock.ts';

/** How long messages are counted, in milliseconds. */
const countedMs = 10_000;

/** To be called for each message of a socket: whether it is among so many within ten seconds. */
export function createMessageLimit(count: number, clock: Clock): () => boolean {
  let since = clock.now();
  let received = 0;
  return () => {
    if (clock.now() - since >= countedMs) {
      since = clock.now();
      received = 0;
    }
    received += 1;
    return received <= count;
  };
}
