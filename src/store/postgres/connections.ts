import pg from 'pg';
import { storable, type Session, type Value } from '../session.ts';
import { postgresFailure, retryReason } from './errors.ts';

/** What all connections have in common: who is asked, and how long anything may take. */
export type ConnectionOptions = pg.PoolConfig;

/** Reads a `postgres:` URL. Passwords come from PGPASSFILE or PGPASSWORD, as pg finds them. */
export function connectionOptions(url: string): ConnectionOptions {
  return {
    connectionString: url,
    application_name: 'tributary',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    // Of a server that does not answer any more.
    query_timeout: 30_000,
    // Of a gateway that does not go on: what it has locked, all others wait for.
    idle_in_transaction_session_timeout: 10_000,
    types,
  };
}

const types = new pg.TypeOverrides();
// Whole numbers are numbers: none of ours is beyond 2^53.
types.setTypeParser(pg.types.builtins.INT8, Number);

/** Some connections to PostgreSQL, made when they are needed and made again when they are lost. */
export interface Connections {
  /** Gives work a connection. Work that lost it, or was in another's way, is begun again. Rejects with UNAVAILABLE. */
  readonly use: <Result>(work: (client: pg.ClientBase) => Promise<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/** How often work is begun, by why it ended. */
const maxTries = { conflict: 10, connection: 3 };

/** Opens a pool. `prepare` is run on each new connection before anything else. */
export function createConnections(
  options: ConnectionOptions,
  most: number,
  prepare: (client: pg.ClientBase) => Promise<void>,
): Connections {
  const pool = new pg.Pool({ ...options, max: most });
  const prepared = new WeakSet<pg.ClientBase>();
  let closing: Promise<void> | undefined;
  // An error that nobody listens for ends the process: one of a connection that is idle, and one of a connection at work,
  // whose query rejects too.
  pool.on('error', ignore);
  pool.on('connect', (client) => {
    client.on('error', ignore);
  });

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (error) {
      throw postgresFailure(error);
    }
  }

  return {
    use: async (work) => {
      for (let tries = 1; ; tries += 1) {
        const client = await connect();
        let isDone = false;
        try {
          if (!prepared.has(client)) await prepare(client);
          prepared.add(client);
          const result = await work(client);
          isDone = true;
          return result;
        } catch (error) {
          const reason = retryReason(error);
          if (reason === undefined || tries >= maxTries[reason]) throw error;
        } finally {
          // Whatever state a failure left it in is nobody's trouble any more.
          client.release(!isDone);
        }
      }
    },
    close: () => (closing ??= pool.end()),
  };
}

function ignore(): void {
  // Whoever uses it learns it otherwise.
}

/** Sends one statement; throws as {@link postgresFailure} says. */
export async function send(client: pg.ClientBase, sql: string, values: readonly Value[] = []): Promise<pg.QueryResult> {
  try {
    return await client.query({ text: sql, values: values.map(storable) });
  } catch (error) {
    throw postgresFailure(error);
  }
}

/** The value of a column in the one row that a statement answers. */
export async function only(client: pg.ClientBase, sql: string, column: string): Promise<Value | undefined> {
  const { rows } = await send(client, sql);
  return (rows as readonly Readonly<Record<string, Value>>[])[0]?.[column];
}

/** A session over a connection. */
export function createSession(client: pg.ClientBase): Session {
  return {
    all: async <Row>(sql: string, values?: readonly Value[]) =>
      (await send(client, sql, values)).rows as readonly Row[],
    run: async (sql, values) => (await send(client, sql, values)).rowCount ?? 0,
    now: async () => {
      const sql = 'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now';
      return Number(await only(client, sql, 'now'));
    },
  };
}

/** Work within a transaction that is begun by a statement. */
export function within<Result>(
  begin: string,
  work: (session: Session) => Promise<Result>,
): (client: pg.ClientBase) => Promise<Result> {
  return async (client) => {
    await send(client, begin);
    try {
      const result = await work(createSession(client));
      await send(client, 'COMMIT');
      return result;
    } catch (error) {
      await send(client, 'ROLLBACK').catch(ignore);
      throw error;
    }
  };
}
