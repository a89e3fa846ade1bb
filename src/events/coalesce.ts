import { placeOf, type TagEvent } from '../domain/tag-event.ts';
import type { Delivery } from './delivery.ts';
import type { EventFilter } from './filter.ts';
import type { LogPages } from './pages.ts';

/** What a reader missed while it was slow. */
export type Missed =
  /** Each event, or of many the last of each tag, in the order of the log; `through` is where they bring the reader. */
  | {
      readonly kind: 'some';
      readonly isMerged: boolean;
      readonly deliveries: readonly Delivery[];
      readonly through: number;
    }
  /** More than is merged. */
  | { readonly kind: 'many' }
  /** Some of it is not kept any more. */
  | { readonly kind: 'expired' };

/** How much is sent event by event, and how much is merged; beyond that the reader is told to read again. */
const fewEvents = 500;
const fewBytes = 1024 * 1024;
const mostEvents = 10_000;
const pageSize = 500;

/** Looks at what matches after a position, up to where the log has been read; `payloadLength` is what one may have. */
export async function coalesce(
  pages: LogPages,
  filter: EventFilter,
  after: number,
  payloadLength: number,
): Promise<Missed> {
  const all: TagEvent[] = [];
  const last = new Map<string, TagEvent>();
  const head = pages.position();
  let count = 0;
  let through = after;
  while (through < head) {
    const page = await pages.read(filter, through, pageSize);
    if (page === 'expired') return { kind: 'expired' };
    ({ through } = page);
    count += page.events.length;
    if (count > mostEvents) return { kind: 'many' };
    if (count <= fewEvents) all.push(...page.events);
    for (const event of page.events) merge(last, event);
  }
  const isMerged = count > fewEvents || count * payloadLength > fewBytes;
  const events = isMerged ? [...last.values()] : all;
  const deliveries = events.map((event): Delivery => ({ kind: 'event', event, sequence: event.sequence }));
  return { kind: 'some', isMerged, deliveries, through };
}

function merge(last: Map<string, TagEvent>, event: TagEvent): void {
  const { scope, path, tag } = placeOf(event.subject);
  const key = `${scope}\0${path}\0${tag}`;
  // Taken out first, so that the map is in the order of the last events.
  const isSecond = last.delete(key);
  last.set(key, isSecond ? { ...event, coalesced: true } : event);
}
