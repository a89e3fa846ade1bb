/** Does work that is about some keys; no two pieces that share a key are under way at once. */
export type InTurn = <Result>(keys: readonly string[], work: () => Promise<Result>) => Promise<Result>;

/** Turns by key. All keys are taken at once, so that nobody waits for one while holding another. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<void>>();

  return async function inTurn(keys, work) {
    const before = keys.flatMap((key) => last.get(key) ?? []);
    const result = Promise.all(before).then(work);
    const ended = result.then(
      () => undefined,
      () => undefined,
    );
    for (const key of keys) last.set(key, ended);
    try {
      return await result;
    } finally {
      for (const key of keys) if (last.get(key) === ended) last.delete(key);
    }
  };
}
