import { isImportPending } from '../../domain/image-stream-import.ts';
import type { ImageStream, ImageStreamKey } from '../../domain/image-stream.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Lease, Store } from '../../store/store.ts';
import { isToImport, type Agenda } from './agenda.ts';
import type { Budget } from './budget.ts';
import type { FindRegistry } from './docker-image.ts';
import { imageOf } from './import.ts';
import type { ImportPlan } from './import-plan.ts';
import type { Importing, Unattended } from './importing.ts';

export interface ScheduleOptions {
  readonly source: string;
  readonly store: Store;
  readonly agenda: Agenda;
  readonly importing: Pick<Importing, 'unattended'>;
  readonly find: FindRegistry;
  readonly budget: Budget;
  readonly clock: Clock;
  /** How often scheduled tags are imported again, in milliseconds. */
  readonly interval: number;
  /** A number from 0 on and below 1, by chance. */
  readonly random: () => number;
  readonly log: Pick<Log, 'warn'>;
}

/** Imports again and again what is scheduled, and what is pending. */
export interface Schedule {
  readonly start: () => void;
  /** Ends it; waits for what is under way. */
  readonly stop: () => Promise<void>;
}

/** How many streams are imported at a time. */
const mostUnderWay = 8;
/** How long one is held, in milliseconds: longer than an import may take, after one that goes before it. */
const holdMs = 180_000;
/** How often the agenda is looked at, in milliseconds: others may have put something on it. */
const lookMs = 1_000;
/** After how long what failed by a fault is tried again at first, in milliseconds. */
const faultMs = 10_000;
/** How many streams are read at a time when it begins. */
const pageSize = 200;
/** Intervals double with each failure, up to so many. */
const mostIntervals = 4;

/** One piece of work is one stream. Work that fails for a reason of ours stays on the agenda, and comes up again. */
export function createSchedule(options: ScheduleOptions): Schedule {
  const { source, store, agenda, importing, find, budget, clock, interval, random, log } = options;
  const underWay = new Set<Promise<void>>();
  let isStopped = false;
  let looking: Promise<void> | undefined;
  let mayBeMore = false;
  let beginning = Promise.resolve();
  let cancelLook = (): void => undefined;
  let cancelBegin = (): void => undefined;
  agenda.onSoon(() => {
    lookIn(0);
  });

  /** Whether it was said that the store cannot be read: once is enough. */
  let isTold = false;

  function lookIn(ms: number): void {
    cancelLook();
    if (isStopped) return;
    cancelLook = clock.setTimeout(() => {
      looking ??= look().finally(() => {
        looking = undefined;
        lookIn(lookMs);
      });
    }, ms);
  }

  async function look(): Promise<void> {
    const free = mostUnderWay - underWay.size;
    let claimed: readonly Lease[] = [];
    try {
      if (free > 0) claimed = await store.leases.claim(agenda.kind, free, holdMs);
      isTold = false;
    } catch (error) {
      if (!isTold) log.warn({ source, error }, 'the schedule of imports cannot be read; it is tried again');
      isTold = true;
    }
    // There may be more than there was room for: whoever is done makes some.
    mayBeMore = claimed.length === free;
    for (const lease of claimed) {
      const work = turn(lease).finally(() => {
        underWay.delete(work);
        if (mayBeMore) lookIn(0);
      });
      underWay.add(work);
    }
  }

  async function turn(lease: Lease): Promise<void> {
    const failures = Number(lease.note ?? 0) || 0;
    try {
      await importStream(lease, failures);
    } catch (error) {
      if (!isStopped) log.warn({ source, work: lease.name, error }, 'a scheduled import could not be done');
      const again = { dueInMs: isStopped ? 0 : Math.min(interval, faultMs * 2 ** failures), failures: failures + 1 };
      await store.leases.complete(lease, again.dueInMs, String(again.failures)).catch(() => false);
    }
  }

  async function importStream(lease: Lease, failures: number): Promise<void> {
    const key = agenda.keyOf(lease);
    if (key === undefined) return store.leases.drop(agenda.kind, [lease.name]);
    const read = async (): Promise<ImageStream | undefined> => (await store.imageStreams.get([key]))[0];
    const stream = await read();
    const waitMs = stream === undefined ? 0 : budget.take(neededBy(stream));
    if (waitMs > 0) {
      await store.leases.complete(lease, waitMs, lease.note);
      return;
    }
    const done = await importing.unattended(planOf(key), lease);
    if (done.kind === 'lease-lost') return;
    const next = afterImport(done, failures);
    await store.leases.complete(lease, next.dueInMs, String(next.failures));
    const after = await read();
    if (![...(after?.tags.values() ?? [])].some(isToImport)) await agenda.drop(key, read);
  }

  /** Pending imports are somebody's wish, and wait for no budget. */
  function neededBy({ tags }: ImageStream): ReadonlyMap<string, number> {
    const needed = new Map<string, number>();
    const due = [...tags.values()].filter(isToImport);
    if (due.some(isImportPending)) return needed;
    for (const { spec } of due) {
      if (spec?.upstream === undefined) continue;
      needed.set(spec.upstream.registry, (needed.get(spec.upstream.registry) ?? 0) + 1);
    }
    return needed;
  }

  function planOf(key: ImageStreamKey): ImportPlan {
    return {
      streams: [key],
      cause: 'IMPORT',
      targets: (get) =>
        [...(get(key)?.tags.values() ?? [])].flatMap((tag) => {
          if (tag.spec === undefined || !isToImport(tag)) return [];
          return { at: { stream: key, tag: tag.name }, wanted: tag.spec, image: imageOf(tag.spec, find) };
        }),
    };
  }

  /** A stream is left alone for longer only when none of its tags could be imported. */
  function afterImport(
    { imports, limitedForMs }: Extract<Unattended, { kind: 'done' }>,
    failures: number,
  ): { readonly dueInMs: number; readonly failures: number } {
    if (limitedForMs !== undefined) return { dueInMs: Math.min(limitedForMs, interval), failures };
    const isFailed = imports.length > 0 && imports.every(({ state }) => state === 'FAILED');
    const failed = isFailed ? Math.min(failures + 1, 10) : 0;
    const jitter = 0.9 + 0.2 * random();
    return { dueInMs: Math.round(interval * Math.min(2 ** failed, mostIntervals) * jitter), failures: failed };
  }

  /** What is scheduled or pending may have been left off the agenda by a gateway that was killed. */
  async function ensureAll(): Promise<void> {
    let after: ImageStreamKey | undefined;
    do {
      const page: readonly ImageStream[] = await store.imageStreams.list({ source, after, limit: pageSize });
      await agenda.ensure(page);
      after = page.length === pageSize ? page.at(-1) : undefined;
    } while (after !== undefined && !isStopped);
  }

  function begin(): void {
    beginning = ensureAll().catch((error: unknown) => {
      log.warn({ source, error }, 'not all scheduled imports could be found; it is tried again');
      cancelBegin = clock.setTimeout(begin, faultMs);
    });
  }

  return {
    start: () => {
      begin();
      lookIn(0);
    },
    stop: async () => {
      isStopped = true;
      cancelLook();
      cancelBegin();
      await Promise.all([beginning, looking]);
      await Promise.all(underWay);
    },
  };
}
