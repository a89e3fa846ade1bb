import type { Access, Viewer } from '../access/access.ts';
import { GatewayError } from '../domain/errors.ts';
import type { TagEvent } from '../domain/tag-event.ts';
import type { LogQuery, Store } from '../store/store.ts';
import type { EventPosition } from './delivery.ts';
import type { EventFilter } from './filter.ts';
import { exactResource, resourceOf } from './resource.ts';

/** The events that one operation may read, and where the log stood when it began. */
export interface EventHistory {
  /** Up to where this process had read the log, and applied it, before the operation read anything. */
  readonly asOf: EventPosition;
  readonly page: (query: HistoryQuery) => Promise<HistoryPage>;
}

export interface HistoryQuery {
  readonly filter: EventFilter;
  readonly order: LogQuery['order'];
  readonly first: number;
  readonly after: EventPosition | undefined;
}

export interface HistoryPage {
  readonly events: readonly TagEvent[];
  /** Which run of sequence numbers theirs are of. */
  readonly epoch: string;
  /** Where to go on: also a page without events leads on, where there is more to look through. */
  readonly end: EventPosition | undefined;
  readonly hasNext: boolean;
}

export interface EventHistoryOptions {
  readonly store: Pick<Store, 'epoch' | 'log'>;
  readonly asOf: EventPosition;
  readonly access: Access;
  readonly viewer: Viewer;
}

/** How many pages of the log are looked through for one page of an answer, which then may be shorter than was asked. */
const mostReads = 20;

/** How many events are read at a time once some were hidden: else a small page would end amidst those, and tell of them. */
const batch = 500;

export function createEventHistory(options: EventHistoryOptions): EventHistory {
  const { store, asOf, access, viewer } = options;

  /** Rejects with CURSOR_EXPIRED where what follows a cursor may not be there any more. */
  async function page(query: HistoryQuery): Promise<HistoryPage> {
    const { first, after } = query;
    const { epoch } = store;
    if (after !== undefined && (after.epoch !== epoch || (await isBeyond(after)))) throw expired();
    const place = exactResource(query.filter.names);
    // The log is not even looked at for what is hidden: how long that takes, and whether more follows, would tell of it.
    if (place !== undefined && !(await access.may(viewer, 'list', place))) {
      return { events: [], epoch, end: after ?? asOf, hasNext: false };
    }
    // One more than is shown tells whether there is more.
    const found = await readUntil(query, first + 1);
    const events = found.events.slice(0, first);
    const isCut = found.events.length > first;
    const sequence = isCut ? events.at(-1)?.sequence : found.through;
    const end = sequence === undefined ? undefined : { epoch, sequence };
    return { events, epoch, end, hasNext: isCut || found.hasMore };
  }

  /** Whether the log never got to a position: the store was restored since. */
  async function isBeyond({ sequence }: EventPosition): Promise<boolean> {
    return sequence > asOf.sequence && sequence > (await store.log.bounds()).head;
  }

  async function readUntil({ filter, order, after }: HistoryQuery, count: number): Promise<Found> {
    const log = visibleAlone(filter);
    const events: TagEvent[] = [];
    let through = after?.sequence;
    let hasMore = true;
    for (let reads = 0; hasMore && events.length < count && reads < mostReads; reads += 1) {
      const limit = reads === 0 ? count : Math.max(count - events.length, batch);
      const read = await store.log.read({ order, after: through, limit, filter: log });
      // Backwards, the end of what is kept is simply the end.
      if (order === 'OLDEST_FIRST' && through !== undefined && read.floor > through) throw expired();
      events.push(...(await visible(read.events)));
      ({ through, hasMore } = read);
    }
    return { events, through, hasMore };
  }

  /** What is hidden is passed over where the log is read, as what does not match is: so it uses up no reads. */
  function visibleAlone({ names, log }: EventFilter): EventFilter['log'] {
    if (names.tag !== undefined && exactResource(names)?.tag !== undefined) return log;
    // What is not decided at once is read, and looked at again below.
    const matches = (event: TagEvent): boolean =>
      log.matches?.(event) !== false && access.may(viewer, 'get', resourceOf(event.subject)) !== false;
    return { ...log, matches };
  }

  async function visible(events: readonly TagEvent[]): Promise<readonly TagEvent[]> {
    const may = await Promise.all(events.map(async ({ subject }) => access.may(viewer, 'get', resourceOf(subject))));
    return events.filter((_, index) => may[index]);
  }

  return { asOf, page };
}

interface Found {
  readonly events: readonly TagEvent[];
  readonly through: number | undefined;
  readonly hasMore: boolean;
}

function expired(): GatewayError {
  return new GatewayError(
    'CURSOR_EXPIRED',
    'events after this cursor are not kept any more: read the tags again, and go on from `asOf`',
    {},
  );
}
