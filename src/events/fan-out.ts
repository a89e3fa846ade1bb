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
import { startSubscriber, type SubscriberOptions } from './subscriber.ts';
import { startTail } from './tail.ts';

/** Everything that subscribers of this process have in common. */
export interface FanOut {
  /** Which run of the log this is. */
  readonly epoch: () => string;
  /** Up to where the log has been read and applied: `asOf`. */
  readonly position: () => number;
  /** Starts a subscription; returns what ends it. */
  readonly subscribe: (request: SubscribeRequest) => () => void;
  readonly stop: () => void;
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
}

/** Events that are kept in memory, bytes of payloads, and milliseconds of silence before a bookmark. */
const recentEvents = 10_000;
const memoBytes = 32 * 1024 * 1024;
const bookmarkMs = 30_000;

/** Starts reading the log, and delivers what is read. Rejects with UNAVAILABLE where the store cannot be reached now. */
export async function startFanOut(options: FanOutOptions): Promise<FanOut> {
  const { store, access, clock, report } = options;
  const index = createFilterIndex<Group>();
  const groups = new Map<string, { readonly group: Group; subscribers: number }>();
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
    },
    lost: (reason) => {
      const sequence = position();
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

  function enter(request: GroupRequest): Group {
    const known = groups.get(request.key);
    if (known !== undefined) {
      known.subscribers += 1;
      return known.group;
    }
    const group = createGroup(request, { access, clock, memo, position, epoch, bookmarkMs });
    groups.set(request.key, { group, subscribers: 1 });
    index.add(request.filter, group);
    return group;
  }

  function leave({ key, filter }: GroupRequest): void {
    const known = groups.get(key);
    if (known === undefined) return;
    known.subscribers -= 1;
    if (known.subscribers > 0) return;
    groups.delete(key);
    // Equal filters have one place in the index.
    index.remove(filter, known.group);
  }

  return {
    epoch,
    position,
    subscribe: (request) => {
      const { after, wantsBookmarks, sink } = request;
      const end = startSubscriber({
        group: enter(request),
        after,
        wantsBookmarks,
        sink,
        pages,
        clock,
        patienceMs: options.patienceMs,
        onFault: (error) => {
          report.error({ error }, 'a subscription failed by a fault of ours');
        },
      });
      let isEnded = false;
      return () => {
        if (isEnded) return;
        isEnded = true;
        end();
        leave(request);
      };
    },
    stop: tail.stop,
  };
}
