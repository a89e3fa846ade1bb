import { randomUUID } from 'node:crypto';
import { createServer, STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Answers requests for one path. */
export type Door = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void> | void;

/** Takes over connections that ask for another protocol at one path. */
export type UpgradeDoor = (request: IncomingMessage, socket: Socket, head: Buffer, requestId: string) => void;

export interface HttpServerOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** What answers each path; a path that ends in a slash, those below it too: `/webhooks/` answers `/webhooks/quay.io`. */
  readonly doors: ReadonlyMap<string, Door>;
  /** What takes over connections that ask for another protocol, by path. */
  readonly upgrades?: ReadonlyMap<string, UpgradeDoor>;
  readonly headerBytes: number;
  /** Milliseconds for the headers of a request, and for the whole of it. */
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  /** Told of faults of ours; the caller is told only that there was one. */
  readonly onFault: (error: unknown, requestId: string) => void;
}

export interface HttpServer {
  /** Where it is reached, as `http://host:port`. */
  readonly url: string;
  /**
   * Goes on until nothing is under way, asking clients to come back by another connection, which may lead them elsewhere;
   * then, or after so many milliseconds, closes the port and what is left.
   */
  readonly stop: (graceMs: number) => Promise<void>;
}

/** How often it is looked whether a client takes too long, in milliseconds. */
const checkMs = 1_000;

/** The gateway's one port: plain node:http, since every layer above it would cost each request. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, doors } = options;
  let underWay = 0;
  let whenIdle: (() => void) | undefined;
  const server = createServer(
    {
      maxHeaderSize: options.headerBytes,
      headersTimeout: options.headersTimeout,
      requestTimeout: options.requestTimeout,
      // Node looks whether these have passed only each half minute.
      connectionsCheckingInterval: Math.min(checkMs, options.headersTimeout),
    },
    (request, response) => {
      const requestId = readRequestId(request) ?? randomUUID();
      response.setHeader('x-request-id', requestId);
      underWay += 1;
      response.once('close', () => {
        underWay -= 1;
        if (underWay === 0) whenIdle?.();
      });
      if (whenIdle !== undefined) response.setHeader('connection', 'close');
      const path = pathOf(request);
      const door = doors.get(path) ?? doors.get(path.slice(0, path.indexOf('/', 1) + 1));
      if (door === undefined) {
        sendNothingHere(response);
        return;
      }
      void answer(door, request, response, requestId, options.onFault);
    },
  );
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // Until somebody takes the socket over, nobody else listens to its end.
    socket.on('error', () => undefined);
    const door = options.upgrades?.get(pathOf(request));
    if (whenIdle !== undefined) refuseUpgrade(socket, 503, 'the gateway is going away: come again');
    else if (door === undefined) refuseUpgrade(socket, 404, 'there is nothing here; WebSockets are at /graphql');
    else door(request, socket, head, readRequestId(request) ?? randomUUID());
  });
  server.maxHeadersCount = 100;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    stop: async (graceMs) => {
      const idle = new Promise<void>((resolve) => {
        whenIdle = resolve;
      });
      if (underWay === 0) whenIdle?.();
      let stopWaiting: (() => void) | undefined;
      const grace = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        stopWaiting = () => {
          clearTimeout(timer);
        };
      });
      await Promise.race([idle, grace]);
      stopWaiting?.();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  onFault: HttpServerOptions['onFault'],
): Promise<void> {
  try {
    await door(request, response, requestId);
  } catch (error) {
    // A caller who hangs up in the middle of a request has no answer coming, and it is no fault of ours.
    if (response.destroyed) return;
    onFault(error, requestId);
    if (response.headersSent) response.destroy();
    else sendError(response, 500, 'INTERNAL', 'internal error', requestId);
  }
}

/** Sends a JSON document. */
export function sendJson(response: ServerResponse, status: number, document: unknown): void {
  const body = JSON.stringify(document);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(body);
}

/** Sends an error in the form that GraphQL clients read. */
export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  requestId?: string,
): void {
  const extensions = requestId === undefined ? { code } : { code, requestId };
  sendJson(response, status, { errors: [{ message, extensions }] });
}

/** Answers a request for another protocol with a status, and ends the connection. */
export function refuseUpgrade(socket: Socket, status: number, message: string): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-type: text/plain`;
  socket.end(`${head}\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
}

/** Answers a path where there is nothing. */
export function sendNothingHere(response: ServerResponse): void {
  sendError(response, 404, 'NOT_FOUND', 'there is nothing here; the API is at /graphql');
}

/** The identifier that a proxy in front gave the request, if it is fit for logs. */
function readRequestId(request: IncomingMessage): string | undefined {
  const value = request.headers['x-request-id'];
  return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? value : undefined;
}

function pathOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const query = url.indexOf('?');
  return query === -1 ? url : url.slice(0, query);
}
