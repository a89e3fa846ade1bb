import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { missing, run, start, type Program } from './process.ts';

/** Who may use a registry: everyone, one user with a password, or whoever has a token of a token server. */
export type RegistryAuth =
  | 'none'
  | { readonly htpasswd: { readonly user: string; readonly password: string } }
  | {
      readonly token: {
        readonly realm: string;
        readonly service: string;
        readonly issuer: string;
        /** A file with the certificates, in PEM, that the keys of tokens must be signed by. */
        readonly rootcertbundle: string;
      };
    };

export interface DockerRegistryOptions {
  readonly auth?: RegistryAuth;
  /** Serves https with this key and certificate, in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Listens where another has just been stopped, instead of on a free port. */
  readonly port?: number;
  /** Where it tells of what happens in it, and what it says in the header Authorization. */
  readonly notify?: { readonly url: string; readonly authorization: string };
}

/** Debian's docker-registry, running on a free port of 127.0.0.1 with nothing in it. */
export interface DockerRegistry {
  readonly url: string;
  /** Host and port, as references write them. */
  readonly host: string;
  readonly port: number;
  /** What it has logged. */
  logs(): string;
  /** Ends the process and removes what it stored. */
  stop(): Promise<void>;
}

const program: Program = { command: 'docker-registry', package: 'docker-registry' };
const htpasswd: Program = { command: 'htpasswd', package: 'apache2-utils' };
const startMs = 20_000;

/** Starts a registry; throws with its log where it does not come up. */
export async function startDockerRegistry(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
  const { auth = 'none', tls, notify, port: wantedPort = 0 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tributary-docker-registry-'));
  const written = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const configFile = written(
    'config.yml',
    stringify({
      version: '0.1',
      log: { level: 'info', formatter: 'json', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: join(folder, 'storage') },
        delete: { enabled: true },
        maintenance: { uploadpurging: { enabled: false } },
      },
      compatibility: { schema1: { enabled: true } },
      http: {
        // Unless one is wanted, the system chooses the port, and the log tells which.
        addr: `127.0.0.1:${String(wantedPort)}`,
        secret: 'of the tests',
        ...(tls && { tls: { key: written('key.pem', tls.key), certificate: written('cert.pem', tls.cert) } }),
      },
      ...(notify && { notifications: { endpoints: [endpoint(notify)] } }),
      ...(auth !== 'none' && { auth: await authConfig(auth, written) }),
    }),
  );

  const child = start(program, ['serve', configFile]);
  let log = '';
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await listening(child, (text) => (log += text));
    const host = `127.0.0.1:${String(port)}`;
    return { url: `${tls === undefined ? 'http' : 'https'}://${host}`, host, port, logs: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function endpoint({ url, authorization }: NonNullable<DockerRegistryOptions['notify']>): object {
  const patience = { timeout: '5s', threshold: 5, backoff: '100ms' };
  return { name: 'tributary', url, headers: { Authorization: [authorization] }, ...patience };
}

async function authConfig(
  auth: Exclude<RegistryAuth, 'none'>,
  written: (name: string, content: string) => string,
): Promise<object> {
  if ('token' in auth) return { token: auth.token };
  const { user, password } = auth.htpasswd;
  // docker-registry takes bcrypt alone; 5 is its least cost.
  const line = await run(htpasswd, ['-niBC', '5', user], { input: password });
  return { htpasswd: { realm: 'tests', path: written('htpasswd', line.toString('utf8')) } };
}

/** The port that the registry says it listens on: from that line on it answers. */
function listening(child: ChildProcess, onLog: (text: string) => string): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      fail(`did not listen within ${String(startMs)} ms`);
    }, startMs);
    let log = '';
    function fail(what: string): void {
      clearTimeout(late);
      reject(new Error(`docker-registry ${what}; it said:\n${log}`));
    }
    function read(chunk: Buffer): void {
      log = onLog(chunk.toString('utf8'));
      const port = /listening on 127\.0\.0\.1:(\d+)/.exec(log)?.[1];
      if (port === undefined) return;
      clearTimeout(late);
      resolve(Number(port));
    }
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => {
      clearTimeout(late);
      reject('code' in error && error.code === 'ENOENT' ? missing(program) : error);
    });
    child.once('close', (code) => {
      fail(`ended with ${String(code)}`);
    });
  });
}
