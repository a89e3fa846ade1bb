import type { ImageStreamTagKey } from '../domain/image-stream.ts';
import type { TagChange } from '../domain/tag-event.ts';
import {
  eventRow,
  eventTable,
  revisionTable,
  subjectKey,
  subjectRow,
  type RevisionRow,
  type SubjectRow,
} from './event-rows.ts';
import type { Session } from './session.ts';
import { insertRows, keyText, selectRows, sortedKeys, upsertRows } from './table.ts';

/**
 * Adds events to the log, in their order, as the last thing that a transaction does: the counter row is locked from here
 * to the commit, so sequences have the order of commits and no gaps, and whoever sees one sees all before it. The tags of the
 * events are locked by whoever calls. Answers the position of the last one.
 */
export async function appendEvents(session: Session, changes: readonly TagChange[], now: number): Promise<number> {
  if (changes.length === 0) return headOf(session);
  const subjects = changes.map(({ subject }) => subjectRow(subject));
  const revisions = await countEvents(session, subjects);
  const [head] = await session.all<{ head: number }>(
    'UPDATE event_head SET head = head + $1 WHERE id = 1 RETURNING head',
    [changes.length],
  );
  if (head === undefined) throw new Error('the store has lost the row of event_head');
  const first = head.head - changes.length + 1;
  const rows = changes.map((change, at) =>
    eventRow({ ...change, sequence: first + at, observedAt: now, revision: revisions[at] ?? 0 }),
  );
  await insertRows(session, eventTable, rows);
  return head.head;
}

async function headOf(session: Session): Promise<number> {
  const [row] = await session.all<{ head: number }>('SELECT head FROM event_head WHERE id = 1');
  return row?.head ?? 0;
}

/** Counts one event more for each subject, as often as it is named; the revision of each. */
async function countEvents(session: Session, subjects: readonly SubjectRow[]): Promise<readonly number[]> {
  const keys = sortedKeys(subjects.map(subjectKey));
  const counts = new Map((await selectRows(session, revisionTable, keys)).map((row) => [keyOf(row), row]));
  const revisions = subjects.map((subject) => {
    const row: RevisionRow = { ...subject, revision: (counts.get(keyOf(subject))?.revision ?? 0) + 1 };
    counts.set(keyOf(subject), row);
    return row.revision;
  });
  await upsertRows(session, revisionTable, [...counts.values()]);
  return revisions;
}

function keyOf(subject: SubjectRow): string {
  return keyText(subjectKey(subject));
}

/** How many events each of these tags has had. */
export async function readRevisions(
  session: Pick<Session, 'all'>,
  tags: readonly ImageStreamTagKey[],
): Promise<readonly number[]> {
  const subjects = tags.map((tag) => subjectRow({ kind: 'IMAGE_STREAM_TAG', ...tag }));
  const rows = await selectRows(session, revisionTable, subjects.map(subjectKey));
  const revisions = new Map(rows.map((row) => [keyOf(row), row.revision]));
  return subjects.map((subject) => revisions.get(keyOf(subject)) ?? 0);
}
