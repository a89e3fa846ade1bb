import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { untilAborted } from '../../src/lib/wait.ts';

const never = new Promise<never>(() => undefined);

describe('who waits for a promise until a signal is aborted', () => {
  it('is given what the promise comes to', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(1), signal)).toBe(1);
    await expect(untilAborted(Promise.reject(new Error('failed')), signal)).rejects.toThrow('failed');
  });

  it('is told the reason of the signal, whether it is aborted later or was before', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(never, controller.signal);
    controller.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    await expect(untilAborted(Promise.resolve(1), controller.signal)).rejects.toThrow('gone');
  });

  it('leaves no rejection behind that nobody takes', async () => {
    const controller = new AbortController();
    controller.abort(new Error('gone'));
    await expect(untilAborted(Promise.reject(new Error('failed')), controller.signal)).rejects.toThrow('gone');
  });

  it('costs one signal one listener, however many they are', async () => {
    const controller = new AbortController();
    const all = Promise.allSettled(Array.from({ length: 100 }, () => untilAborted(never, controller.signal)));
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort(new Error('gone'));
    expect((await all).every(({ status }) => status === 'rejected')).toBe(true);
  });
});
