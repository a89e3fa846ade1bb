import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { createRememberedAnswers } from '../remembered-answers.ts';
import type { Review, Verdict } from './review.ts';
import type { Attributes } from './rights.ts';
import type { Subject } from './subject.ts';

/** Yes or no, at once where that is known. Rejects with AUTH_UNAVAILABLE where it cannot be found out now. */
export type Decision = boolean | Promise<boolean>;

/** What a cluster decided, for a while. `endsAt` is when the viewer's credential does, milliseconds since the epoch. */
export type Decisions = (subject: Subject, attributes: Attributes, endsAt: number | undefined) => Decision;

export interface DecisionsOptions {
  readonly source: string;
  readonly review: Review;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** How long an answer is taken, from when it was asked for, in milliseconds: so long may a right go on that was taken back. */
const rememberMs: Readonly<Record<Verdict['kind'], number>> = { allowed: 60_000, denied: 10_000, unknown: 5_000 };
/** How many answers that allow are kept, and how many others. */
const most = 20_000;
/** What is odd is logged so often at most, for each thing that is, in milliseconds. */
const quietMs = 60_000;

/** How many things that are odd it is remembered of that they were logged. */
const mostLogged = 100;

/** Remembers what a cluster decides. Of many who ask the same at a time, one asks. */
export function createDecisions({ source, review, clock, log }: DecisionsOptions): Decisions {
  const verdicts = createRememberedAnswers<Verdict['kind']>({ isGood: (kind) => kind === 'allowed', most, clock });
  const underWay = new Map<string, Promise<boolean>>();
  const loggedAt = new LRUCache<string, number>({ max: mostLogged });

  function decided(verdict: Verdict['kind']): Decision {
    if (verdict !== 'unknown') return verdict === 'allowed';
    const message = `${source}: its cluster, which decides about this, cannot be asked now; ask again later`;
    return Promise.reject(new GatewayError('AUTH_UNAVAILABLE', message, {}));
  }

  async function ask(key: string, subject: Subject, attributes: Attributes, endsAt = Infinity): Promise<boolean> {
    const askedAt = clock.now();
    const verdict = await review(subject, attributes);
    const until = Math.min(askedAt + rememberMs[verdict.kind], endsAt);
    verdicts.put(key, verdict.kind, until);
    if ('why' in verdict) report(verdict.why);
    return decided(verdict.kind);
  }

  /** By what is wrong, and not for each question: there may be thousands. */
  function report(why: string): void {
    const last = loggedAt.get(why);
    if (last !== undefined && clock.now() - last < quietMs) return;
    loggedAt.set(why, clock.now());
    log.warn({ source, why }, 'a cluster does not say cleanly who may do what; what it does not allow is refused');
  }

  return (subject, attributes, endsAt) => {
    const key = keyOf(subject, attributes);
    const known = verdicts.get(key);
    if (known !== undefined) return decided(known);
    const begun = underWay.get(key);
    if (begun !== undefined) return begun;
    const asking = ask(key, subject, attributes, endsAt).finally(() => underWay.delete(key));
    underWay.set(key, asking);
    return asking;
  };
}

function keyOf({ key }: Subject, { verb, resource, subresource, namespace = '', name = '' }: Attributes): string {
  return `${key} ${verb} ${resource}/${subresource ?? ''} ${namespace}/${name}`;
}
