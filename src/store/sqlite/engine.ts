import Database from 'libsql';
import { GatewayError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createDoorbell } from '../doorbell.ts';
import type { Engine, Work } from '../engine.ts';
import { readMeta } from '../meta.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import type { Migration } from '../migrations/migration.ts';
import type { Dialect, Session } from '../session.ts';
import { sqliteFailure } from './errors.ts';
import { holdFolder } from './folder.ts';
import { createSession } from './session.ts';

const dialect: Dialect = { kind: 'sqlite', forUpdate: '', forUpdateSkipLocked: '' };

/**
 * Opens SQLite in a folder, or in memory without one. All work goes through one connection, one piece after the other, so
 * nobody sees what is not committed. libsql works synchronously: the event loop waits while it does.
 */
export async function openSqlite(
  folder: string | undefined,
  clock: Pick<Clock, 'now'>,
  steps: readonly Migration[] = migrations,
): Promise<Engine> {
  const held = folder === undefined ? { file: ':memory:', release: () => undefined } : holdFolder(folder);
  try {
    return await openDatabase(held.file, clock, steps, held.release);
  } catch (error) {
    held.release();
    throw error;
  }
}

async function openDatabase(
  file: string,
  clock: Pick<Clock, 'now'>,
  steps: readonly Migration[],
  release: () => void,
): Promise<Engine> {
  const database = connect(file);
  const session = createSession(database, clock);
  let last: Promise<unknown> = Promise.resolve();
  let isOpen = true;

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = last.then(() => {
      if (isOpen) return work();
      throw new GatewayError('UNAVAILABLE', 'the store is closed', {});
    });
    last = turn.catch(() => undefined);
    return turn;
  }
  const transaction: Work = (work) => inTurn(() => inTransaction(database, session, work));

  try {
    const meta = await transaction(async (inner) => {
      await migrate(inner, dialect, steps);
      return readMeta(inner);
    });
    const doorbell = createDoorbell();
    return {
      dialect,
      epoch: () => meta.epoch,
      cursorKey: meta.cursorKey,
      read: (sql, values) => inTurn(() => session.all(sql, values)),
      snapshot: (work) => inTurn(() => work(session)),
      transaction,
      change: transaction,
      ring: doorbell.ring,
      onRing: doorbell.onRing,
      close: async () => {
        await last;
        if (!isOpen) return;
        isOpen = false;
        database.close();
        release();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function connect(file: string): Database.Database {
  try {
    const database = new Database(file);
    database.exec('PRAGMA busy_timeout = 5000');
    database.exec('PRAGMA journal_mode = WAL');
    // Each commit is on the disk before it is answered (https://www.sqlite.org/pragma.html#pragma_synchronous).
    database.exec('PRAGMA synchronous = FULL');
    return database;
  } catch (error) {
    throw sqliteFailure(error);
  }
}

async function inTransaction<Result>(
  database: Database.Database,
  session: Session,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  try {
    takeBack(database);
    database.exec('BEGIN IMMEDIATE');
    const result = await work(session);
    database.exec('COMMIT');
    return result;
  } catch (error) {
    takeBack(database);
    throw sqliteFailure(error);
  }
}

/** Takes back what was not committed, unless SQLite has done so itself, as it does where the disk is full. */
function takeBack(database: Database.Database): void {
  try {
    if (database.inTransaction) database.exec('ROLLBACK');
  } catch {
    // The next transaction tries again, and says what is wrong.
  }
}
