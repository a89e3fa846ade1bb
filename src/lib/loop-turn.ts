/** How long turns may take together before the event loop goes round, in milliseconds. */
const sliceMs = 10;

/**
 * Waits for a turn to go on with some work. Where there is little to do it comes at once. Where much is to be done at the same time,
 * those who wait go on one after another, in the order in which they came, and after each slice of time the event loop goes round:
 * what else the process has to do is not held up for longer than a slice and one turn.
 */
export type LoopTurn = () => Promise<void>;

export function createLoopTurn(now: () => number = () => performance.now()): LoopTurn {
  const waiting: (() => void)[] = [];
  /** When the event loop began to go round, as far as is known here: from the first who asked. */
  let roundBeganAt: number | undefined;
  let isTaken = false;

  function isTimeLeft(): boolean {
    if (roundBeganAt === undefined) {
      roundBeganAt = now();
      setImmediate(() => {
        roundBeganAt = undefined;
        if (!isTaken) giveNext();
      });
    }
    return now() - roundBeganAt < sliceMs;
  }

  function giveNext(): void {
    if (waiting.length === 0 || !isTimeLeft()) return;
    take();
    waiting.shift()?.();
  }

  function take(): void {
    isTaken = true;
    // A tick that a microtask asks for comes once no microtask is left: then whoever has the turn is done, or waits for something else.
    queueMicrotask(() => {
      process.nextTick(() => {
        isTaken = false;
        giveNext();
      });
    });
  }

  return function loopTurn() {
    if (isTaken || waiting.length > 0 || !isTimeLeft()) return new Promise((resolve) => waiting.push(resolve));
    take();
    return Promise.resolve();
  };
}

/** The turns of this process: it has one event loop, so all who may hold it up take turns with each other. */
export const loopTurn = createLoopTurn();
