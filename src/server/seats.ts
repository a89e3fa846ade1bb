/** How many clients may be connected for subscriptions, by WebSocket and by stream together. */
export interface Seats {
  /** Takes a seat; returns what gives it back, once; `undefined` where none is free. */
  readonly take: () => (() => void) | undefined;
  /** How many are taken. */
  readonly taken: () => number;
  /** Gives out no more. */
  readonly close: () => void;
}

/** `onFull` is told of whoever finds none. */
export function createSeats(count: number, onFull: () => void = () => undefined): Seats {
  let taken = 0;
  let most = count;
  return {
    take: () => {
      if (taken >= most) {
        if (most > 0) onFull();
        return undefined;
      }
      taken += 1;
      let isTaken = true;
      return () => {
        if (isTaken) taken -= 1;
        isTaken = false;
      };
    },
    taken: () => taken,
    close: () => {
      most = 0;
    },
  };
}
