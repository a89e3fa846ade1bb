import type { TagEvent } from '../domain/tag-event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/store.ts';
import type { ResyncReason } from './delivery.ts';

/** The one reader of the log in this process, from whom all subscriptions have their events. */
export interface Tail {
  /** Everything up to here has been read, and applied to the caches: what `asOf` says. */
  readonly position: () => number;
  /** Which run of sequence numbers the position is of. */
  readonly epoch: () => string;
  readonly stop: () => void;
}

export interface TailOptions {
  readonly store: Pick<Store, 'epoch' | 'log'>;
  readonly clock: Clock;
  readonly report: Pick<Log, 'warn' | 'info'>;
  /** Called with events in the order of the log, each once: first for what is remembered, so that no answer is older than its `asOf`. */
  readonly apply: (events: readonly TagEvent[]) => void;
  /** Called after `apply`, when the position has moved. */
  readonly publish: (events: readonly TagEvent[]) => void;
  /** Called where events may have been missed, and why; the tail goes on from its new position. */
  readonly lost: (reason: ResyncReason) => void;
  /** A number from 0 to 1, by chance. */
  readonly random?: () => number;
}

/** How long the tail waits without being woken, in milliseconds; wake-ups carry no promise. */
const floorMs = 1000;
const maxBackoffMs = 10_000;
const pageSize = 500;

/**
 * Starts reading at the head of the log: what was before, nobody in this process has been told, and the caches are empty.
 * Rejects with UNAVAILABLE where the store cannot be reached now; later outages it survives, and goes on asking.
 */
export async function startTail(options: TailOptions): Promise<Tail> {
  const { store, clock, report, random = Math.random } = options;
  const { log } = store;
  let isPending = false;
  // Until the position is known, being woken is only noted.
  let isReading = true;
  let isStopped = false;
  let failures = 0;
  let position = 0;
  let { epoch } = store;
  let cancelTimer = (): void => undefined;
  // Listening comes before reading: what is appended in between is asked for once more, and nothing waits for the timer.
  const unlisten = log.onAppend(wake);
  try {
    position = (await log.bounds()).head;
    ({ epoch } = store);
  } catch (error) {
    unlisten();
    throw error;
  }
  isReading = false;
  wake();

  function wake(): void {
    // Before each read, so that what is appended while it is under way is asked for once more.
    isPending = true;
    if (!isReading && !isStopped) void readAll();
  }

  async function readAll(): Promise<void> {
    isReading = true;
    cancelTimer();
    let isFine = true;
    while (isPending && isFine && !isStopped) {
      isPending = false;
      isFine = await readPage();
    }
    isReading = false;
    if (isStopped) return;
    const wait = isFine ? floorMs : Math.min(floorMs * 2 ** (failures - 1), maxBackoffMs);
    cancelTimer = clock.setTimeout(wake, wait * (1 + random() / 4));
  }

  /** Whether the store answered as a log does. */
  async function readPage(): Promise<boolean> {
    try {
      const { events, hasMore, floor } = await log.read({ order: 'OLDEST_FIRST', after: position, limit: pageSize });
      if (isStopped) return true;
      if (store.epoch !== epoch) skipTo((await log.bounds()).head, 'EPOCH_CHANGED');
      else if (floor > position) skipTo((await log.bounds()).head, 'CURSOR_EXPIRED');
      else if (!followsOn(events)) return fail('the log has a gap: it is read again, and nothing is passed over', {});
      else take(events);
      isPending ||= hasMore;
      if (failures > 0) report.info({ position }, 'the event log is read again');
      failures = 0;
      return true;
    } catch (error) {
      return fail('the event log cannot be read: it is asked again', { error: error });
    }
  }

  function take(events: readonly TagEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    options.apply(events);
    position = last.sequence;
    options.publish(events);
  }

  function skipTo(head: number, reason: ResyncReason): void {
    report.warn({ reason, from: position, to: head }, 'events may have been missed: all subscribers read again');
    position = head;
    ({ epoch } = store);
    options.lost(reason);
  }

  function followsOn(events: readonly TagEvent[]): boolean {
    return events.every(({ sequence }, index) => sequence === position + 1 + index);
  }

  function fail(message: string, details: Readonly<Record<string, unknown>>): false {
    failures += 1;
    if (failures === 1) report.warn({ position, ...details }, message);
    return false;
  }

  return {
    position: () => position,
    epoch: () => epoch,
    stop: () => {
      isStopped = true;
      unlisten();
      cancelTimer();
    },
  };
}
