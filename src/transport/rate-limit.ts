import { GatewayError, isGatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { RateLimit } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import { errorSummary, isRateLimited, retryAfterMs } from './answer.ts';
import type { TransportLog } from './options.ts';
import { header, type Transport, type UpstreamResponse } from './transport.ts';

export interface RateLimitOptions {
  readonly registry: RegistryName;
  readonly clock: Clock;
  /** Share of the limit that pulls leave untouched; `undefined` lets them use it up. */
  readonly reserve: number | undefined;
  readonly log?: TransportLog | undefined;
}

/** A transport that stops asking when it is told to. */
export interface RateLimited {
  readonly transport: Transport;
  /** What the registry has said about its limit; `undefined` where it has said nothing. */
  rateLimit(): RateLimit | undefined;
}

/** How long nothing is asked after a refusal that does not say, or says what nobody can read. */
const defaultBlockMs = 30_000;
const minBlockMs = 1_000;
const maxBlockMs = 15 * 60_000;

/**
 * Reads what a registry says about its limits. After "too many requests" nothing is sent to it until the time that it
 * names (1 s to 15 min; 30 s where it names none): each request ends at once in UPSTREAM_RATE_LIMITED. With a reserve,
 * pulls end so too while no more than that is left, and what does not count goes on.
 */
export function createRateLimit(inner: Transport, { registry, clock, reserve, log }: RateLimitOptions): RateLimited {
  let known: RateLimit | undefined;
  let observedAt = 0;
  let blockedUntil = 0;
  let pullsUnderWay = 0;

  function refusal(until: number, reason: string, status?: number): GatewayError {
    const retryAfterSeconds = Math.max(1, Math.ceil((until - clock.now()) / 1000));
    const message = `${registry}: ${reason}; asking again makes sense in ${String(retryAfterSeconds)} s`;
    const details = status === undefined ? { registry } : { registry, status };
    return new GatewayError('UPSTREAM_RATE_LIMITED', message, { ...details, retryAfterSeconds });
  }

  function block(ms: number | undefined): number {
    const wait = Math.min(maxBlockMs, Math.max(minBlockMs, ms ?? defaultBlockMs));
    blockedUntil = Math.max(blockedUntil, clock.now() + wait);
    log?.warn({ registry, seconds: Math.ceil(wait / 1000) }, 'rate limited; asking nothing for a while');
    return blockedUntil;
  }

  /** Until when the reserve holds pulls back; 0 where it does not. */
  function reservedUntil(): number {
    if (reserve === undefined || known?.limit === undefined || known.remaining === undefined) return 0;
    const until = known.resetsAt ?? observedAt + (known.windowSeconds ?? 60) * 1000;
    const isLow = known.remaining - pullsUnderWay <= reserve * known.limit;
    return isLow && clock.now() < until ? until : 0;
  }

  async function send(request: Parameters<Transport>[0]): Promise<UpstreamResponse> {
    if (clock.now() < blockedUntil) throw refusal(blockedUntil, 'it is rate limiting us');
    const isPull = request.isPull === true;
    const reserved = isPull ? reservedUntil() : 0;
    if (reserved > 0) throw refusal(reserved, 'what is left of its pull limit is held in reserve');
    if (isPull) pullsUnderWay += 1;
    try {
      const response = await inner(request);
      if (response.url.origin === request.url.origin) observe(response);
      if (!isRateLimited(response)) return response;
      const until = block(retryAfterMs(response, clock.now()));
      throw refusal(until, `it answered ${String(response.status)}${errorSummary(response)}`, response.status);
    } catch (error) {
      // A token server that limits us: without a token there is nothing to ask the registry for either.
      if (isGatewayError(error, 'UPSTREAM_RATE_LIMITED') && clock.now() >= blockedUntil) {
        block((error.details.retryAfterSeconds ?? 30) * 1000);
      }
      throw error;
    } finally {
      if (isPull) pullsUnderWay -= 1;
    }
  }

  function observe(response: UpstreamResponse): void {
    const told = readRateLimit(response, clock.now());
    if (told === undefined) return;
    const source = told.source ?? known?.source;
    if (told.limit === undefined && told.remaining === undefined) {
      // Docker's 401s tell nothing but the source.
      known = { ...(known ?? told), source };
      return;
    }
    observedAt = clock.now();
    known = { ...told, source };
  }

  return {
    transport: send,
    rateLimit() {
      const until = Math.max(clock.now() < blockedUntil ? blockedUntil : 0, reservedUntil());
      if (until === 0) return known;
      const nothing = { limit: undefined, remaining: undefined, windowSeconds: undefined, source: undefined };
      return { ...nothing, ...known, resetsAt: until };
    },
  };
}

/** What the headers of an answer say; `undefined` where they say nothing. */
function readRateLimit(response: UpstreamResponse, now: number): RateLimit | undefined {
  const limit = quantity(response, 'ratelimit-limit');
  const remaining = quantity(response, 'ratelimit-remaining');
  const reset = quantity(response, 'ratelimit-reset');
  const source = header(response, 'docker-ratelimit-source');
  if ([limit, remaining, source].every((part) => part === undefined)) return undefined;
  return {
    limit: limit?.value,
    remaining: remaining?.value,
    windowSeconds: limit?.windowSeconds ?? remaining?.windowSeconds,
    resetsAt: reset === undefined ? undefined : resetTime(reset.value, now),
    source,
  };
}

/** `100;w=21600` of Docker Hub's RateLimit-* headers, or the plain number of X-RateLimit-*. */
function quantity(
  response: UpstreamResponse,
  name: string,
): { readonly value: number; readonly windowSeconds: number | undefined } | undefined {
  const text = header(response, name) ?? header(response, `x-${name}`);
  const match = /^\s*(\d{1,12})(?:\s*[;,].*?\bw=(\d{1,9}))?/.exec(text ?? '');
  if (match === null) return undefined;
  return { value: Number(match[1]), windowSeconds: match[2] === undefined ? undefined : Number(match[2]) };
}

/** Docker and GitHub give a unix time, the IETF's drafts seconds from now. */
function resetTime(value: number, now: number): number {
  return value > 1_000_000_000 ? value * 1000 : now + value * 1000;
}
