import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { run, type Program } from './process.ts';

/** A PostgreSQL of one's own: a cluster in a temporary folder, on a free port of 127.0.0.1, with fsync as in production. */
export interface Postgres {
  /** Makes an empty database; its URL. */
  readonly createDatabase: () => Promise<string>;
  /** Ends it in order, or as a crash does. */
  readonly halt: (mode: 'fast' | 'immediate') => Promise<void>;
  /** Starts it again on the same port. */
  readonly resume: () => Promise<void>;
  /** Ends it and removes what it stored. */
  readonly stop: () => Promise<void>;
}

/** Where Debian puts versions of PostgreSQL: outside PATH. */
const versions = '/usr/lib/postgresql';
const superuser = 'tributary';

/** Starts a cluster. PostgreSQL refuses root, which starts it as the user `postgres` that the package makes. */
export async function startPostgres(): Promise<Postgres> {
  const bin = newestPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'tributary-postgres-'));
  const data = join(folder, 'data');
  if (process.getuid?.() === 0) chownSync(folder, await idOf('-u'), await idOf('-g'));
  const port = await freePort();
  const log = join(folder, 'log');
  const settings = `-p ${String(port)} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=on`;
  const start = async (): Promise<void> => {
    try {
      await runAsPostgres(bin, 'pg_ctl', ['start', '-w', '-t', '60', '-D', data, '-l', log, '-o', settings]);
    } catch (error) {
      throw new Error(`PostgreSQL did not start; it said:\n${readFileSync(log, 'utf8')}`, { cause: error });
    }
  };
  const halt = async (mode: 'fast' | 'immediate'): Promise<void> => {
    await runAsPostgres(bin, 'pg_ctl', ['stop', '-w', '-D', data, '-m', mode]);
  };
  try {
    const trust = ['--auth=trust', '--no-sync', '--no-locale', '--encoding=UTF8'];
    await runAsPostgres(bin, 'initdb', ['-D', data, '-U', superuser, ...trust]);
    await start();
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }

  const urlOf = (database: string): string => `postgres://${superuser}@127.0.0.1:${String(port)}/${database}`;
  let databases = 0;
  return {
    createDatabase: async () => {
      const name = `database_${String(++databases)}`;
      await query(urlOf('postgres'), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    halt,
    resume: start,
    stop: async () => {
      await halt('immediate');
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs one statement over a connection of its own. */
export async function query(url: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function newestPrograms(): string {
  let found: readonly string[] = [];
  try {
    found = readdirSync(versions).toSorted((a, b) => Number(a) - Number(b));
  } catch {
    // None: said below.
  }
  const newest = found.at(-1);
  if (newest === undefined)
    throw new Error('the tests against real servers need PostgreSQL; on Debian: apt-get install postgresql');
  return join(versions, newest, 'bin');
}

function runAsPostgres(bin: string, name: string, args: readonly string[]): Promise<Buffer> {
  const command = join(bin, name);
  const program: Program =
    process.getuid?.() === 0 ? { command: 'runuser', package: 'util-linux' } : { command, package: 'postgresql' };
  return run(program, program.command === 'runuser' ? ['-u', 'postgres', '--', command, ...args] : args);
}

/** The numeric id of the user `postgres`, or of its group. */
async function idOf(which: '-u' | '-g'): Promise<number> {
  return Number(await run({ command: 'id', package: 'coreutils' }, [which, 'postgres']));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no port was given'));
      });
    });
  });
}
