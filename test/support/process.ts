import { execFile, spawn, type ChildProcess } from 'node:child_process';

/** A program of the machine that tests are made with, and the Debian package that brings it. */
export interface Program {
  readonly command: string;
  readonly package: string;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads from its standard input. */
  readonly input?: string;
  /** Milliseconds until the program is killed. */
  readonly timeoutMs?: number;
}

/** A program that ended with another exit code than 0. */
export interface Failure {
  readonly code: number | undefined;
  readonly stderr: string;
}

/** Runs a program to its end and answers what it wrote. Throws, with its last words, where it fails, takes too long or is not installed. */
export async function run(program: Program, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const ended = await end(program, args, options);
  if (ended.code === 0) return ended.stdout;
  throw new Error(
    `${program.command} ${args.join(' ')} ended with ${String(ended.code ?? 'a signal')}: ${ended.stderr.trim()}`,
  );
}

/** Runs a program that must fail. */
export async function runFailing(
  program: Program,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Failure> {
  const { code, stderr } = await end(program, args, options);
  if (code === 0) throw new Error(`${program.command} ${args.join(' ')} should have failed`);
  return { code, stderr };
}

/** Starts a program that goes on until it is stopped by its process id. */
export function start({ command }: Program, args: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnvironment({}) });
}

/** The one line that says what to do where a program is not there. */
export function missing(program: Program): Error {
  return new Error(
    `the tests against real servers need ${program.command}; on Debian: apt-get install ${program.package}`,
  );
}

interface Ended extends Failure {
  readonly stdout: Buffer;
}

function end(program: Program, args: readonly string[], options: RunOptions): Promise<Ended> {
  const { env = {}, input, timeoutMs = 60_000 } = options;
  return new Promise((resolve, reject) => {
    const child = execFile(
      program.command,
      args,
      { encoding: 'buffer', env: plainEnvironment(env), timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error?.code === 'ENOENT') {
          reject(missing(program));
          return;
        }
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined;
        resolve({ code, stdout, stderr: stderr.toString('utf8') });
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** Nothing of the user's own: no proxies, no credentials, no settings from a home. */
function plainEnvironment(env: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: '/nonexistent', LC_ALL: 'C.UTF-8', ...env };
}
