/** Calls everybody in this process who wants to know that something happened. */
export interface Doorbell {
  readonly ring: () => void;
  /** Until the returned function is called. */
  readonly onRing: (listener: () => void) => () => void;
}

/** A doorbell that nobody listens to yet. */
export function createDoorbell(): Doorbell {
  const listeners = new Set<() => void>();
  return {
    ring: () => {
      for (const listener of listeners) queueMicrotask(listener);
    },
    onRing: (listener) => {
      // In a turn of its own, so that its faults are not those of whoever rings; and each is one, also of the same function.
      const own = (): void => {
        if (listeners.has(own)) listener();
      };
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
