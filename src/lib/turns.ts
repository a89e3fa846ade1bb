import { untilAborted } from './wait.ts';

/** Lets those who want the same thing have it one after another, in the order in which they came. */
export interface Turns {
  /**
   * Does some work once all who came before for any of these keys are done. Who is told to leave while waiting rejects
   * with the signal's reason, and nothing is done; from then on the work itself has to look at the signal.
   */
  readonly run: <T>(keys: readonly string[], work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;
}

/** All keys of a work are queued for at once, so that no two works can wait for each other. */
export function createTurns(): Turns {
  /** Of each key: what ends when the last who wants it is done. */
  const ends = new Map<string, Promise<void>>();

  return {
    async run(keys, work, signal) {
      const before = Promise.all(keys.map((key) => ends.get(key) ?? Promise.resolve()));
      let done = (): void => undefined;
      const worked = new Promise<void>((resolve) => (done = resolve));
      // Who leaves the queue early does not let those behind pass those before.
      const end = before.then(() => worked);
      for (const key of keys) ends.set(key, end);
      void end.then(() => {
        for (const key of keys) if (ends.get(key) === end) ends.delete(key);
      });
      try {
        await (signal === undefined ? before : untilAborted(before, signal));
        return await work();
      } finally {
        done();
      }
    },
  };
}
