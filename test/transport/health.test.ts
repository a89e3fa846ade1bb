import { describe, expect, it } from '@jest/globals';
import { GatewayError, type ErrorCode } from '../../src/domain/errors.ts';
import { createHealth } from '../../src/transport/health.ts';
import { createManualClock } from './support/clock.ts';
import { answer, createAsk, recorded, registry, requestFor } from './support/exchange.ts';

const url = 'https://registry.example/v2/';
type UpstreamCode = Extract<ErrorCode, `UPSTREAM_${string}`>;

function observed() {
  const clock = createManualClock();
  let outcome: { readonly code?: UpstreamCode; readonly ms?: number } = {};
  const { transport } = recorded(async (request) => {
    await clock.advance(outcome.ms ?? 0);
    if (outcome.code !== undefined) throw new GatewayError(outcome.code, 'it failed', { registry });
    return answer(request, 200);
  });
  const { transport: send, health } = createHealth({ clock })(transport);
  return {
    clock,
    health,
    async see(next: typeof outcome, signal?: AbortSignal): Promise<void> {
      outcome = next;
      await send(requestFor(url, { ask: createAsk(signal) })).catch(() => undefined);
    },
  };
}

describe('health', () => {
  it('is unknown before anything was asked', () => {
    expect(observed().health()).toEqual({ status: 'UNKNOWN', latencyMs: undefined, lastError: undefined });
  });

  it('is UP after an answer, and knows the smoothed latency', async () => {
    const { see, health } = observed();
    await see({ ms: 100 });
    expect(health()).toEqual({ status: 'UP', latencyMs: 100, lastError: undefined });
    await see({ ms: 200 });
    expect(health().latencyMs).toBeCloseTo(120);
  });

  it('is DOWN where nothing else but outages was seen lately', async () => {
    const { see, health, clock } = observed();
    await see({ code: 'UPSTREAM_TLS' });
    expect(health()).toMatchObject({
      status: 'DOWN',
      lastError: { code: 'UPSTREAM_TLS', message: 'it failed', at: clock.now() },
    });
    await see({});
    expect(health()).toMatchObject({ status: 'UP', lastError: undefined });
    for (let count = 0; count < 4; count += 1) await see({ code: 'UPSTREAM_TIMEOUT' });
    expect(health().status).toBe('DEGRADED');
    await see({ code: 'UPSTREAM_UNAVAILABLE' });
    expect(health().status).toBe('DOWN');
    await see({});
    expect(health()).toMatchObject({ status: 'DEGRADED', lastError: undefined });
  });

  it('is DEGRADED for five minutes after two failures, and while rates are limited', async () => {
    const { see, health, clock } = observed();
    await see({});
    await see({ code: 'UPSTREAM_RATE_LIMITED' });
    expect(health()).toMatchObject({ status: 'DEGRADED', lastError: { code: 'UPSTREAM_RATE_LIMITED' } });
    await see({ code: 'UPSTREAM_TIMEOUT' });
    await see({});
    expect(health().status).toBe('DEGRADED');
    await clock.advance(300_001);
    expect(health().status).toBe('UP');
  });

  it('is that of all ways to a registry together, and each knows the last failure of its own requests alone', async () => {
    const health = createHealth({ clock: createManualClock() });
    const failing = health(() => Promise.reject(new GatewayError('UPSTREAM_TIMEOUT', 'team/secret', { registry })));
    const good = health(recorded((request) => answer(request, 200)).transport);
    for (let count = 0; count < 5; count += 1) await failing.transport(requestFor(url)).catch(() => undefined);
    expect(failing.health()).toMatchObject({ status: 'DOWN', lastError: { message: 'team/secret' } });
    expect(good.health()).toMatchObject({ status: 'DOWN', lastError: undefined });
    await good.transport(requestFor(url));
    expect(failing.health()).toMatchObject({ status: 'DEGRADED', lastError: { message: 'team/secret' } });
  });

  it('takes a refusal for an answer, and learns nothing from callers who leave', async () => {
    const { see, health } = observed();
    await see({ code: 'UPSTREAM_UNAUTHORIZED', ms: 10 });
    expect(health()).toEqual({ status: 'UP', latencyMs: 10, lastError: undefined });
    await see({ code: 'UPSTREAM_TIMEOUT' }, AbortSignal.abort());
    expect(health().status).toBe('UP');
  });
});
