import type { Clock } from '../../../src/lib/clock.ts';
import { watch, type WatchOptions } from '../../../src/cli/client/watch/watch.ts';

/** Time that goes a hundred times as fast, so that waits between tries are over soon. */
const hastyClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, ms / 100);
    return () => {
      clearTimeout(timer);
    };
  },
};

/** What a command wrote, as it is written. */
export function terminal(isTerminal = false) {
  const written = { stdout: '', stderr: '' };
  const output = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
  };
  return { written, world: { output, isTerminal, clock: hastyClock } };
}

/** A `tributary watch` that runs within the test. */
export interface RunningWatch {
  readonly written: { readonly stdout: string; readonly stderr: string };
  /** Its exit code. */
  readonly ended: Promise<number>;
  /** The signal to end. */
  readonly stop: () => Promise<number>;
}

export function startWatch(
  server: string,
  patterns: readonly string[],
  options: Partial<WatchOptions> = {},
  env: Readonly<Record<string, string>> = {},
): RunningWatch {
  const { written, world } = terminal();
  const stopping = new AbortController();
  const whole = { PATH: process.env['PATH'], ...env };
  const ended = watch(
    patterns,
    { server, output: 'text', execRetry: 0, ...options },
    { ...world, env: whole, stopping: stopping.signal },
  );
  return {
    written,
    ended,
    stop: () => {
      stopping.abort();
      return ended;
    },
  };
}

/** Waits for what cannot be awaited: a condition on the other side of a socket or of a process. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
