import { isGatewayError, type ErrorCode } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { Ask, Each } from '../domain/registry.ts';
import { createFlights, type Load } from './flights.ts';
import type { MemoryPart } from './memory.ts';

/** How long a fact is used, in milliseconds since it was learnt. */
export interface Lifetime {
  /** Up to this age it is answered as it is. */
  readonly fresh: number;
  /** Up to this age it is answered at once, marked stale, while it is read again. */
  readonly whileRevalidating: number;
  /** Up to this age it is answered, marked stale, where reading it again fails. */
  readonly ifError: number;
}

export interface Fact {
  readonly freshness: Freshness;
}

export interface FactsOptions<Subject, Found extends Fact> {
  readonly keyOf: (subject: Subject) => string;
  readonly fetch: Load<Subject, Found | undefined>;
  readonly part: MemoryPart<Found>;
  readonly lifetime: Lifetime;
  readonly now: () => number;
  /** What of a fetched fact is worth keeping; all of it by default. */
  readonly keep?: (found: Found) => Found;
  readonly onAsked?: OnAsked | undefined;
}

/** Told how many of some facts that were asked for were remembered, remembered but not fresh any more, and not there. */
export type OnAsked = (hits: number, stale: number, misses: number) => void;

/** Facts that change: remembered for a time, then read again. Absence, errors and aborts are never remembered. */
export interface Facts<Subject, Found extends Fact> {
  readonly read: (subjects: readonly Subject[], ask: Ask) => Each<Found | undefined>;
  /** Takes in what was learnt by the way. */
  readonly learn: (subject: Subject, found: Found) => void;
  readonly forget: (subject: Subject) => void;
}

/** Failures that say nothing about the fact itself; after any other, an old answer would hide something. */
const failuresToBridge: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_RATE_LIMITED',
]);

export function createFacts<Subject, Found extends Fact>(options: FactsOptions<Subject, Found>): Facts<Subject, Found> {
  const { keyOf, part, lifetime, now } = options;
  const keep = options.keep ?? ((found: Found): Found => found);
  const load = createFlights(keyOf, options.fetch, (subject, found) => {
    if (found === undefined) part.delete(keyOf(subject));
    else part.set(keyOf(subject), keep(found));
  });

  function read(subjects: readonly Subject[], ask: Ask): Each<Found | undefined> {
    const missing: Subject[] = [];
    const renewing: Subject[] = [];
    const answers = subjects.map((subject) => {
      const known = ask.current === true ? undefined : part.get(keyOf(subject));
      const age = known === undefined ? Infinity : now() - known.freshness.fetchedAt;
      if (known !== undefined && age < lifetime.whileRevalidating) {
        ask.cost.cacheHits += 1;
        if (age < lifetime.fresh) return known;
        renewing.push(subject);
        return stale(known, 'it is being read again');
      }
      missing.push(subject);
      return { missing: missing.length - 1, old: age < lifetime.ifError ? known : undefined };
    });
    const old = renewing.length;
    options.onAsked?.(subjects.length - missing.length - old, old, missing.length);
    if (renewing.length > 0) renew(renewing, ask);
    const loaded = missing.length > 0 ? load(missing, ask) : [];
    return answers.map((answer) => {
      if (!('missing' in answer)) return Promise.resolve(answer);
      const fetched = loaded[answer.missing] ?? Promise.resolve(undefined);
      const { old } = answer;
      return old === undefined ? fetched : fetched.catch((error: unknown) => bridge(old, error));
    });
  }

  /** In the background: it belongs to nobody who could give up on it, and its failure is seen when it is asked next. */
  function renew(subjects: readonly Subject[], ask: Ask): void {
    const unhurried = { signal: new AbortController().signal, cost: ask.cost };
    for (const renewal of load(subjects, unhurried)) renewal.catch(() => undefined);
  }

  return {
    read,
    learn: (subject, found) => {
      part.set(keyOf(subject), keep(found));
    },
    forget: (subject) => {
      part.delete(keyOf(subject));
    },
  };
}

function bridge<Found extends Fact>(old: Found, error: unknown): Found {
  if (!isGatewayError(error) || !failuresToBridge.has(error.code)) throw error;
  return stale(old, error.message);
}

function stale<Found extends Fact>(found: Found, reason: string): Found {
  return { ...found, freshness: { state: 'STALE', fetchedAt: found.freshness.fetchedAt, reason } };
}
