import type { PathRow } from './event-rows.ts';
import type { Dialect, Session } from './session.ts';
import { insertRows, selectRows, sortedKeys, type Table } from './table.ts';

const lockTable: Table<PathRow> = { name: 'path_locks', key: ['subject', 'scope', 'path'], others: [] };

/**
 * Locks repositories and image streams until the transaction ends: all that is in them, records that are not there yet too.
 * In one order for all, so that no two transactions wait for each other. SQLite has one writer, and nothing to lock.
 */
export async function lockPaths(session: Session, dialect: Dialect, paths: readonly PathRow[]): Promise<void> {
  if (dialect.kind === 'sqlite') return;
  const keys = sortedKeys(paths.map(({ subject, scope, path }) => [subject, scope, path]));
  const rows = keys.map(([subject, scope, path]) => ({ subject, scope, path }) as PathRow);
  await insertRows(session, lockTable, rows, 'ON CONFLICT DO NOTHING');
  await selectRows(session, lockTable, keys, dialect.forUpdate);
}
