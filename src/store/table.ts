import type { Columns, Session, Value } from './session.ts';

/** A table of the store: its columns, those of its primary key apart. */
export interface Table<Row extends Columns<Row>> {
  readonly name: string;
  readonly key: readonly Column<Row>[];
  readonly others: readonly Column<Row>[];
}

type Column<Row> = keyof Row & string;

/** Far below what engines take in one statement (SQLite 32,766, PostgreSQL 65,535), and parsed in a few milliseconds. */
const maxValues = 4000;

/** A text for a key, as maps want it. */
export function keyText(key: readonly Value[]): string {
  return JSON.stringify(key);
}

/**
 * The rows of some keys, or of all whose keys begin so, each as often as it is there; in the order of their keys where
 * these come in that order, as {@link sortedKeys} makes it. `suffix` ends the statement.
 */
export async function selectRows<Row extends Columns<Row>>(
  session: Pick<Session, 'all'>,
  table: Table<Row>,
  keys: readonly (readonly Value[])[],
  suffix = '',
): Promise<readonly Row[]> {
  const columns = [...table.key, ...table.others].join(', ');
  const rows: Row[] = [];
  for (const some of chunks(keys)) {
    const sql = `SELECT ${columns} FROM ${table.name} WHERE ${among(table, some)} ORDER BY ${table.key.join(', ')} ${suffix}`;
    rows.push(...(await session.all<Row>(sql, some.flat())));
  }
  return rows;
}

/** Writes rows; where their keys are taken, over what is there. */
export async function upsertRows<Row extends Columns<Row>>(
  session: Session,
  table: Table<Row>,
  rows: readonly Row[],
): Promise<void> {
  const assignments = table.others.map((column) => `${column} = excluded.${column}`).join(', ');
  await insertRows(session, table, rows, `ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${assignments}`);
}

/** Writes new rows. `suffix` ends the statement, and says what to do with keys that are taken. */
export async function insertRows<Row extends Columns<Row>>(
  session: Session,
  table: Table<Row>,
  rows: readonly Row[],
  suffix = '',
): Promise<void> {
  const columns = [...table.key, ...table.others];
  for (const some of chunks(rows.map((row) => columns.map((column) => row[column])))) {
    const sql = `INSERT INTO ${table.name} (${columns.join(', ')}) VALUES ${tuples(some)} ${suffix}`;
    await session.run(sql, some.flat());
  }
}

/** Takes away the rows of some keys, or all whose keys begin so. */
export async function deleteRows<Row extends Columns<Row>>(
  session: Session,
  table: Table<Row>,
  keys: readonly (readonly Value[])[],
): Promise<void> {
  for (const some of chunks(keys))
    await session.run(`DELETE FROM ${table.name} WHERE ${among(table, some)}`, some.flat());
}

/** Each key once, in one order for all: rows are locked in it, so that no two transactions wait for each other. */
export function sortedKeys(keys: readonly (readonly Value[])[]): readonly (readonly Value[])[] {
  const byText = new Map(keys.map((key) => [keyText(key), key]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key);
}

function among<Row extends Columns<Row>>(table: Table<Row>, keys: readonly (readonly Value[])[]): string {
  const columns = table.key.slice(0, keys[0]?.length);
  // PostgreSQL takes what stands in such a list for texts, unless it is told.
  const rows = tuples(keys, (place, value) => (typeof value === 'number' ? `CAST(${place} AS bigint)` : place));
  return `(${columns.join(', ')}) IN (VALUES ${rows})`;
}

/** `($1, $2), ($3, $4)`: a place for each value. */
function tuples(
  rows: readonly (readonly Value[])[],
  shown: (place: string, value: Value) => string = (place) => place,
): string {
  let count = 0;
  const next = (value: Value): string => shown(`$${String(++count)}`, value);
  return rows.map((row) => `(${row.map(next).join(', ')})`).join(', ');
}

function* chunks(rows: readonly (readonly Value[])[]): Generator<readonly (readonly Value[])[]> {
  const size = Math.max(1, Math.floor(maxValues / Math.max(1, rows[0]?.length ?? 1)));
  for (let at = 0; at < rows.length; at += size) yield rows.slice(at, at + size);
}
