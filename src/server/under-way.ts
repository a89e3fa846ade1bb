import type { Door, UpgradeDoor } from './http.ts';

/** What came in by some doors and has not ended: requests, and connections that were taken over. */
export interface UnderWay {
  readonly door: (door: Door) => Door;
  readonly upgrade: (door: UpgradeDoor) => UpgradeDoor;
  /** Resolves when nothing is under way. */
  readonly ended: () => Promise<void>;
}

/** Counts what comes in by doors, so that what they lead to can be taken away after the last has left. */
export function createUnderWay(): UnderWay {
  let count = 0;
  let waiting: (() => void)[] = [];

  function begin(coming: { readonly once: (event: 'close', listener: () => void) => unknown }): void {
    count += 1;
    coming.once('close', () => {
      count -= 1;
      if (count > 0) return;
      for (const tell of waiting) tell();
      waiting = [];
    });
  }

  return {
    door: (door) => (request, response, requestId) => {
      begin(response);
      return door(request, response, requestId);
    },
    upgrade: (door) => (request, socket, head, requestId) => {
      begin(socket);
      door(request, socket, head, requestId);
    },
    ended: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
