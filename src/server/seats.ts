import { anonymous, type Viewer } from '../access/access.ts';

/** How many clients may be connected for subscriptions, by WebSocket and by stream together. */
export interface Seats {
  /** Takes a seat; returns what gives it back, once; `undefined` where none is free. */
  readonly take: () => (() => void) | undefined;
  /** As `take`, of the seats of one caller, which is known later than that somebody is there. */
  readonly takeFor: (viewer: Viewer) => (() => void) | undefined;
  /** How many are taken. */
  readonly taken: () => number;
  /** Gives out no more. */
  readonly close: () => void;
}

export interface SeatsOptions {
  /** How many there are, asked each time that one is wanted. */
  readonly all: () => number;
  /** How many of them one caller may have. */
  readonly perCaller: () => number;
  /** Told of whoever finds none, with the limit that they met. */
  readonly onFull?: (limit: 'sockets' | 'callerSockets') => void;
}

export function createSeats({ all, perCaller, onFull = () => undefined }: SeatsOptions): Seats {
  const row = createRow(all, () => {
    onFull('sockets');
  });
  const callers = new Map<string, Row>();
  return {
    ...row,
    takeFor: ({ id }) => {
      // Many people, who cannot be told apart.
      if (id === anonymous.id) return () => undefined;
      const own =
        callers.get(id) ??
        createRow(perCaller, () => {
          onFull('callerSockets');
        });
      const leave = own.take();
      if (leave === undefined) return undefined;
      callers.set(id, own);
      return () => {
        leave();
        if (own.taken() === 0 && callers.get(id) === own) callers.delete(id);
      };
    },
  };
}

type Row = Omit<Seats, 'takeFor'>;

function createRow(most: () => number, onFull: () => void): Row {
  let taken = 0;
  let isClosed = false;
  return {
    take: () => {
      if (isClosed) return undefined;
      if (taken >= most()) {
        onFull();
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
      isClosed = true;
    },
  };
}
