import { createHash } from 'node:crypto';
import { GatewayError } from '../domain/errors.ts';
import type { Migration } from './migrations/migration.ts';
import type { Dialect, Session } from './session.ts';

interface Applied {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

/** Any number that everybody who prepares this store takes, and hardly anybody else in the same database. */
const migrationLock = 7_221_620_913;

/**
 * Brings a store to the newest version, in the transaction of the session; one gateway at a time. Rejects with UNAVAILABLE
 * where the store was made by a newer program, or with other steps than this program knows.
 */
export async function migrate(session: Session, dialect: Dialect, migrations: readonly Migration[]): Promise<void> {
  if (dialect.kind === 'postgres') await session.all('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
  await session.run(
    `CREATE TABLE IF NOT EXISTS migrations (
      number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at bigint NOT NULL
    )`,
  );
  const applied = await session.all<Applied>('SELECT number, name, checksum FROM migrations ORDER BY number');
  for (const { number, name, checksum } of applied) {
    const known = migrations.find((migration) => migration.number === number);
    if (known === undefined)
      throw refusal(`it was made by a newer version of tributary, which has ${named(number, name)}`);
    if (checksum !== checksumOf(known, dialect))
      throw refusal(`its ${named(number, name)} is another than the one this version of tributary has`);
  }
  for (const migration of migrations.slice(applied.length)) {
    const { number, name } = migration;
    for (const statement of migration.statements[dialect.kind]) await session.run(statement);
    await session.run('INSERT INTO migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)', [
      number,
      name,
      checksumOf(migration, dialect),
      await session.now(),
    ]);
  }
}

function checksumOf(migration: Migration, dialect: Dialect): string {
  return createHash('sha256').update(migration.statements[dialect.kind].join('\n')).digest('hex');
}

function named(number: number, name: string): string {
  return `migration ${String(number)} (${name})`;
}

function refusal(why: string): GatewayError<'UNAVAILABLE'> {
  return new GatewayError(
    'UNAVAILABLE',
    `the store is not used, since ${why}: start the version that made it, or name another store`,
    {},
  );
}
