import type { Access } from '../access/access.ts';
import type { TagEvent } from '../domain/tag-event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import type { Store } from '../store/store.ts';
import { createFilterIndex } from './filter-index.ts';
import { createGroup, type Group, type GroupRequest } from './group.ts';
import { createLogPages } from './pages.ts';
import { createPayloadMemo } from './payload-memo.ts';
import { createRecentEvents } from './recent.ts';
import { gapDelivery, type DeliveryMeter, type Gap } from './delivery.ts';
import { startSubscriber, type Subscriber, type SubscriberOptions } from './subscriber.ts';
import { startTail } from './tail.ts';

/** Everything that subscribers of this process have in common. */
export interface FanOut {
  /** Which run of the log this is. */
  readonly epoch: () => string;
  /** Up to where the log has been read and applied: `asOf`. */
  readonly position: () => number;
  /** Starts a subscription; returns what ends it. */
  readonly subscribe: (request: SubscribeRequest) => () => void;
  /**
   * Tells everybody whom it concerns that changes of a part of a source may have gone unseen, after whatever the log holds
   * by now.
   */
  readonly announce: (gap: Gap) => Promise<void>;
  readonly load: () => SubscriptionLoad;
  readonly stop: () => void;
}

/** How many subscriptions there are now, and how they keep up. */
export interface SubscriptionLoad {
  readonly active: number;
  /** Those that are not at the head of the log. */
  readonly behind: number;
  /** Positions of the log that the one furthest behind has before it. */
  readonly furthest: number;
}

export interface SubscribeRequest extends GroupRequest, Pick<SubscriberOptions, 'after' | 'wantsBookmarks' | 'sink'> {}

export interface FanOutOptions {
  readonly store: Pick<Store, 'epoch' | 'log'>;
  readonly access: Access;
  readonly clock: Clock;
  readonly report: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Takes events into what is remembered, before anybody is told of them. */
  readonly apply: (events: readonly TagEvent[]) => void;
  /** Takes note that events were missed, so that nothing that is remembered can be relied on. */
  readonly forget: () => void;
  /** How long a reader may take nothing at all, in milliseconds. */
  readonly patienceMs: number;
  /** Default: nobody is told. */
  readonly meter?: DeliveryMeter;
}

const unmetered: DeliveryMeter = { delivered: () => undefined, resynced: () => undefined };

/** Events that are kept in memory, bytes of payloads, and milliseconds of silence before a bookmark. */
const recentEvents = 10_000;
const memoBytes = 16 * 1024 * 1024;
const bookmarkMs = 30_000;

/** Starts reading the log, and delivers what is read. Rejects with UNAVAILABLE where the store cannot be reached now. */
export async function startFanOut(options: FanOutOptions): Promise<FanOut> {
  const { store, access, clock, report, meter = unmetered } = options;
  const index = createFilterIndex<Group>();
  const groups = new Map<string, { readonly group: Group; readonly subscribers: Set<Subscriber> }>();
  /** Gaps that are told when the log has been read up to there. */
  let gaps: readonly (Gap & { readonly through: number })[] = [];
  const memo = createPayloadMemo(memoBytes);
  const position = (): number => tail.position();
  const epoch = (): string => tail.epoch();
  const recent = createRecentEvents(recentEvents);
  const tail = await startTail({
    store,
    clock,
    report,
    apply: options.apply,
    publish: (events) => {
      recent.push(events);
      for (const event of events) {
        for (const group of index.find(event)) group.publish({ kind: 'event', event, sequence: event.sequence });
      }
      tellGaps();
    },
    lost: (reason) => {
      const sequence = position();
      gaps = [];
      options.forget();
      recent.reset(sequence);
      for (const { group } of groups.values()) {
        const scope = group.filter.text;
        group.publish({ kind: 'resync', reason, scope, sequence, at: clock.now() });
      }
    },
  });
  recent.reset(tail.position());
  const pages = createLogPages({ epoch, log: store.log, recent, position });

  function groupOf(request: GroupRequest): { readonly group: Group; readonly subscribers: Set<Subscriber> } {
    const known = groups.get(request.key);
    if (known !== undefined) return known;
    const group = createGroup(request, { access, clock, memo, position, epoch, meter, bookmarkMs });
    const made = { group, subscribers: new Set<Subscriber>() };
    groups.set(request.key, made);
    index.add(request.filter, group);
    return made;
  }

  function leave({ key, filter }: GroupRequest, subscriber: Subscriber): void {
    const known = groups.get(key);
    known?.subscribers.delete(subscriber);
    if (known === undefined || known.subscribers.size > 0) return;
    groups.delete(key);
    // Equal filters have one place in the index.
    index.remove(filter, known.group);
  }

  function tellGaps(): void {
    const due = gaps.filter(({ through }) => through <= position());
    gaps = gaps.filter((gap) => !due.includes(gap));
    for (const gap of due) {
      for (const { group, subscribers } of groups.values()) {
        if (!group.filter.concerns(gap.source, gap.namespace)) continue;
        const at = clock.now();
        for (const subscriber of subscribers) subscriber.tellGap(gap, at);
        group.publish(gapDelivery(gap, position(), at));
      }
    }
  }

  return {
    epoch,
    position,
    announce: async (gap) => {
      let through = position();
      try {
        through = (await store.log.bounds()).head;
      } catch (error) {
        // Told too early is better than never.
        report.warn({ error }, 'the log cannot be read; a gap is told at once');
      }
      gaps = [...gaps, { ...gap, through }];
      tellGaps();
    },
    load: () => loadOf([...groups.values()].flatMap(({ subscribers }) => [...subscribers])),
    subscribe: (request) => {
      const { after, wantsBookmarks, sink } = request;
      const { group, subscribers } = groupOf(request);
      const subscriber = startSubscriber({
        group,
        after,
        wantsBookmarks,
        sink,
        pages,
        clock,
        patienceMs: options.patienceMs,
        meter,
        onFault: (error) => {
          report.error({ error }, 'a subscription failed by a fault of ours');
        },
      });
      subscribers.add(subscriber);
      return () => {
        if (!subscribers.has(subscriber)) return;
        subscriber.close();
        leave(request, subscriber);
      };
    },
    stop: tail.stop,
  };
}

function loadOf(subscribers: readonly Subscriber[]): SubscriptionLoad {
  let behind = 0;
  let furthest = 0;
  for (const subscriber of subscribers) {
    const distance = subscriber.behind();
    if (distance > 0) behind += 1;
    furthest = Math.max(furthest, distance);
  }
  return { active: subscribers.length, behind, furthest };
}
