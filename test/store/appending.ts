import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process that appends to a store, or only holds it. */
export interface Appending {
  /** What it was told is written, `NAME IMAGE` each; grows. */
  readonly acknowledged: readonly string[];
  /** Resolves when it has the store open, or that many were acknowledged. Rejects, with its last words, if it ends before. */
  readonly until: (count: number) => Promise<void>;
  /** Ends it as a crash does. */
  readonly kill: () => Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Starts one on a store's URL. Different seeds write different images. */
export function startAppending(url: string, seed: number, what: 'append' | 'hold' = 'append'): Appending {
  const child = spawn(
    process.execPath,
    ['--import', './test/support/typescript.mjs', './test/store/appender.ts', url, String(seed), what],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const { lines, words } = readOutput(child);
  return {
    get acknowledged() {
      // The first line tells that it is open; what comes after the last end of a line may be half of one.
      return lines().slice(1);
    },
    until: (count) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (lines().length > count) resolve();
        };
        child.stdout.on('data', look);
        void closed.then(() => {
          reject(new Error(`it ended: ${words()}`));
        });
        look();
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function readOutput(child: ChildProcess): { readonly lines: () => readonly string[]; readonly words: () => string } {
  let output = '';
  let words = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  return { lines: () => output.split('\n').slice(0, -1), words: () => words };
}
