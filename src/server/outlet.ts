import type { Socket } from 'node:net';

/** A connection that payloads are sent over: how much waits on it, and when there is room again. */
export interface Outlet {
  /** To be called before each write: the first of a turn of the event loop leaves at once, all others of that turn together. */
  readonly gather: () => void;
  readonly isFull: () => boolean;
  /** Calls back once when all that waited was handed to the network. */
  readonly onceDrained: (callback: () => void) => void;
  /** A number that changes whenever the network took anything. */
  readonly progress: () => number;
}

/** Makes outlets that are uncorked together, after the turn in which they were written to; `maxBytes` may wait on each. */
export function createOutlets(maxBytes: number): (socket: Socket) => Outlet {
  /** The sockets that were corked in this turn; an array of its own for each turn that anything is written in. */
  let turn: Socket[] | undefined;

  function endTurn(): void {
    const corked = turn ?? [];
    turn = undefined;
    for (const socket of corked) socket.uncork();
  }

  function beginTurn(): Socket[] {
    setImmediate(endTurn);
    return [];
  }

  return (socket) => {
    let waiting: (() => void)[] = [];
    let writtenIn: readonly Socket[] | undefined;
    let corkedIn: readonly Socket[] | undefined;

    function wake(): void {
      const callbacks = waiting;
      waiting = [];
      for (const callback of callbacks) callback();
    }

    socket.on('drain', wake);
    // A connection that is gone has room for ever: whoever waits finds out that there is nobody.
    socket.once('close', wake);
    return {
      gather: () => {
        turn ??= beginTurn();
        if (writtenIn !== turn) writtenIn = turn;
        else if (corkedIn !== turn) {
          socket.cork();
          turn.push(socket);
          corkedIn = turn;
        }
      },
      isFull: () => socket.writableLength > maxBytes,
      onceDrained: (callback) => {
        waiting.push(callback);
        if (socket.destroyed) wake();
      },
      progress: () => socket.bytesWritten - socket.writableLength - queued(socket),
    };
  };
}

/** Bytes of the write that is under way which the network has not taken yet: Node keeps the figure for its own timeouts. */
function queued(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const size: unknown =
    typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : undefined;
  return typeof size === 'number' ? size : 0;
}
