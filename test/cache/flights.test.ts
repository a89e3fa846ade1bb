import { describe, expect, it } from '@jest/globals';
import { createFlights } from '../../src/cache/flights.ts';
import type { Ask } from '../../src/domain/registry.ts';
import { ask } from '../support/fake-registry.ts';

/** A fetch whose answers are given by hand. */
function byHand() {
  const fetches: {
    keys: readonly string[];
    ask: Ask;
    answer: (value: string) => void;
    fail: (error: Error) => void;
  }[] = [];
  const kept: string[] = [];
  const load = createFlights<string, string>(
    (key) => key,
    (keys, given) => {
      let answer: (value: string) => void = () => undefined;
      let fail: (error: Error) => void = () => undefined;
      const promise = new Promise<string>((resolve, reject) => {
        answer = resolve;
        fail = reject;
      });
      fetches.push({ keys, ask: given, answer, fail });
      return keys.map((key) => promise.then((value) => `${key}=${value}`));
    },
    (_, found) => kept.push(found),
  );
  return { fetches, load, kept };
}

describe('one fetch in flight per fact', () => {
  it('asks once for a fact that many wait for, and counts those who joined', async () => {
    const { fetches, load } = byHand();
    const [first, second] = [ask(), ask()];
    const answers = [...load(['a', 'b'], first), ...load(['b', 'c'], second)];
    expect(fetches.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']]);
    expect([first.cost.coalesced, second.cost.coalesced]).toEqual([0, 1]);
    for (const fetch of fetches) fetch.answer('1');
    expect(await Promise.all(answers)).toEqual(['a=1', 'b=1', 'b=1', 'c=1']);
  });

  it('asks again once the fetch has ended, well or not', async () => {
    const { fetches, load } = byHand();
    const [failing] = load(['a'], ask());
    fetches[0]?.fail(new Error('down'));
    await expect(failing).rejects.toThrow('down');
    const [again] = load(['a'], ask());
    fetches[1]?.answer('2');
    expect(await again).toBe('a=2');
  });

  it('asks anew for what must be true from now on, and keeps that whichever comes first', async () => {
    const { fetches, load, kept } = byHand();
    const [former] = load(['a'], ask());
    const [latter] = load(['a'], { ...ask(), current: true });
    const [joined] = load(['a'], ask());
    fetches[1]?.answer('new');
    expect(await Promise.all([latter, joined])).toEqual(['a=new', 'a=new']);
    fetches[0]?.answer('old');
    expect(await former).toBe('a=old');
    expect(kept).toEqual(['a=new']);
  });

  it('lets one of two go without taking the answer from the other', async () => {
    const { fetches, load } = byHand();
    const leaving = new AbortController();
    const [gone] = load(['a'], ask(leaving.signal));
    const [staying] = load(['a'], ask());
    leaving.abort(new Error('gone'));
    await expect(gone).rejects.toThrow('gone');
    expect(fetches[0]?.ask.signal.aborted).toBe(false);
    fetches[0]?.answer('1');
    expect(await staying).toBe('a=1');
  });

  it('counts one who went once, even when what it waited for comes after all', async () => {
    const gone = new AbortController();
    let answerFirst: (value: string) => void = () => undefined;
    let signal: AbortSignal | undefined;
    const load = createFlights<string, string>(
      (key) => key,
      (keys, given) => {
        signal = given.signal;
        return keys.map((key) =>
          key === 'a'
            ? new Promise<string>((resolve) => (answerFirst = resolve))
            : new Promise<string>(() => undefined),
        );
      },
      () => undefined,
    );
    const left = load(['a', 'b'], ask(gone.signal));
    const [staying] = load(['b'], ask());
    const leaving = new AbortController();
    const [third] = load(['b'], ask(leaving.signal));
    gone.abort(new Error('gone'));
    expect(await Promise.allSettled(left)).toHaveLength(2);
    answerFirst('1');
    await new Promise(setImmediate);
    leaving.abort(new Error('gone too'));
    await expect(third).rejects.toThrow('gone too');
    expect(signal?.aborted).toBe(false);
    expect(staying).toBeInstanceOf(Promise);
  });

  it('aborts the fetch when the last one has gone, and joins nobody to it any more', async () => {
    const { fetches, load } = byHand();
    const leaving = new AbortController();
    const answers = load(['a', 'b'], ask(leaving.signal));
    leaving.abort(new Error('gone'));
    expect(await Promise.allSettled(answers)).toHaveLength(2);
    expect(fetches[0]?.ask.signal.aborted).toBe(true);
    const [next] = load(['a'], ask());
    expect(fetches).toHaveLength(2);
    fetches[1]?.answer('2');
    expect(await next).toBe('a=2');
  });

  it('refuses one who is gone already', async () => {
    const { load } = byHand();
    const [answer] = load(['a'], ask(AbortSignal.abort(new Error('gone before'))));
    await expect(answer).rejects.toThrow('gone before');
  });
});
