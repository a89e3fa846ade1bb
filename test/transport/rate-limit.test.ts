import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/domain/errors.ts';
import { createRateLimit } from '../../src/transport/rate-limit.ts';
import type { UpstreamResponse } from '../../src/transport/transport.ts';
import { createManualClock, type ManualClock } from './support/clock.ts';
import { answer, failureOf, recorded, registry, requestFor } from './support/exchange.ts';

const url = 'https://registry.example/v2/a/manifests/x';
type Headers = UpstreamResponse['headers'];

function limited(
  clock: ManualClock,
  answers: readonly { status: number; headers?: Headers; body?: object }[],
  reserve?: number,
) {
  const { transport, requests } = recorded((request, count) => {
    const next = answers[Math.min(count, answers.length) - 1];
    return answer(request, next?.status ?? 500, next ?? {});
  });
  return { ...createRateLimit(transport, { registry, clock, reserve }), requests };
}

describe('too many requests', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['seconds', { 'retry-after': '30' }, 30],
    ['a date', { 'retry-after': 'Thu, 01 Jan 2026 00:01:30 GMT' }, 90],
    ['far too long', { 'retry-after': '999999999' }, 900],
    ['garbage', { 'retry-after': 'soon' }, 30],
    ['nothing', {}, 30],
    ['a date that has passed', { 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 1],
    ['zero', { 'retry-after': '0' }, 1],
    ["Docker's older header", { 'x-retry-after': String(now / 1000 + 45) }, 45],
  ])('U14: with %s as Retry-After end all asking for that time', async (_what, headers, seconds) => {
    const clock = createManualClock(now);
    const { transport, requests, rateLimit } = limited(clock, [{ status: 429, headers }, { status: 200 }]);
    const first = await failureOf(transport(requestFor(url)), 'UPSTREAM_RATE_LIMITED');
    expect(first.details).toEqual({ registry, status: 429, retryAfterSeconds: seconds });
    expect(rateLimit()?.resetsAt).toBe(now + seconds * 1000);

    await clock.advance(seconds * 1000 - 1);
    const second = await failureOf(transport(requestFor(url, { method: 'HEAD' })), 'UPSTREAM_RATE_LIMITED');
    expect(second.details.retryAfterSeconds).toBe(1);
    expect(requests).toHaveLength(1);

    await clock.advance(1);
    expect((await transport(requestFor(url))).status).toBe(200);
    expect(requests).toHaveLength(2);
  });

  it('may come as the code TOOMANYREQUESTS under another status', async () => {
    const clock = createManualClock();
    const body = { errors: [{ code: 'TOOMANYREQUESTS', message: 'rate exceeded', detail: 'x' }] };
    const { transport } = limited(clock, [{ status: 503, body }]);
    const failure = await failureOf(transport(requestFor(url)), 'UPSTREAM_RATE_LIMITED');
    expect(failure.message).toContain('TOOMANYREQUESTS: rate exceeded');
  });

  it('from the token server block the registry too', async () => {
    const clock = createManualClock();
    const { transport, requests } = recorded(() =>
      Promise.reject(new GatewayError('UPSTREAM_RATE_LIMITED', 'tokens', { registry, retryAfterSeconds: 20 })),
    );
    const { transport: send } = createRateLimit(transport, { registry, clock, reserve: undefined });
    await failureOf(send(requestFor(url)), 'UPSTREAM_RATE_LIMITED');
    await clock.advance(19_000);
    await failureOf(send(requestFor(url)), 'UPSTREAM_RATE_LIMITED');
    expect(requests).toHaveLength(1);
  });

  it('are not forgotten for an answer to an earlier question', async () => {
    const clock = createManualClock();
    let finish = (): void => undefined;
    const { transport, requests } = recorded((request, count) => {
      if (count > 1) return answer(request, 429, { headers: { 'retry-after': '30' } });
      return new Promise<UpstreamResponse>((resolve) => {
        finish = () => {
          resolve(answer(request, 200));
        };
      });
    });
    const { transport: send } = createRateLimit(transport, { registry, clock, reserve: undefined });
    const slow = send(requestFor(url));
    await failureOf(send(requestFor(url)), 'UPSTREAM_RATE_LIMITED');
    finish();
    expect((await slow).status).toBe(200);
    await failureOf(send(requestFor(url)), 'UPSTREAM_RATE_LIMITED');
    expect(requests).toHaveLength(2);
  });
});

