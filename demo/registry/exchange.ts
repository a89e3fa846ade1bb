import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** A question to a sample registry, as its routes see it. */
export interface RegistryRequest {
  readonly method: string;
  /** The path as it was sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Scheme, host and port by which the client reached the server. */
  readonly origin: string;
  /** The client's address. */
  readonly client: string;
  readonly body: Readable;
}

/** A whole answer. `content-length` is added when it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array;
}

/** An answer without a body. */
export function empty(status: number, headers: Answer['headers'] = {}): Answer {
  return { status, headers, body: new Uint8Array() };
}

/** An answer that carries JSON. */
export function json(status: number, value: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** A failure in the envelope of the OCI distribution specification, "Error Codes". */
export function failure(
  status: number,
  code: string,
  message: string,
  detail?: unknown,
  headers: Answer['headers'] = {},
): Answer {
  const error = detail === undefined ? { code, message } : { code, message, detail };
  return json(status, { errors: [error] }, headers);
}

/**
 * Reads a request's body whole; `undefined` when `admit` refuses one of its pieces, whose bytes it is told.
 * Rejects when the client goes away before the end.
 */
export async function readBody(
  body: Readable,
  admit: (bytes: number) => boolean,
): Promise<Buffer<ArrayBuffer> | undefined> {
  const pieces: Buffer[] = [];
  for await (const piece of body.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(piece)) throw new TypeError('a request body must be read as bytes');
    if (!admit(piece.byteLength)) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Reads a request's body of at most so many bytes; `undefined` when there are more. */
export async function readSmallBody(body: Readable, maxBytes: number): Promise<Buffer<ArrayBuffer> | undefined> {
  let total = 0;
  return readBody(body, (bytes) => (total += bytes) <= maxBytes);
}
