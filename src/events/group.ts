import type { Access, Viewer } from '../access/access.ts';
import type { Clock } from '../lib/clock.ts';
import type { Delivery, DeliveryMeter, Soon } from './delivery.ts';
import { rightToBeTold } from './resource.ts';
import type { EventFilter } from './filter.ts';
import type { PayloadMemo } from './payload-memo.ts';

/** What is executed once for all who ask the same. */
export interface GroupRequest {
  /** Tells this operation, with its variables and access scope, from every other. */
  readonly key: string;
  /** Stands for the access scope: everyone in it may see the same. */
  readonly viewer: Viewer;
  readonly filter: EventFilter;
  /** The serialized payload of a delivery. Never rejects. */
  readonly render: (delivery: Delivery) => Soon<string>;
}

/** A subscriber at the head of the log, who is sent what its group is sent. */
export interface Member {
  /** Everything up to here it has had already; a RESYNC brings it elsewhere. */
  from: number;
  readonly wantsBookmarks: boolean;
  /** Takes a payload; one that is urgent even where there is no room for it. */
  readonly take: (payload: string, sequence: number, isUrgent: boolean) => void;
  /** It cannot be found out now whether the scope may see what is there: the member leaves, and reads on from before it. */
  readonly wait: (sequence: number) => void;
}

/** All subscriptions with one key: each payload is made once, and given to every member in the order of the log. */
export interface Group {
  readonly filter: EventFilter;
  /** Everything up to here has been given to the members: who stands there, or after it, may join. */
  readonly through: () => number;
  readonly join: (member: Member) => void;
  readonly leave: (member: Member) => void;
  /** The payload of a delivery; `undefined` where the scope may not see it. Rejects where that cannot be found out now. */
  readonly payloadOf: (delivery: Delivery) => Soon<string | undefined>;
  /** How long the last payload was, in characters: a guess for the next. */
  readonly payloadLength: () => number;
  readonly publish: (delivery: Delivery) => void;
}

export interface GroupOptions {
  readonly access: Access;
  readonly clock: Clock;
  readonly memo: PayloadMemo;
  readonly position: () => number;
  readonly epoch: () => string;
  readonly meter: DeliveryMeter;
  /** After how much silence a bookmark is sent, in milliseconds. */
  readonly bookmarkMs: number;
}

export function createGroup({ key, viewer, filter, render }: GroupRequest, options: GroupOptions): Group {
  const { access, clock, memo, position, epoch, meter, bookmarkMs } = options;
  const members = new Set<Member>();
  /** What is being made, in order: a payload that is ready waits for those before it. */
  const queue: { readonly delivery: Delivery; readonly payload: Promise<Decided> }[] = [];
  let length = 0;
  let cancelBookmark: (() => void) | undefined;
  let lastSentAt = clock.now();

  function payloadOf(delivery: Delivery): Soon<string | undefined> {
    const right = rightToBeTold(delivery, filter.names);
    if (right === undefined) return make(delivery);
    // Asked for each delivery, also where the payload is known: what a viewer may see changes.
    const may = access.may(viewer, right.verb, right.resource);
    if (typeof may === 'boolean') return may ? make(delivery) : undefined;
    const payload = may.then(
      (isAllowed) => (isAllowed ? make(delivery) : undefined),
      (error: unknown) => {
        if (delivery.kind !== 'resync') throw error;
        // The log does not hold it, so it is told now: as a gap in what the subscription is about, wherever that is.
        const { kind, reason, sequence, at } = delivery;
        return make({ kind, reason, scope: filter.text, sequence, at });
      },
    );
    // It may end before those ahead of it, and before anybody waits for it.
    payload.catch(() => undefined);
    return payload;
  }

  function make(delivery: Delivery): Soon<string> {
    return memo.get(`${key} ${epoch()} ${nameOf(delivery)}`, () => render(delivery));
  }

  function publish(delivery: Delivery): void {
    if (members.size === 0) return;
    const payload = payloadOf(delivery);
    if (queue.length === 0 && typeof payload !== 'object') {
      send(payload, delivery);
      return;
    }
    const decided = Promise.resolve(payload).then(
      (made): Decided => ({ kind: 'decided', payload: made }),
      (): Decided => ({ kind: 'unknown' }),
    );
    queue.push({ delivery, payload: decided });
    if (queue.length === 1) void sendQueued();
  }

  async function sendQueued(): Promise<void> {
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const decided = await next.payload;
      // First those leave who have to wait for it: what comes is not for them.
      if (decided.kind === 'unknown') postpone(next.delivery);
      queue.shift();
      if (decided.kind === 'decided') send(decided.payload, next.delivery);
    }
  }

  function postpone({ sequence }: Delivery): void {
    for (const member of [...members]) if (member.from < sequence) member.wait(sequence);
  }

  function send(payload: string | undefined, delivery: Delivery): void {
    if (payload === undefined) return;
    const { kind, sequence } = delivery;
    ({ length } = payload);
    lastSentAt = clock.now();
    if (kind === 'event') meter.delivered(lastSentAt - delivery.event.observedAt);
    else if (kind === 'resync') meter.resynced(delivery.reason, members.size);
    for (const member of members) {
      // A gap upstream is no reason to take anybody back who stands ahead.
      if (kind === 'resync')
        member.from = delivery.reason === 'UPSTREAM_GAP' ? Math.max(member.from, sequence) : sequence;
      else if (member.from >= sequence) continue;
      member.take(payload, sequence, kind === 'resync');
    }
  }

  /** One timer for all: silence is the same for everyone in the group. */
  function awaitSilence(): void {
    cancelBookmark ??= clock.setTimeout(
      () => {
        cancelBookmark = undefined;
        void sendBookmarks();
      },
      Math.max(lastSentAt + bookmarkMs - clock.now(), 1),
    );
  }

  async function sendBookmarks(): Promise<void> {
    if (clock.now() - lastSentAt >= bookmarkMs && queue.length === 0) {
      lastSentAt = clock.now();
      const sequence = position();
      const payload = await make({ kind: 'bookmark', sequence, at: clock.now() });
      // What was sent meanwhile says more than a bookmark would.
      if (through() === sequence) {
        for (const member of members) {
          if (member.wantsBookmarks && member.from <= sequence) member.take(payload, sequence, false);
        }
      }
    }
    if ([...members].some(({ wantsBookmarks }) => wantsBookmarks)) awaitSilence();
  }

  function through(): number {
    const [next] = queue;
    return next === undefined ? position() : next.delivery.sequence - 1;
  }

  return {
    filter,
    through,
    payloadOf,
    payloadLength: () => length,
    publish,
    join: (member) => {
      if (members.size === 0) lastSentAt = clock.now();
      members.add(member);
      if (member.wantsBookmarks) awaitSilence();
    },
    leave: (member) => {
      members.delete(member);
      if (members.size > 0) return;
      cancelBookmark?.();
      cancelBookmark = undefined;
    },
  };
}

/** What was to be sent of a delivery, nothing where it is hidden; or that it is not known whether it is. */
type Decided = { readonly kind: 'decided'; readonly payload: string | undefined } | { readonly kind: 'unknown' };

function nameOf(delivery: Delivery): string {
  const { kind, sequence } = delivery;
  if (kind === 'event') return delivery.event.coalesced ? `coalesced ${sequence}` : String(sequence);
  return kind === 'resync' ? `${delivery.reason} ${sequence} ${delivery.scope}` : `${kind} ${sequence}`;
}
