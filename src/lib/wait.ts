import { onAbort } from './on-abort.ts';

/** Waits for a promise, but no longer than until the signal is aborted; then it rejects with the signal's reason. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) {
      leave();
      promise.catch(() => undefined);
      return;
    }
    const stay = onAbort(signal, leave);
    promise.then(resolve, reject).finally(stay);
  });
}
