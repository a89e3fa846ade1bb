import type { Engine } from '../../src/store/engine.ts';
import { openPostgres } from '../../src/store/postgres/engine.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';

/** A log as one makes it at first: ids are counted up before the commit, and readers ask for those above the last they saw. */
export interface NaiveLog {
  readonly append: (name: string, digest: string, beforeCommit: () => Promise<unknown>) => Promise<void>;
  readonly after: (id: number) => Promise<readonly { id: number; name: string; digest: string }[]>;
  /** What each tag points at. */
  readonly images: () => Promise<ReadonlyMap<string, string>>;
  readonly close: () => Promise<void>;
}

/** Opens a naive log beside nothing else, on the engine that a store's URL names. */
export async function openNaive(url: string): Promise<NaiveLog> {
  const isPostgres = url.startsWith('postgres:');
  const folder = url === ':memory:' ? undefined : url.slice('file:'.length);
  const engine: Engine = isPostgres ? await openPostgres(url) : await openSqlite(folder, { now: Date.now });
  await engine.transaction(async (session) => {
    const id = isPostgres ? 'bigserial' : 'integer';
    await session.run(`CREATE TABLE naive_events (id ${id} PRIMARY KEY, name text, digest text)`);
    await session.run('CREATE TABLE naive_tags (name text PRIMARY KEY, digest text)');
  });
  let count = 0;
  return {
    append: async (name, digest, beforeCommit) => {
      // SQLite has one writer, so there the wait can only be before the transaction; the id is taken before it all the same.
      const id = isPostgres ? undefined : ++count;
      if (!isPostgres) await beforeCommit();
      await engine.transaction(async (session) => {
        if (id === undefined)
          await session.run('INSERT INTO naive_events (name, digest) VALUES ($1, $2)', [name, digest]);
        else await session.run('INSERT INTO naive_events (id, name, digest) VALUES ($1, $2, $3)', [id, name, digest]);
        if (isPostgres) await beforeCommit();
        await session.run(
          'INSERT INTO naive_tags (name, digest) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET digest = excluded.digest',
          [name, digest],
        );
      });
    },
    after: (id) => engine.read('SELECT id, name, digest FROM naive_events WHERE id > $1 ORDER BY id', [id]),
    images: async () => {
      const rows = await engine.read<{ name: string; digest: string }>('SELECT name, digest FROM naive_tags');
      return new Map(rows.map(({ name, digest }) => [name, digest]));
    },
    close: engine.close,
  };
}
