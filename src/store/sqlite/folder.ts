import Database from 'libsql';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';

/** The folder of a store, held by this process alone. */
export interface Folder {
  /** The file of the database. */
  readonly file: string;
  readonly release: () => void;
}

/**
 * Makes a folder if it is missing, and holds it: by a lock of SQLite's on a file of its own, which the operating system takes
 * back when the process ends, however it ends. Throws UNAVAILABLE where another one holds it.
 */
export function holdFolder(folder: string): Folder {
  try {
    // What is in it is nobody else's business: the key of cursors, names of images.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const lock = new Database(join(folder, 'lock.db'));
    try {
      lock.exec('PRAGMA busy_timeout = 0');
      lock.exec('PRAGMA locking_mode = EXCLUSIVE');
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock.close();
      throw error;
    }
    return { file: join(folder, 'tributary.db'), release: () => void lock.close() };
  } catch (error) {
    const isHeld = isCoded(error) && error.code.startsWith('SQLITE_BUSY');
    const why = isHeld
      ? 'is used by another gateway: stop that one, give each a folder of its own, or let them share PostgreSQL'
      : `cannot be used (${isCoded(error) ? error.code : 'unknown reason'}): the process must be able to make and write it`;
    throw new GatewayError('UNAVAILABLE', `the folder ${quote(folder)} of the store ${why}`, {}, error);
  }
}

function isCoded(error: unknown): error is { readonly code: string } {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string';
}
