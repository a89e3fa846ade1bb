import { LRUCache } from 'lru-cache';
import { GatewayError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
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
/** How many answers of each kind are kept; of more, those go that were not asked for longest. */
const most = 20_000;
/** What is odd is logged so often at most, for each thing that is, in milliseconds. */
const quietMs = 60_000;

interface Entry {
  readonly verdict: Verdict['kind'];
  readonly until: number;
}

/**
 * Remembers what a cluster decides. Of many who ask the same at a time, one asks. What it allows is kept apart from the rest, so that many
 * questions about what is not there push nothing out.
 */
export function createDecisions({ source, review, clock, log }: DecisionsOptions): Decisions {
  const allowed = new LRUCache<string, Entry>({ max: most });
  const others = new LRUCache<string, Entry>({ max: most });
  const underWay = new Map<string, Promise<boolean>>();
  const loggedAt = new Map<string, number>();

  function decided(verdict: Verdict['kind']): Decision {
    if (verdict !== 'unknown') return verdict === 'allowed';
    const message = `${source}: its cluster, which decides about this, cannot be asked now; ask again later`;
    return Promise.reject(new GatewayError('AUTH_UNAVAILABLE', message, {}));
  }

  function known(key: string): Entry | undefined {
    const entry = allowed.get(key) ?? others.get(key);
    if (entry === undefined || entry.until > clock.now()) return entry;
    allowed.delete(key);
    others.delete(key);
    return undefined;
  }

  async function ask(key: string, subject: Subject, attributes: Attributes, endsAt = Infinity): Promise<boolean> {
    const askedAt = clock.now();
    const verdict = await review(subject, attributes);
    const until = Math.min(askedAt + rememberMs[verdict.kind], endsAt);
    (verdict.kind === 'allowed' ? allowed : others).set(key, { verdict: verdict.kind, until });
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
    const entry = known(key);
    if (entry !== undefined) return decided(entry.verdict);
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