describe('the limit that a registry tells', () => {
  it('is read from the headers of Docker Hub', async () => {
    const clock = createManualClock();
    const headers = {
      'ratelimit-limit': '100;w=21600',
      'ratelimit-remaining': '20;w=21600',
      'docker-ratelimit-source': '192.0.2.1',
    };
    const { transport, rateLimit } = limited(clock, [{ status: 200, headers }, { status: 200 }]);
    expect(rateLimit()).toBeUndefined();
    await transport(requestFor(url));
    await transport(requestFor(url));
    expect(rateLimit()).toEqual({
      limit: 100,
      remaining: 20,
      windowSeconds: 21_600,
      resetsAt: undefined,
      source: '192.0.2.1',
    });
  });

  it('is read from X-RateLimit headers', async () => {
    const clock = createManualClock();
    const headers = { 'x-ratelimit-limit': '180', 'x-ratelimit-remaining': '179', 'x-ratelimit-reset': '1700000060' };
    const { transport, rateLimit } = limited(clock, [{ status: 200, headers }]);
    await transport(requestFor(url));
    expect(rateLimit()).toMatchObject({ limit: 180, remaining: 179, resetsAt: 1_700_000_060_000 });
  });

  it('is not believed of another origin, nor where it is no number', async () => {
    const clock = createManualClock();
    const { transport } = recorded((request) => ({
      ...answer(request, 200, { headers: { 'ratelimit-remaining': '0' } }),
      url: new URL('https://cdn.example/'),
    }));
    const other = createRateLimit(transport, { registry, clock, reserve: 0 });
    await other.transport(requestFor(url));
    expect(other.rateLimit()).toBeUndefined();
    const odd = limited(clock, [{ status: 200, headers: { 'ratelimit-limit': 'lots' } }]);
    await odd.transport(requestFor(url));
    expect(odd.rateLimit()).toBeUndefined();
  });
});

describe('the reserve', () => {
  const low = { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '10;w=3600' };
  const high = { 'ratelimit-limit': '100;w=3600', 'ratelimit-remaining': '50;w=3600' };

  it('holds pulls back and lets the rest go on, until there is more again', async () => {
    const clock = createManualClock();
    const { transport, requests } = limited(
      clock,
      [{ status: 200, headers: low }, { status: 200, headers: high }, { status: 200 }],
      0.1,
    );
    await transport(requestFor(url, { isPull: true }));
    const failure = await failureOf(transport(requestFor(url, { isPull: true })), 'UPSTREAM_RATE_LIMITED');
    expect(failure.details.retryAfterSeconds).toBe(3_600);
    expect(requests).toHaveLength(1);
    await transport(requestFor(url, { method: 'HEAD' }));
    expect((await transport(requestFor(url, { isPull: true }))).status).toBe(200);
  });

  it('is lifted when the window has passed', async () => {
    const clock = createManualClock();
    const { transport } = limited(clock, [{ status: 200, headers: low }], 0.1);
    await transport(requestFor(url));
    await clock.advance(3_599_999);
    await failureOf(transport(requestFor(url, { isPull: true })), 'UPSTREAM_RATE_LIMITED');
    await clock.advance(1);
    expect((await transport(requestFor(url, { isPull: true }))).status).toBe(200);
  });

  it('is off where none is configured', async () => {
    const clock = createManualClock();
    const { transport } = limited(clock, [{ status: 200, headers: { ...low, 'ratelimit-remaining': '0;w=3600' } }]);
    await transport(requestFor(url));
    expect((await transport(requestFor(url, { isPull: true }))).status).toBe(200);
  });
});
