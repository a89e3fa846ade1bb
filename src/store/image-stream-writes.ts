import type { ImageStream, ImageStreamKey, ImageStreamTag } from '../domain/image-stream.ts';
import { streamRows, type StreamRows } from './image-stream-rows.ts';
import { streamItemTable, streamKey, streamTable, streamTagTable, type StreamItemRow } from './image-stream-tables.ts';
import type { Columns, Session, Value } from './session.ts';
import { deleteRows, keyText, upsertRows, type Table } from './table.ts';

/** An image stream as it is in the store, and as it is to be; `undefined` where it is not, or is to go. */
export interface StreamChange {
  readonly key: ImageStreamKey;
  readonly before: StreamRows | undefined;
  readonly after: ImageStream | undefined;
}

/** Writes image streams: only rows that differ, however many streams there are in a constant number of statements. */
export async function writeStreams(session: Session, changes: readonly StreamChange[]): Promise<void> {
  const gone = changes.filter(({ before, after }) => before !== undefined && after === undefined);
  const kept = changes.flatMap(({ before, after }) =>
    after === undefined ? [] : [{ before, after: streamRows(after, topPositions(before?.items ?? [])) }],
  );
  const goneKeys = gone.map(({ key }) => streamKey(key));
  async function write<Row extends Columns<Row>>(
    table: Table<Row>,
    rowsOf: (rows: StreamRows) => readonly Row[],
  ): Promise<void> {
    const before = kept.flatMap((change) => (change.before === undefined ? [] : rowsOf(change.before)));
    const { changed, missing } = differences(
      table,
      before,
      kept.flatMap(({ after }) => rowsOf(after)),
    );
    await deleteRows(session, table, goneKeys);
    await deleteRows(session, table, missing);
    await upsertRows(session, table, changed);
  }
  await write(streamTable, ({ stream }) => [stream]);
  await write(streamTagTable, ({ tags }) => tags);
  await write(streamItemTable, ({ items }) => items);
}

/** The rows of `after` that `before` has not, or has otherwise, and the keys of those that are not there any more. */
function differences<Row extends Columns<Row>>(
  table: Table<Row>,
  before: readonly Row[],
  after: readonly Row[],
): { readonly changed: readonly Row[]; readonly missing: readonly (readonly Value[])[] } {
  const keyOf = (row: Row): readonly Value[] => table.key.map((column) => row[column]);
  const left = new Map(before.map((row) => [keyText(keyOf(row)), row]));
  const changed = after.filter((row) => {
    const key = keyText(keyOf(row));
    const old = left.get(key);
    left.delete(key);
    return old === undefined || table.others.some((column) => old[column] !== row[column]);
  });
  return { changed, missing: [...left.values()].map(keyOf) };
}

/**
 * Where the first item of a tag goes, so that what stays keeps its position: items put before it come after the greatest
 * one, and one that takes the place of the newest takes its position too.
 */
function topPositions(items: readonly StreamItemRow[]): (tag: ImageStreamTag) => number {
  const newest = new Map(items.map((item) => [item.tag, item]));
  return ({ name, history }) => {
    const former = newest.get(name);
    if (former === undefined) return history.length;
    const at = history.findIndex((item) => item.createdAt === former.created_at && isSame(item, former));
    return former.position + Math.max(0, at);
  };
}

function isSame(item: ImageStreamTag['history'][number], row: StreamItemRow): boolean {
  return (
    (item.digest ?? null) === row.digest &&
    item.dockerImageReference === row.docker_image_reference &&
    item.generation === row.generation
  );
}
