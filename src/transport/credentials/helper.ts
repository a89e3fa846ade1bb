import { execFile } from 'node:child_process';
import { GatewayError } from '../../domain/errors.ts';
import type { RegistryName } from '../../domain/reference.ts';
import { createSecret } from '../../lib/secret.ts';
import type { Credential } from './credential.ts';

/** What a helper knows. The id is for the caller to complete. */
export type HelperAnswer = { readonly username: string; readonly secret: string } | undefined;

/** Asks `docker-credential-<name>` for a server; `undefined` where it has nothing. Rejects with UPSTREAM_UNAUTHORIZED. */
export type AskHelper = (name: string, server: string) => Promise<HelperAnswer>;

export interface HelperOptions {
  readonly registry: RegistryName;
  /** The helpers' environment; PATH in it says where they are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Default 5,000. */
  readonly timeoutMs?: number;
}

const maxOutputBytes = 64 * 1024;

/**
 * Runs docker credential helpers (docker/docker-credential-helpers: `get`, the server on stdin, JSON on stdout), without a
 * shell. A helper that fails is never taken for one that has nothing: its credential would be replaced by another.
 */
export function createHelpers({ registry, environment, timeoutMs = 5_000 }: HelperOptions): AskHelper {
  return async function ask(name, server) {
    const fail = (what: string, cause?: unknown): GatewayError =>
      new GatewayError(
        'UPSTREAM_UNAUTHORIZED',
        `${registry}: credential helper "${name}" ${what}`,
        { registry },
        cause,
      );
    if (!/^[A-Za-z0-9._-]+$/.test(name)) throw fail('has a name that is not one');

    const { failure, stdout, stderr } = await run(`docker-credential-${name}`, server, environment, timeoutMs);
    if (failure !== undefined) {
      if (/credentials not found/i.test(stdout + stderr)) return undefined;
      // What it printed stays out: it may hold the secret.
      throw fail(`failed (${failure})`);
    }
    const answer = parseAnswer(stdout);
    if (answer === undefined) throw fail('answered something else than a user name and a secret');
    return answer.username === '' && answer.secret === '' ? undefined : answer;
  };
}

/** The credential that a helper's answer is; the user name `<token>` marks an identity token. */
export function helperCredential(id: string, { username, secret }: NonNullable<HelperAnswer>): Credential {
  return username === '<token>'
    ? { kind: 'identity-token', id, token: createSecret(secret) }
    : { kind: 'basic', id, username, password: createSecret(secret) };
}

interface Run {
  /** Why it failed, in a word. */
  readonly failure: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  command: string,
  input: string,
  environment: HelperOptions['environment'],
  timeoutMs: number,
): Promise<Run> {
  return new Promise((resolve) => {
    const options = {
      env: { ...environment },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: maxOutputBytes,
      shell: false,
    } as const;
    const child = execFile(command, ['get'], options, (error, stdout, stderr) => {
      resolve({ failure: error === null ? undefined : reasonOf(error), stdout, stderr });
    });
    // A helper that does not read its input closes the pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${input}\n`);
  });
}

function reasonOf(error: Error & { code?: unknown; killed?: boolean; signal?: unknown }): string {
  if (error.code === 'ENOENT') return 'not found in PATH';
  if (error.killed === true) return 'took too long, or said too much';
  return typeof error.code === 'number' || typeof error.code === 'string' ? `exit ${String(error.code)}` : 'killed';
}

function parseAnswer(text: string): { readonly username: string; readonly secret: string } | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || !('Username' in parsed) || !('Secret' in parsed))
    return undefined;
  const { Username: username, Secret: secret } = parsed;
  return typeof username === 'string' && typeof secret === 'string' ? { username, secret } : undefined;
}
