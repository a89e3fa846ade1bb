import type { TagEvent } from '../domain/tag-event.ts';
import type { Engine } from './engine.ts';
import { eventTable, readEvent, subjectRow, type EventRow } from './event-rows.ts';
import { trimLog } from './retention.ts';
import type { Value } from './session.ts';
import type { EventLog, LogFilter, LogPage, LogQuery } from './store.ts';

/** How many events one call looks at, and one statement of it. */
const most = { looks: 5000, rows: 500 };

/** The log as it is in an engine. */
export function createLog(engine: Engine): EventLog {
  return {
    bounds: async () => {
      const [row] = await engine.read<Bounds>('SELECT floor, head FROM event_head WHERE id = 1');
      return row ?? { floor: 0, head: 0 };
    },
    read: (query) => readLog(engine, query),
    onAppend: engine.onRing,
    trim: (keep) => trimLog(engine, keep),
  };
}

interface Bounds {
  readonly floor: number;
  readonly head: number;
}

/** A stretch of the log, both ends included. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads a page: rows of what is left of the log, until enough of them match or enough were looked at. The head that the
 * first statement sees is the end for all.
 */
async function readLog(engine: Engine, query: LogQuery): Promise<LogPage> {
  const { order, filter, limit } = query;
  const isForward = order === 'OLDEST_FIRST';
  const events: TagEvent[] = [];
  let left = wanted(query);
  for (let looks = 0; ;) {
    const size = Math.min(isExact(filter) ? limit : most.rows, most.looks - looks);
    const { floor, head, rows } = await readRows(engine, query, left, size);
    const looked = take(rows.map(readEvent), filter, limit, events);
    looks += looked;
    left = rest({ from: Math.max(left.from, floor + 1), to: Math.min(left.to, head) }, rows[looked - 1], isForward);
    const isAtEnd = looked === rows.length && rows.length < size;
    const hasMore = !isAtEnd && left.from <= left.to;
    if (hasMore && events.length < limit && looks < most.looks) continue;
    return { events, through: lookedThrough(left, isForward, hasMore), hasMore, floor };
  }
}

/** Adds what matches to `events` until they are as many as wanted; how many were looked at. */
function take(found: readonly TagEvent[], filter: LogFilter | undefined, limit: number, events: TagEvent[]): number {
  let looked = 0;
  for (const event of found) {
    if (events.length === limit) break;
    looked += 1;
    if (filter === undefined || matches(event, filter)) events.push(event);
  }
  return looked;
}

/** What is left of a stretch after a row of it. */
function rest(stretch: Stretch, last: EventRow | undefined, isForward: boolean): Stretch {
  if (last === undefined) return stretch;
  return isForward ? { ...stretch, from: last.sequence + 1 } : { ...stretch, to: last.sequence - 1 };
}

function wanted({ order, after, through = Number.MAX_SAFE_INTEGER }: LogQuery): Stretch {
  if (order === 'OLDEST_FIRST') return { from: (after ?? 0) + 1, to: through };
  return { from: 1, to: after === undefined ? through : Math.min(through, after - 1) };
}

/** The last position that was looked at; where there is nothing more, the end, if the reader is not beyond it already. */
function lookedThrough({ from, to }: Stretch, isForward: boolean, hasMore: boolean): number {
  if (isForward) return hasMore ? from - 1 : Math.max(from - 1, to);
  return hasMore ? to + 1 : Math.min(to + 1, from);
}

interface Rows extends Bounds {
  readonly rows: readonly EventRow[];
}

/** One statement, so that bounds and rows are of one moment: rows that were dropped just now are below its floor. */
async function readRows(
  engine: Engine,
  { order, filter }: LogQuery,
  { from, to }: Stretch,
  size: number,
): Promise<Rows> {
  const direction = order === 'OLDEST_FIRST' ? 'ASC' : 'DESC';
  const values: Value[] = [from, from, to];
  const path = pathOf(filter);
  const where = path === undefined ? '' : 'AND subject = $4 AND scope = $5 AND path = $6';
  values.push(...(path ?? []));
  const found = await engine.read<Bounds & EventRow>(
    `SELECT event_head.head, event_head.floor, event.* FROM event_head LEFT JOIN (
      SELECT ${columns} FROM tag_events
      WHERE sequence >= (SELECT CASE WHEN floor >= $1 THEN floor + 1 ELSE $2 END FROM event_head WHERE id = 1)
        AND sequence <= $3 ${where}
      ORDER BY sequence ${direction} LIMIT $${String(values.length + 1)}
    ) AS event ON 1 = 1 WHERE event_head.id = 1 ORDER BY event.sequence ${direction}`,
    [...values, size],
  );
  const { head = 0, floor = 0 } = found[0] ?? {};
  // Where nothing was joined, the one row holds the bounds alone.
  return { head, floor, rows: found.filter(({ sequence }: { sequence: number | null }) => sequence !== null) };
}

/** What the index of paths can look up. */
function pathOf(filter: LogFilter | undefined): readonly string[] | undefined {
  return filter?.scope === undefined || filter.path === undefined
    ? undefined
    : [filter.subject, filter.scope, filter.path];
}

/** Whether every row that is read matches, so that no more are read than are wanted. */
function isExact(filter: LogFilter | undefined): boolean {
  if (filter === undefined) return true;
  const { tag, kinds, matches: more } = filter;
  return pathOf(filter) !== undefined && [tag, kinds, more].every((wanted) => wanted === undefined);
}

const columns = [...eventTable.key, ...eventTable.others].join(', ');

function matches(event: TagEvent, { kinds, matches: more, ...names }: LogFilter): boolean {
  const row = subjectRow(event.subject);
  const isNamed = (['subject', 'scope', 'path', 'tag'] as const).every(
    (column) => names[column] === undefined || names[column] === row[column],
  );
  return isNamed && kinds?.includes(event.kind) !== false && more?.(event) !== false;
}
