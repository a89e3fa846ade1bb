import { expect, it } from '@jest/globals';
import { createTurns } from '../../src/lib/turns.ts';

/** Work that says when it begins, and ends when it is told to. */
function work(name: string, begun: string[]) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const run = (): Promise<string> => {
    begun.push(name);
    return ended.then(() => name);
  };
  return { run, end };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('lets those who want the same thing have it one after another, and others at once', async () => {
  const turns = createTurns();
  const begun: string[] = [];
  const [first, second, third] = [work('a', begun), work('ab', begun), work('b', begun)];
  const apart = work('c', begun);
  const all = [
    turns.run(['a'], first.run),
    turns.run(['b', 'a'], second.run),
    turns.run(['b'], third.run),
    turns.run(['c'], apart.run),
  ];
  await settle();
  expect(begun).toEqual(['a', 'c']);
  first.end();
  await settle();
  expect(begun).toEqual(['a', 'c', 'ab']);
  second.end();
  await settle();
  expect(begun).toEqual(['a', 'c', 'ab', 'b']);
  third.end();
  apart.end();
  expect(await Promise.all(all)).toEqual(['a', 'ab', 'b', 'c']);
});

it('goes on after work that failed', async () => {
  const turns = createTurns();
  const failing = turns.run(['a'], () => Promise.reject(new Error('no')));
  const next = turns.run(['a'], () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

it('lets who waits leave, without letting those behind pass those before', async () => {
  const turns = createTurns();
  const begun: string[] = [];
  const [first, left, last] = [work('first', begun), work('left', begun), work('last', begun)];
  const leaving = new AbortController();
  const running = turns.run(['a'], first.run);
  const waiting = turns.run(['a'], left.run, leaving.signal);
  const behind = turns.run(['a'], last.run);
  leaving.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await settle();
  expect(begun).toEqual(['first']);
  first.end();
  last.end();
  expect(await Promise.all([running, behind])).toEqual(['first', 'last']);
  expect(begun).toEqual(['first', 'last']);
});
