import Database from 'libsql';
import { join } from 'node:path';
import pg from 'pg';
import type { Account } from './checker.ts';

/** The log as the database itself has it, read without the gateway's code while no gateway runs. */
export async function readCommitted(storeUrl: string): Promise<Account['committed']> {
  const rows = storeUrl.startsWith('file:') ? readSqlite(storeUrl.slice('file:'.length)) : await readPostgres(storeUrl);
  return rows.map(({ sequence, subject, scope, path, tag, kind, revision, digest }) => ({
    sequence: Number(sequence),
    subject: subject === 'TAG' ? `${scope}/${path}:${tag}` : `${scope}/${path}:${tag}`,
    kind,
    revision: Number(revision),
    digest,
  }));
}

interface Row {
  readonly sequence: number | string;
  readonly subject: string;
  readonly scope: string;
  readonly path: string;
  readonly tag: string;
  readonly kind: string;
  readonly revision: number | string;
  readonly digest: string | null;
}

const select = 'SELECT sequence, subject, scope, path, tag, kind, revision, digest FROM tag_events ORDER BY sequence';

function readSqlite(folder: string): readonly Row[] {
  const database = new Database(join(folder, 'tributary.db'), { readonly: true });
  try {
    return database.prepare(select).all() as Row[];
  } finally {
    database.close();
  }
}

async function readPostgres(connectionString: string): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(select)).rows;
  } finally {
    await client.end();
  }
}
