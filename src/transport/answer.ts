import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { redactText } from './redact.ts';
import { header, type Transport, type UpstreamResponse } from './transport.ts';

/** The errors that a registry names in a body (distribution-spec "Error Codes"), at most the first three; empty where it is none. */
function registryErrors(response: UpstreamResponse): readonly { readonly code: string; readonly message: string }[] {
  if (response.body.length === 0 || response.body[0] !== 0x7b) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(response.body).toString('utf8'));
  } catch {
    return [];
  }
  if (typeof parsed !== 'object' || parsed === null || !('errors' in parsed) || !Array.isArray(parsed.errors))
    return [];
  return parsed.errors
    .slice(0, 3)
    .map((error: unknown) => ({ code: textOf(error, 'code'), message: textOf(error, 'message') }));
}

function textOf(value: unknown, key: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const text: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof text === 'string' ? redactText(text) : '';
}

/** The registry's own words for an error, in parentheses, for the end of a message; empty where it said nothing. */
export function errorSummary(response: UpstreamResponse): string {
  const [first] = registryErrors(response);
  if (first === undefined) return '';
  const words = [first.code, first.message].filter((word) => word !== '').join(': ');
  return words === '' ? '' : ` (it says: ${words})`;
}

/** Whether an answer says that we ask too much: 429, or any error of code TOOMANYREQUESTS. */
export function isRateLimited(response: UpstreamResponse): boolean {
  if (response.status === 429) return true;
  return response.status >= 400 && registryErrors(response).some(({ code }) => code === 'TOOMANYREQUESTS');
}

/**
 * Milliseconds until an answer wants to be asked again: Retry-After in seconds or as a date (RFC 9110 §10.2.3), or Docker's
 * older X-Retry-After as a unix time. `undefined` where there is none that can be read.
 */
export function retryAfterMs(response: UpstreamResponse, now: number): number | undefined {
  const value = header(response, 'retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  const unixTime = header(response, 'x-retry-after')?.trim() ?? '';
  return /^\d+$/.test(unixTime) ? Math.max(0, Number(unixTime) * 1000 - now) : undefined;
}

/** Turns answers that say "not now" (5xx, 408) into UPSTREAM_UNAVAILABLE. Those about rates are left to `rate-limit`. */
export function createOutageStatus(
  inner: Transport,
  { registry, clock }: { registry: RegistryName; clock: Clock },
): Transport {
  return async function send(request) {
    const response = await inner(request);
    const { status } = response;
    if ((status < 500 && status !== 408) || isRateLimited(response)) return response;
    const wait = retryAfterMs(response, clock.now());
    throw new GatewayError('UPSTREAM_UNAVAILABLE', `${registry}: ${response.url.host} answered ${String(status)}`, {
      registry,
      status,
      ...(wait === undefined ? {} : { retryAfterSeconds: Math.ceil(wait / 1000) }),
    });
  };
}
