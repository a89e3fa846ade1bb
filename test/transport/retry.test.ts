import { describe, expect, it } from '@jest/globals';
import { GatewayError, type UpstreamDetails } from '../../src/domain/errors.ts';
import { createRetry } from '../../src/transport/retry.ts';
import { createManualClock, settle } from './support/clock.ts';
import { answer, createAsk, failureOf, recorded, registry, requestFor } from './support/exchange.ts';

const url = 'https://registry.example/v2/';

function unavailable(details: Omit<UpstreamDetails, 'registry'>): GatewayError {
  return new GatewayError('UPSTREAM_UNAVAILABLE', 'no', { registry, ...details });
}

function failing(error: GatewayError): ReturnType<typeof recorded> {
  return recorded(() => Promise.reject(error));
}

async function attempts(error: GatewayError, method: 'GET' | 'HEAD' | 'POST' = 'GET'): Promise<number> {
  const clock = createManualClock();
  const { transport, requests } = failing(error);
  const call = failureOf(createRetry({ clock, random: () => 0.5 })(transport)(requestFor(url, { method })), error.code);
  await clock.advance(60_000);
  await call;
  return requests.length;
}

describe('retries', () => {
  it.each([502, 503, 504, 408])('are two after %d', async (status) => {
    expect(await attempts(unavailable({ status }))).toBe(3);
    expect(await attempts(unavailable({ status }), 'HEAD')).toBe(3);
  });

  it('are one where a connection failed before an answer', async () => {
    expect(await attempts(unavailable({}))).toBe(2);
  });

  it('are none where an answer had begun, after 500, of a POST, or while the breaker is open', async () => {
    expect(await attempts(unavailable({ status: 200 }))).toBe(1);
    expect(await attempts(unavailable({ status: 500 }))).toBe(1);
    expect(await attempts(unavailable({ status: 503 }), 'POST')).toBe(1);
    expect(await attempts(unavailable({ retryAfterSeconds: 1 }))).toBe(1);
  });

  it.each(['UPSTREAM_TIMEOUT', 'UPSTREAM_RATE_LIMITED', 'UPSTREAM_UNAUTHORIZED', 'UPSTREAM_TLS'] as const)(
    'are none after %s',
    async (code) => {
      expect(await attempts(new GatewayError(code, 'no', { registry }))).toBe(1);
    },
  );

  it('wait as long as they are told, if that is not long', async () => {
    const clock = createManualClock();
    const { transport, requests } = recorded((request, count) => {
      if (count === 1) throw unavailable({ status: 503, retryAfterSeconds: 2 });
      return answer(request, 200);
    });
    const call = createRetry({ clock, random: () => 0 })(transport)(requestFor(url));
    await clock.advance(1_999);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect((await call).status).toBe(200);
    expect(await attempts(unavailable({ status: 503, retryAfterSeconds: 30 }))).toBe(1);
  });

  it('are jittered and grow', async () => {
    const clock = createManualClock();
    const { transport, requests } = failing(unavailable({ status: 503 }));
    const call = failureOf(createRetry({ clock, random: () => 1 })(transport)(requestFor(url)), 'UPSTREAM_UNAVAILABLE');
    await clock.advance(99);
    expect(requests).toHaveLength(1);
    await clock.advance(1);
    expect(requests).toHaveLength(2);
    await clock.advance(299);
    expect(requests).toHaveLength(2);
    await clock.advance(1);
    await call;
  });

  it('F03: are a tenth of the requests and three, whatever happens', async () => {
    const clock = createManualClock();
    const { transport, requests } = failing(unavailable({ status: 503 }));
    const send = createRetry({ clock, random: () => 0.5 })(transport);
    const calls: Promise<unknown>[] = [];
    for (let tick = 0; tick < 1_000; tick += 1) {
      calls.push(failureOf(send(requestFor(url)), 'UPSTREAM_UNAVAILABLE'));
      if (tick % 50 === 0) await clock.advance(500);
    }
    await clock.advance(60_000);
    await Promise.all(calls);
    expect(requests.length).toBeGreaterThan(1_000);
    expect(requests.length).toBeLessThanOrEqual(1_103);
  });

  it('are not waited for by a caller who leaves', async () => {
    const clock = createManualClock();
    const controller = new AbortController();
    const { transport, requests } = failing(unavailable({ status: 503 }));
    const call = createRetry({ clock, random: () => 0.5 })(transport)(
      requestFor(url, { ask: createAsk(controller.signal) }),
    );
    await settle();
    controller.abort('gone');
    await expect(call).rejects.toBe('gone');
    await clock.advance(60_000);
    expect(requests).toHaveLength(1);
    expect(clock.timers()).toBe(0);
  });
});
