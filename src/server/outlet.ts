import type { Socket } from 'node:net';

/** A connection that payloads are sent over: how much waits on it, and when there is room again. */
export interface Outlet {
  /** To be called before something is written: all that is written in one turn of the event loop leaves together. */
  readonly gather: () => void;
  readonly isFull: () => boolean;
  /** Calls back once when all that waited was handed to the network. */
  readonly onceDrained: (callback: () => void) => void;
  /** A number that changes whenever the network took anything. */
  readonly progress: () => number;
}

/** Makes outlets that are uncorked together, after the turn in which they were written to; `maxBytes` may wait on each. */
export function createOutlets(maxBytes: number): (socket: Socket) => Outlet {
  let corked: Socket[] = [];

  function uncorkAll(): void {
    const sockets = corked;
    corked = [];
    for (const socket of sockets) socket.uncork();
  }

  return (socket) => {
    let waiting: (() => void)[] = [];
    let gatheredIn: readonly Socket[] | undefined;

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
        if (gatheredIn === corked) return;
        if (corked.length === 0) setImmediate(uncorkAll);
        socket.cork();
        corked.push(socket);
        gatheredIn = corked;
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
