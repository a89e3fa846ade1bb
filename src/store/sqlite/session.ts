import type Database from 'libsql';
import type { Clock } from '../../lib/clock.ts';
import { createRecentlyUsed } from '../../lib/recently-used.ts';
import { storable, type Session, type Value } from '../session.ts';
import { sqliteFailure } from './errors.ts';

/** Statements kept prepared: those whose text does not vary with the number of rows are a few dozen. */
const maxPrepared = 200;

/** A session over a connection of libsql. */
export function createSession(database: Database.Database, clock: Pick<Clock, 'now'>): Session {
  const prepared = createRecentlyUsed<Database.Statement>({
    most: maxPrepared,
    idleMs: Infinity,
    now: () => clock.now(),
  });

  function prepare(sql: string): Database.Statement {
    return prepared(sql, () => database.prepare(inOrder(sql)));
  }

  // Failures become rejections, as they would be of an engine that is elsewhere.
  async function attempt<Result>(work: () => Result): Promise<Result> {
    try {
      return await Promise.resolve(work());
    } catch (error) {
      throw sqliteFailure(error);
    }
  }

  return {
    all: <Row>(sql: string, values: readonly Value[] = []) =>
      // `all` reads to the end: libsql leaves a statement open that answers rows and is only `run`, and no commit is possible.
      attempt(() => prepare(sql).all(values.map(storable)) as readonly Row[]),
    run: (sql, values = []) => attempt(() => prepare(sql).run(values.map(storable)).changes),
    now: () => Promise.resolve(clock.now()),
  };
}

/** Placeholders as SQLite takes them in: `?` without a number, since it looks numbered ones up in a list, each time from its start. */
function inOrder(sql: string): string {
  return sql.replaceAll(/\$\d+/g, '?');
}
