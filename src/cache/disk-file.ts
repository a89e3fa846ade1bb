import Database from 'libsql';
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes as they are kept, with what they were said to be; blobs are said to be nothing. */
export interface Kept {
  readonly mediaType: string | undefined;
  readonly bytes: Uint8Array;
}

/** What is read back, with the day on which it was last used, counted since the epoch. */
export interface KeptSince extends Kept {
  readonly lastUsed: number;
}

/** What is written at once. */
export interface DiskBatch {
  /** The day that it is, counted since the epoch. */
  readonly day: number;
  /** What was read, and so stays longer. */
  readonly used: Iterable<string>;
  readonly added: Iterable<readonly [key: string, kept: Kept]>;
}

/** An open `cache.db`. Every method throws as SQLite does; {@link faultOf} says what to make of that. */
export interface DiskFile {
  readonly has: (key: string) => boolean;
  readonly read: (key: string) => KeptSince | undefined;
  /** Writes in one transaction, and first takes away what was used longest ago where there is no room. */
  readonly write: (batch: DiskBatch) => void;
  readonly delete: (key: string) => void;
  /** Bytes in use, in whole pages. */
  readonly size: () => number;
  /** Bytes of the file: what was in use at most, since it never shrinks. */
  readonly fileSize: () => number;
  /** Whether the file is still what stands at its path: it may be deleted at any time. */
  readonly isInPlace: () => boolean;
  /** Never throws. The connection itself ends only when its statements are garbage (tursodatabase/libsql-js#228). */
  readonly close: () => void;
}

/** Told by the file's header, so that nobody else's database is taken for ours: "trib". */
const applicationId = 0x74726962;

/** Grows with each change of the tables, which are then made anew. */
const version = 1;

/** SQLite's default. */
const pageSize = 4096;

/** Pages that a batch may need besides those of its rows. */
const sparePages = 16;

/** How many rows are taken away at once. */
const evictedAtOnce = 64;

/** How long another process may keep this one from opening the file, in milliseconds. Later on nothing is waited for. */
const openTimeout = 500;

const tables = `
  DROP TABLE IF EXISTS contents;
  CREATE TABLE contents (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    media_type TEXT,
    last_used INTEGER NOT NULL,
    size INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX contents_by_use ON contents (last_used);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${version};
`;

/** What an error of the file means: another process has it; it is to be made anew; or it cannot be used. */
export function faultOf(error: unknown): 'BUSY' | 'BROKEN' | 'UNUSABLE' {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return 'BUSY';
  return /^SQLITE_(?:CORRUPT|NOTADB|IOERR_SHORT_READ)/.test(code) ? 'BROKEN' : 'UNUSABLE';
}

/** Takes the file away. Its log goes first: beside another file it would be taken for that one's. */
export function removeDiskFile(folder: string): void {
  for (const name of ['cache.db-shm', 'cache.db-wal', 'cache.db']) rmSync(join(folder, name), { force: true });
}

/** Opens `cache.db` in a folder, both made for this user alone where they are not there. */
export function openDiskFile(folder: string, maxBytes: number): DiskFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'cache.db');
  // SQLite takes an empty file for an empty database, and gives the files beside it the same mode.
  closeSync(openSync(path, 'a', 0o600));
  const inode = statSync(path).ino;
  const database = new Database(path, { timeout: openTimeout });
  try {
    prepareTables(database, path);
    return diskFile(database, maxBytes, () => statSync(path, { throwIfNoEntry: false })?.ino === inode);
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareTables(database: Database.Database, path: string): void {
  database.exec('PRAGMA synchronous = NORMAL');
  transaction(database, () => {
    const isEmpty = numberOf(database.prepare('SELECT count(*) AS tables FROM sqlite_schema'), 'tables') === 0;
    const isOurs = isEmpty || pragma(database, 'application_id') === applicationId;
    if (!isOurs) throw new Error(`${path} is a database of another program: name another folder`);
    if (isEmpty || pragma(database, 'user_version') !== version) database.exec(tables);
  });
  database.pragma('journal_mode = WAL');
  database.pragma('journal_size_limit = 8388608');
  database.pragma('busy_timeout = 0');
}

function diskFile(database: Database.Database, maxBytes: number, isInPlace: () => boolean): DiskFile {
  const has = database.prepare('SELECT 1 FROM contents WHERE key = ?');
  const read = database.prepare('SELECT media_type, last_used, bytes FROM contents WHERE key = ?');
  const remove = database.prepare('DELETE FROM contents WHERE key = ?');
  const use = database.prepare('UPDATE contents SET last_used = ? WHERE key = ?');
  const add = database.prepare(
    'INSERT INTO contents (key, media_type, last_used, size, bytes) VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
  );
  const oldest = database.prepare('SELECT id, size FROM contents ORDER BY last_used, id LIMIT ?');
  const evict = database.prepare('DELETE FROM contents WHERE id = ?');
  const pages = database.prepare('PRAGMA page_count');
  const freePages = database.prepare('PRAGMA freelist_count');

  function size(): number {
    return (numberOf(pages, 'page_count') - numberOf(freePages, 'freelist_count')) * pageSize;
  }

  function room(): number {
    return maxBytes - size() - sparePages * pageSize;
  }

  /** Takes away what was used longest ago until there is room for so many bytes; says how much room there is. */
  function makeRoom(wanted: number): number {
    const atOnce = Math.max(wanted, maxBytes / 16);
    for (let left = room(); ; left = room()) {
      const rows =
        left >= wanted ? [] : (oldest.all(evictedAtOnce) as { readonly id: number; readonly size: number }[]);
      if (rows.length === 0) return left;
      let freed = 0;
      for (const row of rows) {
        if (freed >= atOnce) break;
        evict.run(row.id);
        freed += row.size;
      }
    }
  }

  return {
    has: (key) => has.get(key) !== undefined,
    read: (key) => {
      const row = read.get(key) as Row | undefined;
      return row && { mediaType: row.media_type ?? undefined, bytes: row.bytes, lastUsed: row.last_used };
    },
    write: ({ day, used, added }) => {
      transaction(database, () => {
        for (const key of used) use.run(day, key);
        let left = room();
        for (const [key, { mediaType, bytes }] of added) {
          const wanted = (Math.ceil(bytes.length / pageSize) + 2) * pageSize;
          // What would take most of the room for itself is not worth what it puts out.
          if (wanted > maxBytes / 4) continue;
          if (left < wanted) left = makeRoom(wanted);
          if (left < wanted) continue;
          add.run(key, mediaType ?? null, day, bytes.length, bytes);
          left -= wanted;
        }
      });
    },
    delete: (key) => void remove.run(key),
    size,
    fileSize: () => numberOf(pages, 'page_count') * pageSize,
    isInPlace,
    close: () => {
      try {
        if (isInPlace()) database.pragma('wal_checkpoint(TRUNCATE)');
      } catch {
        // What is still in the log is taken into the file by whoever opens it next.
      }
      database.close();
    },
  };
}

/** A row of `contents`; libsql adds a `_metadata` to each. */
interface Row {
  readonly media_type: string | null;
  readonly last_used: number;
  readonly bytes: Uint8Array;
}

function transaction(database: Database.Database, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    // A full disk has ended the transaction already.
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function pragma(database: Database.Database, name: string): number {
  return numberOf(database.prepare(`PRAGMA ${name}`), name);
}

function numberOf(statement: Database.Statement, column: string): number {
  return Number((statement.get() as Readonly<Record<string, unknown>>)[column]);
}
