import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { empty, failure } from '../../demo/registry/exchange.ts';
import type { Answer } from '../../demo/registry/exchange.ts';
import type { Exchange } from '../../demo/registry-server.ts';

/** What a registry does instead of answering well. Several together apply one after the other to the same answer. */
export type Fault =
  /** Another answer altogether. */
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Answer['headers']; readonly body?: string }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** The headers and half of the body, then nothing. */
  | { readonly kind: 'hang-in-body' }
  /** The body byte by byte, one every 200 ms unless told otherwise. */
  | { readonly kind: 'drip'; readonly everyMs?: number }
  /** The headers and half of the body, then the end of the connection. */
  | { readonly kind: 'truncate' }
  /** The connection reset before any answer. */
  | { readonly kind: 'reset' }
  /** A page for people, with status 200. */
  | { readonly kind: 'html' }
  /** The right headers over bytes that are no JSON. */
  | { readonly kind: 'garbage' }
  /** The right headers and length over bytes of another digest, still JSON where they were. */
  | { readonly kind: 'wrong-bytes' }
  /** Headers added, replaced or left out: a wrong content type, a missing digest. */
  | { readonly kind: 'headers'; readonly set?: Answer['headers']; readonly remove?: readonly string[] }
  /** A chunked body of so many MiB. */
  | { readonly kind: 'huge'; readonly mebibytes: number }
  /** The answer in `content-encoding: gzip`. */
  | { readonly kind: 'gzip' }
  /** A gzipped body of so many MiB when unpacked, a thousandth of that on the wire. */
  | { readonly kind: 'gzip-bomb'; readonly mebibytes: number }
  | { readonly kind: 'redirect'; readonly location: string; readonly status?: number }
  /** 401 with this `www-authenticate`, or with none. */
  | { readonly kind: 'challenge'; readonly challenge?: string | readonly string[] }
  /** The right page with a link to this target as the next page. */
  | { readonly kind: 'link'; readonly value: string }
  /** The right page with a link to a page that was never asked for, without end. */
  | { readonly kind: 'endless-links' }
  /** The right page with a link to itself. */
  | { readonly kind: 'repeated-page' }
  | { readonly kind: 'rate-limited'; readonly retryAfter?: string }
  /** The right answer, later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The right answer, once a promise has settled. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> }
  /** A tag list whose `tags` are any JSON: null, nulls, digests. */
  | { readonly kind: 'tags'; readonly tags: unknown }
  /** Objects within objects, so many deep. */
  | { readonly kind: 'deep-json'; readonly depth: number }
  /** These bytes on the wire, then the end of the connection. */
  | { readonly kind: 'raw'; readonly bytes: string };

/** Answers an exchange with its faults. */
export async function sendWithFaults(exchange: Exchange, faults: readonly Fault[]): Promise<void> {
  let answer = (): Promise<Answer | undefined> => exchange.answer();
  for (const fault of faults) {
    const before = answer;
    answer = () => applyFault(exchange, fault, before);
  }
  const last = await answer();
  if (last !== undefined) exchange.send(last);
}

/** The answer that a fault makes of another; `undefined` once it has sent, or withheld, the answer itself. */
async function applyFault(
  exchange: Exchange,
  fault: Fault,
  before: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const { response } = exchange;
  switch (fault.kind) {
    case 'delay':
      await delay(fault.ms, undefined, { ref: false });
      return before();
    case 'wait':
      await fault.until;
      return before();
    case 'hang':
      return undefined;
    case 'reset':
      socketOf(response).resetAndDestroy();
      return undefined;
    case 'raw':
      socketOf(response).end(fault.bytes);
      return undefined;
    case 'huge':
      return sendStream(exchange, Readable.from(mebibytes(fault.mebibytes, 'a')), {});
    case 'gzip-bomb': {
      const zeros = Readable.from(mebibytes(fault.mebibytes, '\0')).pipe(createGzip());
      return sendStream(exchange, zeros, { 'content-encoding': 'gzip' });
    }
    default: {
      const answer = replaced(fault) ?? (await before());
      return answer === undefined || sendsInPieces(exchange, fault, answer)
        ? undefined
        : changed(exchange, fault, answer);
    }
  }
}

