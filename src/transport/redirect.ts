import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import { hostAndPort } from './address.ts';
import { header, type Transport, type UpstreamRequest, type UpstreamResponse } from './transport.ts';

export interface RedirectOptions {
  readonly registry: RegistryName;
  /** Sends to the registry itself. */
  readonly own: Transport;
  /** Sends to other origins; its connections may reach fewer private addresses. */
  readonly foreign: Transport;
  readonly insecure: boolean;
  /** `host:port` pairs that may be asked over plain http where the registry itself is. */
  readonly redirectHosts: ReadonlySet<string>;
}

const statuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const maxHops = 3;
/** All that another origin is told; whatever else a request carries may be a credential. */
const carried = ['accept', 'accept-encoding', 'user-agent'];

/**
 * Follows redirects by hand, at most three, never from https to http. Within the origin everything is kept; once it is
 * left, headers are built anew and stay so, even where a redirect leads back.
 */
export function createRedirect(options: RedirectOptions): Transport {
  const { registry, own, foreign } = options;

  return async function send(request) {
    const seen = new Set([request.url.href]);
    let current = request;
    let transport = own;
    for (;;) {
      const response = await transport(current);
      if (!statuses.has(response.status) || request.method === 'POST') return response;
      const target = locate(options, current.url, response);
      if (seen.has(target.href)) throw refused(registry, target, 'it has already been there');
      if (seen.size > maxHops) throw refused(registry, target, `more than ${String(maxHops)} redirects`);
      seen.add(target.href);
      if (target.origin !== current.url.origin) transport = foreign;
      current = { ...current, url: target, headers: transport === foreign ? plainHeaders(current) : current.headers };
    }
  };
}

function locate({ registry, insecure, redirectHosts }: RedirectOptions, from: URL, response: UpstreamResponse): URL {
  const location = header(response, 'location') ?? '';
  if (location === '' || !URL.canParse(location, from.href)) {
    const message = `${registry}: ${from.host} answered ${String(response.status)} without a location that can be followed`;
    throw new GatewayError('UPSTREAM_REDIRECT_REFUSED', message, { registry, status: response.status });
  }
  const target = new URL(location, from);
  target.hash = '';
  if (target.username !== '' || target.password !== '') throw refused(registry, target, 'it carries user information');
  if (target.protocol === 'https:') return target;
  if (target.protocol !== 'http:' || from.protocol === 'https:') throw refused(registry, target, 'it is not https');
  const isKnown = target.origin === from.origin || redirectHosts.has(hostAndPort(target));
  if (!insecure || !isKnown) throw refused(registry, target, 'plain http goes only to hosts in `redirectHosts`');
  return target;
}

function refused(registry: RegistryName, target: URL, reason: string): GatewayError {
  const message = `${registry}: redirect to ${target.protocol}//${target.host} refused: ${reason}`;
  return new GatewayError('UPSTREAM_REDIRECT_REFUSED', message, { registry });
}

function plainHeaders({ headers }: UpstreamRequest): UpstreamRequest['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => carried.includes(name)));
}
