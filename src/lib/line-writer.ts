import type { Clock } from './clock.ts';

/** Writes lines one after another; those that come while it writes are written together next. */
export interface LineWriter {
  /** Settles once the line is kept. Rejects where it is not, or not in time: then it may be kept later all the same. */
  readonly append: (line: string) => Promise<void>;
}

export interface LineWriterOptions {
  /** Keeps a text of whole lines. Called again only when it has settled. */
  readonly keep: (text: string) => Promise<void>;
  /** How long a line may take, in milliseconds. */
  readonly patience: number;
  readonly clock: Clock;
}

interface Waiting {
  readonly line: string;
  readonly settle: (failure?: Error) => void;
}

export function createLineWriter({ keep, patience, clock }: LineWriterOptions): LineWriter {
  let waiting: Waiting[] = [];
  let isWriting = false;
  /** Whether a text takes longer than anybody waits: what comes then is refused at once, and does not pile up. */
  let isStuck = false;

  async function write(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const failure = await keep(batch.map(({ line }) => `${line}\n`).join('')).catch(asError);
      isStuck = false;
      for (const { settle } of batch) settle(failure ?? undefined);
    }
    isWriting = false;
  }

  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        const tooSlow = new Error(`a line was not written within ${patience} ms`);
        if (isStuck) {
          reject(tooSlow);
          return;
        }
        const cancel = clock.setTimeout(() => {
          isStuck = true;
          reject(tooSlow);
        }, patience);
        const settle = (failure?: Error): void => {
          cancel();
          if (failure === undefined) resolve();
          else reject(failure);
        };
        waiting.push({ line, settle });
        if (!isWriting) void write();
      }),
  };
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
