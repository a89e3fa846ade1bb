import { describe, expect, it } from '@jest/globals';
import { onAbort } from '../../src/lib/on-abort.ts';

describe('who waits for a signal', () => {
  it('is called once when it is aborted, in the order of waiting, and not when it took that back', () => {
    const controller = new AbortController();
    const called: number[] = [];
    const back = [1, 2, 3, 4].map((number) => onAbort(controller.signal, () => called.push(number)));
    back[1]?.();
    controller.abort();
    controller.abort();
    expect(called).toEqual([1, 3, 4]);
  });

  it('may take it back from within another call', () => {
    const controller = new AbortController();
    const called: string[] = [];
    let takeBack = (): void => undefined;
    onAbort(controller.signal, () => {
      called.push('first');
      takeBack();
    });
    takeBack = onAbort(controller.signal, () => called.push('second'));
    controller.abort();
    expect(called).toEqual(['first']);
  });

  it('waits for that signal alone', () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const called: string[] = [];
    onAbort(one.signal, () => called.push('one'));
    onAbort(other.signal, () => called.push('other'));
    other.abort();
    expect(called).toEqual(['other']);
  });
});
