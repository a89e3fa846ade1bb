import { anonymous, type Viewer } from '../access/access.ts';
import type { Callers } from '../access/callers/callers.ts';
import type { Clock } from '../lib/clock.ts';
import { identify } from './identify.ts';

/**
 * Why a connection must not go on as it is:
 * - `expired`: what was shown is not good any more
 * - `revoked`: it would not be let in again
 * - `changed`: it would be let in as somebody else, with other groups, or with other limits
 * - `unknown`: who it is could not be found out, twice in a row
 */
export type IdentityEnd = 'expired' | 'revoked' | 'changed' | 'unknown';

export interface IdentityWatchOptions {
  readonly callers: Callers;
  /** What the caller showed. */
  readonly authorization: string | undefined;
  /** Who that was. */
  readonly viewer: Viewer;
  readonly clock: Clock;
  /** Told once. */
  readonly onEnd: (why: IdentityEnd) => void;
  /** Told of faults of ours, which count as not knowing. */
  readonly onFault: (error: unknown) => void;
}

/** How often is asked again who somebody is, in milliseconds: so long may a credential go on that was taken back. */
const askAgainMs = 60_000;

/**
 * Looks after who stands behind a connection that stays open: until what was shown ends, and asking anew each minute. One whose
 * end is known goes on until then while that cannot be asked; one without end does so for one minute more. Returns what stops it.
 */
export function watchIdentity(options: IdentityWatchOptions): () => void {
  const { callers, authorization, viewer, clock } = options;
  // Who showed nothing has nothing that could end.
  if (viewer.id === anonymous.id) return () => undefined;
  const names = namesOf(viewer);
  let { expiresAt } = viewer;
  let misses = 0;
  let isOver = false;
  let cancel = wait();

  function wait(): () => void {
    const left = leftOf();
    return left > askAgainMs ? clock.setTimeout(askAgain, askAgainMs) : clock.setTimeout(endIfOver, Math.max(left, 1));
  }

  function leftOf(): number {
    return expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt - clock.now();
  }

  function askAgain(): void {
    void ask();
    // At once, since an answer may take longer than what was shown is good for.
    cancel = wait();
  }

  function endIfOver(): void {
    // Timers may go off a little early.
    if (leftOf() > 0) cancel = wait();
    else end('expired');
  }

  async function ask(): Promise<void> {
    const found = await identify(callers, authorization).catch((error: unknown) => {
      if (!isOver) options.onFault(error);
      return undefined;
    });
    if (isOver) return;
    if (found?.kind === 'viewer') {
      misses = 0;
      ({ expiresAt } = found.viewer);
      cancel();
      if (namesOf(found.viewer) === names) cancel = wait();
      else end('changed');
    } else if (found?.code === 'UNAUTHENTICATED') end('revoked');
    else {
      misses += 1;
      if (misses > 1 && expiresAt === undefined) end('unknown');
    }
  }

  function end(why: IdentityEnd): void {
    stop();
    options.onEnd(why);
  }

  function stop(): void {
    isOver = true;
    cancel();
  }

  return stop;
}

/** All that decisions may depend on. */
function namesOf({ id, groups, extra }: Viewer): string {
  return JSON.stringify([id, groups.toSorted(), extra ?? null]);
}
