/** How many clients may be connected for subscriptions, by WebSocket and by stream together. */
export interface Seats {
  /** Takes a seat; returns what gives it back, once; `undefined` where none is free. */
  readonly take: () => (() => void) | undefined;
  /** How many are taken. */
  readonly taken: () => number;
  /** Gives out no more. */
  readonly close: () => void;
}

/** `most` says how many there are, each time that one is wanted. */
export function createSeats(most: () => number): Seats {
  let taken = 0;
  let isClosed = false;
  return {
    take: () => {
      if (isClosed || taken >= most()) return undefined;
      taken += 1;
      let isTaken = true;
      return () => {
        if (isTaken) taken -= 1;
        isTaken = false;
      };
    },
    taken: () => taken,
    close: () => {
      isClosed = true;
    },
  };
}
