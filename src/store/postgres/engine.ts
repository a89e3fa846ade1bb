import pg from 'pg';
import type { Engine } from '../engine.ts';
import { readMeta, type StoreMeta } from '../meta.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import type { Migration } from '../migrations/migration.ts';
import type { Dialect } from '../session.ts';
import { currentEpoch, makeCommitsDurable, refuseOldServer, refuseStandby } from './cluster.ts';
import { connectionOptions, createConnections, createSession, within, type ConnectionOptions } from './connections.ts';
import { createSharedDoorbell } from './doorbell.ts';
import { postgresFailure } from './errors.ts';

const dialect: Dialect = {
  kind: 'postgres',
  forUpdate: 'FOR UPDATE',
  forUpdateSkipLocked: 'FOR UPDATE SKIP LOCKED',
};

/** Connections for all but changes. */
const poolSize = 8;
const readWrite = 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE';
const readOnly = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Opens a database of PostgreSQL 15 or newer, which several gateways may share. */
export async function openPostgres(url: string, steps: readonly Migration[] = migrations): Promise<Engine> {
  const options = connectionOptions(url);
  const meta = await prepareDatabase(options, steps);
  let { epoch } = meta;
  const prepareConnection = async (client: pg.ClientBase): Promise<void> => {
    await refuseStandby(client);
    await makeCommitsDurable(client);
    epoch = await currentEpoch(client);
  };
  const shared = createConnections(options, poolSize, prepareConnection);
  const own = createConnections({ ...options, idleTimeoutMillis: 0 }, 1, prepareConnection);
  const doorbell = createSharedDoorbell(options, shared);
  return {
    dialect,
    epoch: () => epoch,
    cursorKey: meta.cursorKey,
    read: (sql, values) => shared.use((client) => createSession(client).all(sql, values)),
    snapshot: (work) => shared.use(within(readOnly, work)),
    transaction: (work) => shared.use(within(readWrite, work)),
    change: (work) => own.use(within(readWrite, work)),
    ring: doorbell.ring,
    onRing: doorbell.onRing,
    close: async () => {
      await doorbell.close();
      await Promise.all([shared.close(), own.close()]);
    },
  };
}

/** Makes the tables, or brings them to this version, over a connection that is used for nothing else. */
async function prepareDatabase(options: ConnectionOptions, steps: readonly Migration[]): Promise<StoreMeta> {
  // Steps may take longer than anything else does, and wait for those of another gateway.
  const client = new pg.Client({
    ...options,
    query_timeout: undefined,
    idle_in_transaction_session_timeout: undefined,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw postgresFailure(error);
  }
  try {
    await refuseOldServer(client);
    await refuseStandby(client);
    const meta = await within(readWrite, async (session) => {
      await migrate(session, dialect, steps);
      return readMeta(session);
    })(client);
    return { ...meta, epoch: await currentEpoch(client) };
  } finally {
    await client.end().catch(() => undefined);
  }
}
