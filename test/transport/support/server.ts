import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface TestServer {
  /** `http://localhost:port` or `https://localhost:port`. */
  readonly origin: URL;
  readonly pair: string;
  readonly requests: Recorded[];
  /** Every byte that came in, decrypted. */
  received(): string;
  /** Connections accepted so far. */
  connections(): number;
  open(): number;
  close(): Promise<void>;
}

export type Handler = (request: Recorded, response: http.ServerResponse, count: number) => void;

/** A real server on loopback that writes down all that reaches it. */
export async function startServer(
  handler: Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const requests: Recorded[] = [];
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;

  const listener: http.RequestListener = (incoming, response) => {
    const body: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => body.push(chunk));
    incoming.on('end', () => {
      const request = {
        method: incoming.method ?? '',
        url: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(body).toString(),
      };
      requests.push(request);
      handler(request, response, requests.length);
    });
  };
  const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    socket.on('data', (chunk: Buffer) => received.push(chunk));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    origin: new URL(`${tls === undefined ? 'http' : 'https'}://localhost:${port}`),
    pair: `localhost:${port}`,
    requests,
    received: () => Buffer.concat(received).toString('latin1'),
    connections: () => connections,
    open: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Waits for what cannot be awaited: a condition on the other side of a socket. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const end = Date.now() + 5_000;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
