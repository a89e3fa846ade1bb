import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { GatewayError } from '../../domain/errors.ts';
import { valueOf } from '../meta.ts';
import { createSession, only, send, within } from './connections.ts';

/** The first version that the store is tested with and supported on. */
const oldest = 15;

/** Refuses servers that are too old, with UNAVAILABLE. */
export async function refuseOldServer(client: pg.ClientBase): Promise<void> {
  const sql = "SELECT current_setting('server_version_num')::integer AS version";
  const version = Math.floor(Number(await only(client, sql, 'version')) / 10_000);
  if (version >= oldest) return;
  const why = `it needs PostgreSQL ${String(oldest)} or newer, and this is PostgreSQL ${String(version)}`;
  throw new GatewayError('UNAVAILABLE', `the store is not used: ${why}`, {});
}

/** A commit that is answered is on the disk, whatever the server does by default. */
export async function makeCommitsDurable(client: pg.ClientBase): Promise<void> {
  await send(
    client,
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
  );
}

/** Refuses a standby, with UNAVAILABLE: it is behind, and takes nothing. */
export async function refuseStandby(client: pg.ClientBase): Promise<void> {
  if ((await only(client, 'SELECT pg_is_in_recovery()::integer AS standby', 'standby')) === 0) return;
  throw new GatewayError(
    'UNAVAILABLE',
    'the store cannot be used now (PostgreSQL: it is a standby, name the primary)',
    {},
  );
}

/**
 * The epoch of the store on the cluster of a connection. A restore and a failover begin another timeline, a dump that is
 * loaded elsewhere comes to another system, and both may have lost the newest events, whose positions are given again: then
 * the epoch is a new one. Where the server does not tell, it stays.
 */
export async function currentEpoch(client: pg.ClientBase): Promise<string> {
  const cluster = await identityOf(client);
  const known = await createSession(client).all<{ name: string; value: string }>(
    "SELECT name, value FROM store_meta WHERE name IN ('epoch', 'cluster')",
  );
  const values = new Map(known.map(({ name, value }) => [name, value]));
  const epoch = values.get('epoch');
  if (epoch !== undefined && (cluster === undefined || cluster === values.get('cluster'))) return epoch;
  return within('BEGIN', async (session) => {
    // Whoever comes first holds this row until the epoch of the cluster is there for all.
    if (cluster !== undefined && (await valueOf(session, 'cluster', cluster)) !== cluster) {
      const write = 'UPDATE store_meta SET value = $1 WHERE name = $2';
      await session.run(write, [cluster, 'cluster']);
      await session.run(write, [randomUUID(), 'epoch']);
    }
    return valueOf(session, 'epoch', randomUUID());
  })(client);
}

/** The system and its timeline, as the name of the file that is being written begins; `undefined` where it may not be asked. */
async function identityOf(client: pg.ClientBase): Promise<string | undefined> {
  try {
    const sql = `SELECT system_identifier || ':' || substring(pg_walfile_name(pg_current_wal_lsn()) FOR 8) AS identity
      FROM pg_control_system()`;
    return String(await only(client, sql, 'identity'));
  } catch {
    // Some services that host PostgreSQL do not offer these functions.
    return undefined;
  }
}
