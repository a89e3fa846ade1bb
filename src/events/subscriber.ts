import type { Clock } from '../lib/clock.ts';
import { isGatewayError } from '../domain/errors.ts';
import { coalesce } from './coalesce.ts';
import {
  gapDelivery,
  type Delivery,
  type DeliveryMeter,
  type EventPosition,
  type Gap,
  type ResyncReason,
} from './delivery.ts';
import type { Group, Member } from './group.ts';
import type { LogPages } from './pages.ts';

/** Where a subscription's payloads go: one operation on one connection. */
export interface Sink {
  /** Frames and sends a payload; `sequence` is where it brings its reader. */
  readonly next: (payload: string, sequence: number) => void;
  /** Whether more waits on the connection than it should: then nothing is sent until it has drained. */
  readonly isFull: () => boolean;
  /** Calls back once when there is room again. */
  readonly onceDrained: (callback: () => void) => void;
  /** A number that changes whenever the reader took anything. */
  readonly progress: () => number;
  /** Ends the connection of a reader that takes nothing. */
  readonly giveUp: () => void;
}

export interface SubscriberOptions {
  readonly group: Group;
  /** Where to go on; left out: from now on. */
  readonly after?: EventPosition | undefined;
  readonly wantsBookmarks: boolean;
  readonly sink: Sink;
  readonly pages: LogPages;
  readonly clock: Clock;
  /** How long a reader may take nothing at all, in milliseconds. */
  readonly patienceMs: number;
  readonly meter: Pick<DeliveryMeter, 'resynced'>;
  /** Told of faults of ours. */
  readonly onFault: (error: unknown) => void;
}

export interface Subscriber {
  /** Tells of a gap upstream where the group does not: while it reads by itself. */
  readonly tellGap: (gap: Gap, at: number) => void;
  /** How many positions of the log it has before it: 0 at the head, where its group sends. */
  readonly behind: () => number;
  readonly close: () => void;
}

/** How many events are read at a time, and how many payloads are made at a time, while somebody catches up. */
const pageSize = 100;
const together = 16;
/** How long to wait where the store cannot be read, in milliseconds. */
const retryMs = 1000;

/**
 * One subscription: reads the log from where it stands, and joins its group at the head. There is no queue of its own: when
 * its reader is slow it leaves the group and keeps nothing but its place, and reads on from the log when there is room.
 */
