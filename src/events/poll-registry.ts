import { isGatewayError } from '../domain/errors.ts';
import { isRepositoryName, type RepositoryName } from '../domain/reference.ts';
import type { Registry } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Lease, Store } from '../store/store.ts';
import { isScarce } from './budget.ts';
import type { Checks } from './checks.ts';
import type { Observer } from './observe.ts';
import { formatPollNote, readPollNote, type PollNote } from './poll-note.ts';
import { failureOf, outcomeOf, type Outcome } from './poll-outcome.ts';
import { pollRepository } from './poll-repository.ts';
import { findWatchedNames } from './watched-names.ts';
import type { RegistryPatterns } from './watched-repositories.ts';

export interface RegistryPollerOptions {
  readonly registry: Registry;
  readonly patterns: RegistryPatterns;
  readonly store: Pick<Store, 'tags' | 'leases'>;
  readonly observer: Observer;
  readonly checks: Checks;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn' | 'info'>;
  /** A number from 0 to 1, by chance. */
  readonly random: () => number;
  /** Whether polls may still be begun here. */
  readonly mayBegin: () => boolean;
}

/** Looks at the watched repositories of one registry again and again, sharing the work with other gateways. */
export interface RegistryPoller {
  /** Finds out which repositories are to be watched, and has each polled. Called now and then. */
  readonly refresh: () => Promise<void>;
  /** Polls what is due, as far as there is room. Ends when what it began has ended. */
  readonly turn: () => Promise<void>;
  /** Has a repository polled as soon as may be, by whoever may begin polls. */
  readonly hurry: (repository: RepositoryName) => Promise<void>;
  /** How often `turn` is to be called, in milliseconds. */
  readonly turnEvery: number;
  /** How often `refresh` is to be called, in milliseconds. */
  readonly refreshEvery: number;
}

/** A poll that goes on here. */
interface UnderWay {
  lease: Lease;
  readonly startedAt: number;
}

/** Repositories that are polled at once; the tags of each are asked for in parallel too. */
const atOnce = 4;
const shortestHold = 60_000;
const longestHold = 30 * 60_000;
const catalogEvery = 5 * 60_000;

