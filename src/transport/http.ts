import { GatewayError, isGatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { readBody } from './body.ts';
import type { Connections } from './connect.ts';
import { connectionFailure } from './failure.ts';
import type { Exchange, TransportLog } from './options.ts';
import { redactUrl } from './redact.ts';
import type { Transport, UpstreamRequest, UpstreamResponse } from './transport.ts';

export interface HttpOptions {
  readonly registry: RegistryName;
  readonly connections: Connections;
  /** Plain http is allowed. */
  readonly insecure: boolean;
  readonly userAgent: string;
  readonly clock: Clock;
  readonly log?: TransportLog | undefined;
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/**
 * The transport at the bottom: sends one request, follows nothing, repeats nothing, and answers with the whole body,
 * decoded. Counts itself in the cost of the operation that asks.
 */
export function createHttp(options: HttpOptions): Transport {
  const { registry, connections, clock } = options;

  return async function send(request) {
    checkMethod(request);
    if (request.url.protocol !== 'https:' && !(options.insecure && request.url.protocol === 'http:')) {
      const message = `${registry}: ${request.url.origin} is not https; \`insecure: true\` would allow plain http`;
      throw new GatewayError('UPSTREAM_REDIRECT_REFUSED', message, { registry });
    }
    connections.check(request.url);
    const { signal, cost } = request.ask;
    signal.throwIfAborted();
    checkAllowance(request);
    cost.upstreamRequests += 1;
    const startedAt = clock.now();
    let status: number | undefined;
    const report = (code: Exchange['code']): void => {
      options.onExchange?.({ registry, method: request.method, status, durationMs: clock.now() - startedAt, code });
    };
    try {
      const answer = await connections.dispatcher.request({
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: { 'user-agent': options.userAgent, 'accept-encoding': 'identity', ...request.headers },
        body: request.body ?? null,
        signal,
        // undici gives up an HTTP/1.1 connection after every HEAD unless told otherwise.
        ...(request.method === 'HEAD' ? { reset: false } : {}),
      });
      status = answer.statusCode;
      const body = await readBody(registry, request, answer);
      report(undefined);
      return { status, headers: withoutCoding(request, answer.headers), body, url: request.url };
    } catch (error) {
      if (signal.aborted) {
        report(isGatewayError(signal.reason) ? signal.reason.code : undefined);
        throw signal.reason;
      }
      const failure = connectionFailure(registry, request.url.host, error, status);
      report(failure.code);
      options.log?.info({ registry, url: redactUrl(request.url), code: failure.code }, 'a request failed');
      throw failure;
    }
  };
}

/** What may leave without a body. A set of strings, since a caller without types may ask for anything. */
const reading: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * An operation is admitted for what it is expected to need, which an index of thousands of images can exceed. Tokens, which
 * name no scope of their own, are fetched for others too, and so whatever one operation has left.
 */
function checkAllowance({ scope, ask: { cost } }: UpstreamRequest): void {
  const max = cost.mostRequests ?? Infinity;
  if (scope === undefined || cost.upstreamRequests < max) return;
  const message = `the operation has led to ${String(max)} requests to registries, which is as many as one may; ask for less`;
  throw new GatewayError('LIMIT_EXCEEDED', message, { limit: 'cost', value: cost.upstreamRequests + 1, max });
}

/** Reading is all that may leave, and token forms. */
function checkMethod({ method, headers, body }: UpstreamRequest): void {
  const isForm =
    headers['content-type'] === 'application/x-www-form-urlencoded' && (body ?? '').includes('grant_type=');
  const isAllowed = method === 'POST' ? isForm : reading.has(method) && body === undefined;
  if (!isAllowed) throw new TypeError(`refused to send ${method}: only GET, HEAD and token forms leave this gateway`);
}

/** The headers as they fit the decoded body. */
function withoutCoding(request: UpstreamRequest, headers: UpstreamResponse['headers']): UpstreamResponse['headers'] {
  if (request.method === 'HEAD' || headers['content-encoding'] === undefined) return headers;
  return { ...headers, 'content-encoding': undefined, 'content-length': undefined };
}
