import { viewerNamed, openAccess, type Access } from '../../src/access/access.ts';
import type { TagChange } from '../../src/domain/tag-event.ts';
import type { Delivery, EventPosition } from '../../src/events/delivery.ts';
import { startFanOut, type FanOut, type FanOutOptions } from '../../src/events/fan-out.ts';
import { createEventFilter, type EventFilter } from '../../src/events/filter.ts';
import type { SubscriptionSink } from '../../src/graphql/subscriptions.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';
import { createMemoryLog, moved, type MemoryLog } from '../support/memory-log.ts';

/** What a subscriber was sent: what it is, and where it brought its reader. */
export type Told = Delivery & { readonly at?: number };

/** A connection that a test holds: it may be full, and drains when the test says so. */
export interface TestSink extends SubscriptionSink {
  readonly told: Told[];
  /** Whether it has no room. */
  isStuck: boolean;
  /** Room for so many more before it is stuck. */
  room: number;
  readonly drain: () => void;
  /** Lets the network take something. */
  readonly trickle: () => void;
  isGivenUp: boolean;
  /** What it was told that it ended with. */
  endedWith: Error | undefined;
}

export function createSink(): TestSink {
  let callbacks: (() => void)[] = [];
  let taken = 0;
  const sink: TestSink = {
    told: [],
    isStuck: false,
    room: Number.POSITIVE_INFINITY,
    isGivenUp: false,
    endedWith: undefined,
    next: (payload) => {
      sink.told.push(JSON.parse(payload) as Told);
      sink.room -= 1;
    },
    isFull: () => sink.isStuck || sink.room <= 0,
    onceDrained: (callback) => {
      callbacks.push(callback);
    },
    progress: () => taken,
    giveUp: () => {
      sink.isGivenUp = true;
    },
    end: (error) => {
      sink.endedWith = error;
    },
    trickle: () => {
      taken += 1;
    },
    drain: () => {
      sink.isStuck = false;
      taken += 1;
      const waiting = callbacks;
      callbacks = [];
      for (const callback of waiting) callback();
    },
  };
  return sink;
}

export interface EventStand {
  readonly memory: MemoryLog;
  readonly clock: ManualClock;
  readonly fanOut: FanOut;
  readonly applied: number[];
  readonly warnings: string[];
  /** How often a payload was made. */
  readonly renders: () => number;
  readonly subscribe: (options?: {
    readonly after?: EventPosition | number;
    readonly filter?: EventFilter;
    readonly wantsBookmarks?: boolean;
    readonly sink?: TestSink;
    readonly key?: string;
    readonly render?: (delivery: Delivery) => string | Promise<string>;
  }) => { readonly sink: TestSink; readonly end: () => void };
}

/** Everything that subscriptions need, over a log and a clock that the test holds. */
export async function startEventStand(
  options: Partial<FanOutOptions> & { readonly access?: Access; readonly memory?: MemoryLog } = {},
): Promise<EventStand> {
  const memory = options.memory ?? createMemoryLog();
  const clock = createManualClock();
  const applied: number[] = [];
  const warnings: string[] = [];
  let renders = 0;
  const fanOut = await startFanOut({
    store: memory,
    access: openAccess,
    clock,
    report: {
      info: () => undefined,
      warn: (_, message) => warnings.push(message),
      error: (_, message) => warnings.push(message),
    },
    apply: (events) => applied.push(...events.map(({ sequence }) => sequence)),
    forget: () => undefined,
    patienceMs: 30_000,
    ...options,
  });
  return {
    memory,
    clock,
    fanOut,
    applied,
    warnings,
    renders: () => renders,
    subscribe: ({ after, filter = createEventFilter({ subject: 'TAG' }), sink = createSink(), ...rest } = {}) => {
      const end = fanOut.subscribe({
        key: rest.key ?? filter.text,
        viewer: viewerNamed('everyone'),
        filter,
        render: (delivery) => {
          renders += 1;
          return rest.render?.(delivery) ?? JSON.stringify(delivery);
        },
        after: typeof after === 'number' ? { epoch: memory.epoch, sequence: after } : after,
        wantsBookmarks: rest.wantsBookmarks ?? false,
        sink,
      });
      return { sink, end };
    },
  };
}

/** The sequence numbers of what was sent. */
export function sequences({ told }: TestSink): number[] {
  return told.map(({ sequence }) => sequence);
}

/** The numbers from one to another. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Waits until something holds, turn by turn of the event loop; throws where it never does. */
export async function until(holds: () => boolean, what = 'what was waited for'): Promise<void> {
  for (let turn = 0; turn < 20_000; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`${what} never came`);
}

/** Lets everything that can go on go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** So many changes, each as told; by default all of one tag. */
export function many(count: number, change: (index: number) => TagChange = () => moved()): TagChange[] {
  return Array.from({ length: count }, (_, index) => change(index));
}
