import { WebSocket } from 'ws';

/** Sockets as the client of graphql-ws makes them, and a hold on the last one. */
export interface WebSockets {
  /** What graphql-ws takes for the class WebSocket. */
  readonly implementation: unknown;
  /** Ends the last socket, whatever it is doing; after some milliseconds where it is closing well by itself. */
  readonly end: (afterMs: number) => void;
}

/** How long a gateway may take to answer the handshake, in milliseconds. */
const handshakeTimeout = 10_000;

export function createWebSockets(): WebSockets {
  let last: WebSocket | undefined;

  function make(url: string, protocol: string): WebSocket {
    last = new WebSocket(url, protocol, { handshakeTimeout, perMessageDeflate: false });
    // graphql-ws listens itself, but not any more to a socket that it gave up while it was still connecting.
    last.on('error', () => undefined);
    return last;
  }

  const { CONNECTING, OPEN, CLOSING, CLOSED } = WebSocket;
  return {
    implementation: Object.assign(make, { CONNECTING, OPEN, CLOSING, CLOSED }),
    end: (afterMs) => {
      if (last?.readyState === CONNECTING) last.terminate();
      else setTimeout(() => last?.terminate(), afterMs).unref();
    },
  };
}
