import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { readBody } from './body.ts';
import type { Connections } from './connect.ts';
import { connectionFailure } from './failure.ts';
import type { Exchange } from './options.ts';
import type { Transport, UpstreamRequest, UpstreamResponse } from './transport.ts';

export interface HttpOptions {
  readonly registry: RegistryName;
  readonly connections: Connections;
  /** Plain http is allowed. */
  readonly insecure: boolean;
  readonly userAgent: string;
  readonly clock: Clock;
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
        report(signal.reason instanceof GatewayError ? signal.reason.code : undefined);
        throw signal.reason;
      }
      const failure = connectionFailure(registry, request.url.host, error, status);
      report(failure.code);
      throw failure;
    }
  };
}

/** Reading is all that may leave, whatever a caller without types asks for. */
function checkMethod({ method, headers, body }: UpstreamRequest): void {
  const isForm =
    headers['content-type'] === 'application/x-www-form-urlencoded' && (body ?? '').includes('grant_type=');
  const isAllowed = method === 'POST' ? isForm : (method === 'GET' || method === 'HEAD') && body === undefined;
  if (!isAllowed) throw new TypeError(`refused to send ${method}: only GET, HEAD and token forms leave this gateway`);
}

/** The headers as they fit the decoded body. */
function withoutCoding(request: UpstreamRequest, headers: UpstreamResponse['headers']): UpstreamResponse['headers'] {
  if (request.method === 'HEAD' || headers['content-encoding'] === undefined) return headers;
  const { 'content-encoding': _coding, 'content-length': _length, ...rest } = headers;
  return rest;
}