export function startSubscriber(options: SubscriberOptions): Subscriber {
  const { group, after, wantsBookmarks, sink, pages, clock } = options;
  let isClosed = false;
  let member: Member | undefined;
  /** Everything up to here was sent, or does not match. */
  let position = pages.position();
  let epoch = pages.epoch();
  /** Whether a place ahead of this process may be one that the log never got to: then nothing is believed of it yet. */
  let isUnproven = false;
  /** Where it left its group for being slow: from there on it may be given only the last event of each tag. */
  let leftAt: number | undefined;

  if (after === undefined) joinOrCatchUp();
  else if (after.epoch !== epoch) void resync('EPOCH_CHANGED').then(catchUp);
  else {
    position = after.sequence;
    isUnproven = position > pages.position();
    joinOrCatchUp();
  }

  function joinOrCatchUp(): void {
    if (!join()) void catchUp();
  }

  /** Joins the group if it is there: also from ahead of it, where the cursor came from a faster replica. */
  function join(): boolean {
    if (isUnproven || epoch !== pages.epoch() || position < group.through() || sink.isFull()) return false;
    leftAt = undefined;
    member = { from: position, wantsBookmarks, take, wait };
    group.join(member);
    return true;
  }

  function take(payload: string, sequence: number, isUrgent: boolean): void {
    if (isUrgent) epoch = pages.epoch();
    if (isUrgent || !sink.isFull()) {
      sink.next(payload, sequence);
      return;
    }
    leave();
    position = sequence - 1;
    leftAt = position;
    void catchUp();
  }

  /** Nothing is passed over: it is asked again until it is known, or the subscription ends. */
  function wait(sequence: number): void {
    leave();
    position = sequence - 1;
    void pause().then(catchUp);
  }

  function leave(): void {
    if (member !== undefined) group.leave(member);
    member = undefined;
  }

  async function catchUp(): Promise<void> {
    while (!isClosed && !join()) {
      try {
        if (sink.isFull()) await drained();
        else if (epoch !== pages.epoch()) await resync('EPOCH_CHANGED');
        else if (isUnproven) await prove();
        else if (leftAt === undefined) await sendPage();
        else await sendMissed(leftAt);
      } catch (error) {
        if (isGatewayError(error)) await pause();
        else fail(error);
      }
    }
  }

  async function prove(): Promise<void> {
    if (!(await pages.reaches(position))) await resync('EPOCH_CHANGED');
    isUnproven = false;
  }

  async function sendPage(): Promise<void> {
    const page = await pages.read(group.filter, position, pageSize);
    if (page === 'expired') return resync('CURSOR_EXPIRED');
    const events = page.events.map((event): Delivery => ({ kind: 'event', event, sequence: event.sequence }));
    if (await send(events)) position = page.through;
  }

  /** What a slow reader missed: all of it if that is little, of much the last event of each tag, of too much nothing. */
  async function sendMissed(since: number): Promise<void> {
    const missed = await coalesce(pages, group.filter, since, group.payloadLength());
    if (missed.kind !== 'some') return resync(missed.kind === 'expired' ? 'CURSOR_EXPIRED' : 'SLOW_CONSUMER');
    // What was sent before the reader stopped again is passed over here, but counted above as what may be merged.
    const isSent = await send(missed.deliveries.filter(({ sequence }) => sequence > position));
    if (isSent) position = missed.through;
    if (isSent || !missed.isMerged) leftAt = position;
  }

  /** Sends in order until the reader has no room; whether all of it was sent. */
  async function send(deliveries: readonly Delivery[]): Promise<boolean> {
    for (let at = 0; at < deliveries.length; at += together) {
      const some = deliveries.slice(at, at + together);
      const payloads = some.map(group.payloadOf);
      for (const [index, { sequence }] of some.entries()) {
        const payload = await payloads[index];
        if (isClosed || sink.isFull()) return false;
        if (payload !== undefined) sink.next(payload, sequence);
        position = sequence;
      }
    }
    return true;
  }

  async function resync(reason: ResyncReason): Promise<void> {
    const sequence = pages.position();
    const of = pages.epoch();
    const scope = group.filter.text;
    const payload = await group.payloadOf({ kind: 'resync', reason, scope, sequence, at: clock.now() });
    if (isClosed) return;
    // Sent even where the connection is full: it is the one thing that a reader must not miss.
    if (payload !== undefined) {
      sink.next(payload, sequence);
      options.meter.resynced(reason, 1);
    }
    position = sequence;
    epoch = of;
    leftAt = undefined;
  }

  function drained(): Promise<void> {
    return new Promise((resolve) => {
      let progress = sink.progress();
      let cancel = clock.setTimeout(look, options.patienceMs);

      function look(): void {
        if (isClosed) resolve();
        else if (progress === sink.progress()) {
          close();
          sink.giveUp();
          resolve();
        } else {
          progress = sink.progress();
          cancel = clock.setTimeout(look, options.patienceMs);
        }
      }

      sink.onceDrained(() => {
        cancel();
        resolve();
      });
    });
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      clock.setTimeout(resolve, retryMs);
    });
  }

  /** A fault of ours must not end the process: it ends this subscription, whose reader comes again. */
  function fail(error: unknown): void {
    close();
    options.onFault(error);
    sink.giveUp();
  }

  function close(): void {
    isClosed = true;
    leave();
  }

  function tellGap(gap: Gap, at: number): void {
    if (isClosed || member !== undefined) return;
    const delivery = gapDelivery(gap, position, at);
    void Promise.resolve(group.payloadOf(delivery)).then((payload) => {
      if (payload === undefined || isClosed) return;
      sink.next(payload, delivery.sequence);
      options.meter.resynced('UPSTREAM_GAP', 1);
    }, options.onFault);
  }

  return { tellGap, behind: () => (member === undefined ? Math.max(0, pages.position() - position) : 0), close };
}
