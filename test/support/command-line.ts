import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** A built `tributary` that runs as a process of its own. */
export interface CommandLine {
  readonly written: { readonly stdout: string; readonly stderr: string };
  /** The exit code; `undefined` where a signal ended it. */
  readonly ended: Promise<number | undefined>;
  readonly kill: (signal: 'SIGTERM' | 'SIGKILL' | 'SIGHUP') => void;
}

/** Starts the built `tributary`, which the tests that use programs of the machine are preceded by. */
export function startCommandLine(words: readonly string[], env: Readonly<Record<string, string>> = {}): CommandLine {
  const written = { stdout: '', stderr: '' };
  const child = spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (written.stderr += text));
  return {
    written,
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        resolve(code ?? undefined);
      });
    }),
    kill: (signal) => child.kill(signal),
  };
}
