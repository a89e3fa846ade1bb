import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextRound } from 'node:timers/promises';
import { createLoopTurn } from '../../src/lib/loop-turn.ts';

/** Work whose time is made up: each turn that is worked in takes so many milliseconds of it. */
function stand(turnMs: number) {
  let now = 0;
  let round = 0;
  let isCounting = true;
  const turn = createLoopTurn(() => now);
  const done: { readonly name: string; readonly round: number }[] = [];
  const count = (): void => {
    round += 1;
    if (isCounting) setImmediate(count);
  };
  setImmediate(count);
  return {
    turn,
    done,
    work: async (name: string, steps = 1) => {
      await turn();
      for (let step = 0; step < steps; step += 1) await Promise.resolve();
      now += turnMs;
      done.push({ name, round });
    },
    stop: () => {
      isCounting = false;
    },
  };
}

const names = Array.from({ length: 30 }, (_, index) => `w${index}`);

describe('turns on the event loop', () => {
  it('come at once where there is little to do', async () => {
    const { work, done, stop } = stand(1);
    await work('one');
    await nextRound();
    await nextRound();
    const before = done.length;
    const two = work('two');
    for (let step = 0; step < 5; step += 1) await Promise.resolve();
    expect(done.length).toBe(before + 1);
    await two;
    stop();
  });

  it('let the event loop go round after ten milliseconds, and come in the order in which they were asked for', async () => {
    const { work, done, stop } = stand(4);
    await Promise.all(names.map((name) => work(name)));
    stop();
    expect(done.map(({ name }) => name)).toEqual(names);
    const inRound = new Map<number, number>();
    for (const { round } of done) inRound.set(round, (inRound.get(round) ?? 0) + 1);
    // 0, 4 and 8 ms are within the slice.
    expect([...inRound.values()]).toEqual(Array.from({ length: 10 }, () => 3));
  });

  it('give one longer than a slice a round of its own', async () => {
    const { work, done, stop } = stand(50);
    await Promise.all(names.map((name) => work(name)));
    stop();
    expect(new Set(done.map(({ round }) => round)).size).toBe(names.length);
  });

  it('are over only when all has been done that follows at once', async () => {
    const { work, done, stop } = stand(4);
    await Promise.all([work('deep', 100), work('shallow')]);
    stop();
    expect(done.map(({ name }) => name)).toEqual(['deep', 'shallow']);
  });

  it('are not held up by one that waits for something else', async () => {
    const { turn, work, done, stop } = stand(1);
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const waits = turn().then(() => answered);
    await Promise.all(names.map((name) => work(name)));
    expect(done).toHaveLength(names.length);
    answer();
    await waits;
    stop();
  });

  it('let nobody pass who asks later, whatever time has gone by', async () => {
    const { work, done, stop } = stand(6);
    const first = names.slice(0, 10).map((name) => work(name));
    await nextRound();
    const later = names.slice(10).map((name) => work(name));
    await Promise.all([...first, ...later]);
    stop();
    expect(done.map(({ name }) => name)).toEqual(names);
  });
});
