const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once when a signal is aborted that is not yet; the returned function takes that back. However many wait for
 * one signal, each costs the same: an EventTarget looks through all its listeners at each change of one.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = waiting.get(signal) ?? listenTo(signal);
  callbacks.add(callback);
  return () => {
    callbacks.delete(callback);
  };
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const callbacks = new Set<() => void>();
  waiting.set(signal, callbacks);
  const callAll = (): void => {
    for (const callback of callbacks) {
      callbacks.delete(callback);
      callback();
    }
  };
  signal.addEventListener('abort', callAll, { once: true });
  return callbacks;
}