/** The answers that have nothing of the right one. */
function replaced(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'status':
      return { status: fault.status, headers: fault.headers ?? {}, body: Buffer.from(fault.body ?? '') };
    case 'html':
      return page('<!doctype html><title>Sign in</title><p>Please sign in to go on.</p>', 'text/html; charset=utf-8');
    case 'deep-json':
      return page(`${'{"a":'.repeat(fault.depth)}1${'}'.repeat(fault.depth)}`, 'application/json');
    case 'tags':
      return page(JSON.stringify({ name: 'any', tags: fault.tags }), 'application/json');
    case 'redirect':
      return empty(fault.status ?? 307, { location: fault.location });
    case 'challenge':
      return failure(
        401,
        'UNAUTHORIZED',
        'authentication required',
        undefined,
        given('www-authenticate', fault.challenge),
      );
    case 'rate-limited':
      return failure(429, 'TOOMANYREQUESTS', 'too many requests', undefined, given('retry-after', fault.retryAfter));
    default:
      return undefined;
  }
}

function given(name: string, value: string | readonly string[] | undefined): Answer['headers'] {
  return value === undefined ? {} : { [name]: value };
}

function socketOf({ socket }: ServerResponse): Socket {
  if (socket === null) throw new Error('the connection has been given to another answer');
  return socket;
}

/** The right answer with one thing wrong. */
function changed({ request }: Exchange, fault: Fault, answer: Answer): Answer {
  switch (fault.kind) {
    case 'garbage':
      return { ...answer, body: Buffer.from('\u0001{"name":\uFFFD,,]') };
    case 'wrong-bytes':
      return { ...answer, body: withOtherDigest(answer.body) };
    case 'headers': {
      const kept = Object.entries(answer.headers).filter(([name]) => fault.remove?.includes(name) !== true);
      return { ...answer, headers: { ...Object.fromEntries(kept), ...fault.set } };
    }
    case 'gzip':
      return withHeader({ ...answer, body: gzipSync(answer.body) }, 'content-encoding', 'gzip');
    case 'link':
      return withLink(answer, fault.value);
    case 'endless-links': {
      const last = Number(/\d+$/.exec(request.query.get('last') ?? '')?.[0] ?? 0);
      return withLink(answer, `${request.path}?n=1&last=page-${last + 1}`);
    }
    case 'repeated-page': {
      const query = request.query.toString();
      return withLink(answer, query === '' ? request.path : `${request.path}?${query}`);
    }
    default:
      return answer;
  }
}

/** Whether a fault has begun to send the answer in its own way. */
function sendsInPieces(exchange: Exchange, fault: Fault, answer: Answer): boolean {
  const { response } = exchange;
  const half = answer.body.subarray(0, Math.floor(answer.body.byteLength / 2));
  switch (fault.kind) {
    case 'hang-in-body':
      begin(exchange, answer);
      response.write(half);
      return true;
    case 'truncate':
      begin(exchange, answer);
      response.write(half, () => socketOf(response).end());
      return true;
    case 'drip':
      begin(exchange, answer);
      drip(exchange, answer.body, fault.everyMs ?? 200);
      return true;
    default:
      return false;
  }
}

function drip({ response }: Exchange, body: Uint8Array, everyMs: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    response.write(body.subarray(sent, (sent += 1)));
    if (sent >= body.byteLength) response.end();
  }, everyMs);
  timer.unref();
  response.flushHeaders();
  response.once('close', () => {
    clearInterval(timer);
  });
}

function begin({ response }: Exchange, answer: Answer): void {
  for (const [name, value] of Object.entries(answer.headers))
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  response.setHeader('content-length', answer.body.byteLength);
  response.writeHead(answer.status);
}

async function sendStream(
  exchange: Exchange,
  body: Readable,
  headers: Readonly<Record<string, string>>,
): Promise<undefined> {
  exchange.response.writeHead(200, { 'content-type': 'application/json', ...headers });
  // The client is expected to go away before the end.
  await pipeline(body, exchange.response).catch(() => undefined);
  return undefined;
}

function* mebibytes(count: number, character: string): Generator<Buffer> {
  const piece = Buffer.alloc(1024 * 1024, character);
  for (let sent = 0; sent < count; sent += 1) yield piece;
}

function page(body: string, contentType: string): Answer {
  return { status: 200, headers: { 'content-type': contentType }, body: Buffer.from(body) };
}

function withLink(answer: Answer, target: string): Answer {
  return withHeader(answer, 'link', `<${target}>; rel="next"`);
}

function withHeader(answer: Answer, name: string, value: string): Answer {
  return { ...answer, headers: { ...answer.headers, [name]: value } };
}

/** Changes one hex digit of a digest within, so that JSON stays JSON; else the last byte. */
function withOtherDigest(bytes: Uint8Array): Uint8Array {
  const changed = Buffer.from(bytes);
  const digest = changed.indexOf('sha256:');
  const at = digest < 0 ? changed.byteLength - 1 : digest + 'sha256:'.length;
  if (at >= 0) changed[at] = changed[at] === 0x30 ? 0x31 : 0x30;
  return changed;
}