export function createRegistryPoller(options: RegistryPollerOptions): RegistryPoller {
  const { registry, patterns, store, observer, checks, clock, log, random, mayBegin } = options;
  const { interval } = patterns;
  const { leases } = store;
  const pace = { interval, random };
  /** Of each registry its own, so that one that is slow holds up none of another. */
  const kind = `poll ${registry.name}`;
  const tick = Math.min(1000, Math.max(100, interval / 10));
  const underWay = new Map<RepositoryName, UnderWay>();
  /** Polls that have ended, while the store has not been told yet: it may be away for as long as their lease is held. */
  const ended = new Map<RepositoryName, Outcome & { readonly lease: Lease }>();
  let running = 0;
  let lastClaimAt = -Infinity;
  /** The longest that a poll has taken: a lease is held for several times that. */
  let longest = 0;
  let catalogReadAt = -Infinity;
  let hasWarned = false;

  async function refresh(): Promise<void> {
    const works = await leases.list(kind);
    const known = new Set<string>();
    const dropped: string[] = [];
    for (const { name, note } of works) {
      if (isRepositoryName(name) && patterns.matches(name)) {
        known.add(name);
        checks.learn(registry.name, name, readPollNote(note));
      } else {
        dropped.push(name);
        if (isRepositoryName(name)) checks.forget(registry.name, name);
      }
    }
    if (dropped.length > 0) await leases.drop(kind, dropped);
    const wanted = [...patterns.names, ...(await findByGlob())];
    const missing = wanted.filter((name) => !known.has(name));
    if (missing.length > 0)
      await leases.schedule(
        kind,
        [...new Set(missing)].map((name) => ({ name, dueInMs: 0 })),
      );
  }

  async function findByGlob(): Promise<readonly RepositoryName[]> {
    if (patterns.globs.length === 0 || clock.now() - catalogReadAt < catalogEvery) return [];
    try {
      const names = await findWatchedNames(registry, patterns, observer.ask(registry));
      catalogReadAt = clock.now();
      if (names === undefined && !hasWarned) {
        hasWarned = true;
        const details = { registry: registry.name, patterns: patterns.globs };
        log.warn(
          details,
          'the registry has no catalog to search: patterns match only what webhooks tell of; name the repositories to watch them',
        );
      }
      return names ?? [];
    } catch (error) {
      log.warn({ registry: registry.name, error }, 'the catalog could not be read, so new repositories may be missed');
      return [];
    }
  }

  async function turn(): Promise<void> {
    if (!mayBegin()) return;
    for (const repository of ended.keys()) await giveBack(repository);
    const isSlow = isScarce(registry.state());
    // One poll now and then goes on, since only answers tell when there is more to spend again.
    if (isSlow && clock.now() - lastClaimAt < interval) return;
    const room = isSlow ? Math.min(1, atOnce - running) : atOnce - running;
    if (room <= 0) return;
    running += room;
    let claimed: readonly Lease[] = [];
    try {
      claimed = await leases.claim(kind, room, Math.min(longestHold, Math.max(shortestHold, 4 * longest)));
    } finally {
      running -= room - claimed.length;
    }
    if (claimed.length > 0) lastClaimAt = clock.now();
    await Promise.all(
      claimed.map(async (lease) => {
        try {
          await poll(lease);
        } finally {
          running -= 1;
        }
      }),
    );
    if (claimed.length === room) await turn();
  }

  async function poll(lease: Lease): Promise<void> {
    const repository = lease.name;
    if (!isRepositoryName(repository) || !patterns.matches(repository)) {
      await leases.drop(kind, [repository]);
      return;
    }
    const ours = underWay.get(repository);
    if (ours !== undefined) {
      // The lease ran out while we were at it, and nobody else took it: what is under way goes on with the new one.
      ours.lease = lease;
      longest = Math.max(longest, clock.now() - ours.startedAt);
      return;
    }
    const work = { lease, startedAt: clock.now() };
    underWay.set(repository, work);
    const outcome = await attempt(repository, work, readPollNote(lease.note));
    underWay.delete(repository);
    longest = Math.max(longest, clock.now() - work.startedAt);
    if (outcome === undefined) return;
    ended.set(repository, { ...outcome, lease: work.lease });
    await giveBack(repository);
  }

  async function giveBack(repository: RepositoryName): Promise<void> {
    const end = ended.get(repository);
    if (end === undefined) return;
    const isKept = await leases.complete(end.lease, end.wait, formatPollNote(end.note));
    // Another turn may have given it back, and begun again, meanwhile.
    if (ended.get(repository) === end) ended.delete(repository);
    if (isKept) checks.learn(registry.name, repository, end.note);
  }

  /** One poll with what it leaves to the next; `undefined` where the work is another's by now. */
  async function attempt(repository: RepositoryName, work: UnderWay, before: PollNote): Promise<Outcome | undefined> {
    try {
      const request = { registry, repository, note: before, lease: () => work.lease, now: () => clock.now() };
      const polled = await pollRepository({ store, observer }, request);
      if (polled.kind === 'read' && polled.observed.isLeaseLost) return undefined;
      return outcomeOf(polled, before, work.startedAt, pace);
    } catch (error) {
      if (observer.isStopped()) return { note: before, wait: 0 };
      if (!isGatewayError(error))
        log.warn({ registry: registry.name, repository, error }, 'a poll failed by a fault of ours');
      return failureOf(error, before, pace);
    }
  }

  return {
    refresh,
    turn,
    hurry: async (repository) => {
      await leases.schedule(kind, [{ name: repository, dueInMs: 0 }]);
      await turn();
    },
    turnEvery: tick,
    refreshEvery: Math.min(30_000, Math.max(1000, interval)),
  };
}
