import { GatewayError, isGatewayError, type ErrorCode } from '../domain/errors.ts';
import type { Cost } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import { detailsOf, nameOf, type Asked } from './asked.ts';
import { readBody, type Answer } from './body.ts';
import type { Connections } from './connect.ts';
import { connectionFailure } from './failure.ts';
import type { Sending, TracedExchange, TransportLog } from './options.ts';
import { redactUrl } from './redact.ts';
import type { UpstreamResponse } from './transport.ts';

export type ExchangeOptions = Asked & {
  readonly connections: Connections;
  /** Plain http is allowed. */
  readonly insecure: boolean;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log?: TransportLog | undefined;
  /** Told of each request before it is sent. */
  readonly trace?: ((sending: Sending) => TracedExchange | undefined) | undefined;
  /** Whether what answers a URL is told of traces. */
  readonly carriesTrace?: ((url: URL) => boolean) | undefined;
  /** Told of each request that was really sent. */
  readonly report: (ended: Ended) => void;
};

/** How a request ended. */
export interface Ended {
  readonly method: string;
  /** `undefined` where no answer came. */
  readonly status: number | undefined;
  /** Milliseconds from sending to the end of what was read of the answer. */
  readonly durationMs: number;
  /** Why it failed; `undefined` after an answer of any status, and where the caller went away. */
  readonly code: ErrorCode | undefined;
}

/** What is sent, credential included. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The most bytes that the body of a success may have after decompression. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Where the request is counted. */
  readonly cost?: Cost | undefined;
}

/** Sends a request, and reads of its answer what the caller wants. Follows nothing, repeats nothing. */
export type Exchanging = <T>(call: Call, read: (answer: Answer) => Promise<T>) => Promise<T>;

/** What is at the bottom of every transport: one request on a connection whose address has been checked. */
export function createExchange(options: ExchangeOptions): Exchanging {
  const { connections, clock } = options;

  return async function exchange(call, read) {
    const { url, method, signal } = call;
    if (url.protocol !== 'https:' && !(options.insecure && url.protocol === 'http:')) {
      const message = `${nameOf(options)}: ${url.origin} is not https; \`insecure: true\` would allow plain http`;
      throw new GatewayError('UPSTREAM_REDIRECT_REFUSED', message, detailsOf(options));
    }
    connections.check(url);
    signal.throwIfAborted();
    if (call.cost !== undefined) call.cost.upstreamRequests += 1;
    const startedAt = clock.now();
    let status: number | undefined;
    const traced = beginTrace(options, call);
    const report = (code: ErrorCode | undefined): void => {
      const ended = { method, status, durationMs: clock.now() - startedAt, code };
      traced.end(ended);
      options.report(ended);
    };
    try {
      const answer = await connections.dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: { 'user-agent': options.userAgent, 'accept-encoding': 'identity', ...call.headers, ...traced.headers },
        body: call.body ?? null,
        signal,
        // undici gives up an HTTP/1.1 connection after every HEAD unless told otherwise.
        ...(method === 'HEAD' ? { reset: false } : {}),
      });
      status = answer.statusCode;
      const result = await read(answer);
      report(undefined);
      return result;
    } catch (error) {
      if (signal.aborted) {
        report(isGatewayError(signal.reason) ? signal.reason.code : undefined);
        throw signal.reason;
      }
      const failure = connectionFailure(options, url.host, error, status);
      report(failure.code);
      options.log?.info({ ...detailsOf(options), url: redactUrl(url), code: failure.code }, 'a request failed');
      throw failure;
    }
  };
}

/** Begins the trace of a request; without headers where the receiver is not to be told. */
function beginTrace({ registry, trace, carriesTrace }: ExchangeOptions, { method, url }: Call): TracedExchange {
  const traced = trace?.({ registry, method, url });
  const headers = carriesTrace?.(url) === true ? traced?.headers : undefined;
  return { headers: headers ?? {}, end: (ended) => traced?.end(ended) };
}

/** Reads an answer whole, decoded. */
export async function readWhole(asked: Asked, call: Call, answer: Answer): Promise<Omit<UpstreamResponse, 'url'>> {
  const body = await readBody(asked, call, answer);
  return { status: answer.statusCode, headers: withoutCoding(call, answer.headers), body };
}

/** The headers as they fit the decoded body. */
function withoutCoding({ method }: Call, headers: UpstreamResponse['headers']): UpstreamResponse['headers'] {
  if (method === 'HEAD' || headers['content-encoding'] === undefined) return headers;
  return { ...headers, 'content-encoding': undefined, 'content-length': undefined };
}
