import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { GatewayError } from '../../src/domain/errors.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createBreaker } from '../../src/transport/breaker.ts';
import type { UpstreamRequest, UpstreamResponse } from '../../src/transport/transport.ts';
import { answer, createAsk, failureOf, recorded, registry, requestFor } from './support/exchange.ts';

const url = 'https://registry.example/v2/';
const outage = (): never => {
  throw new GatewayError('UPSTREAM_UNAVAILABLE', 'answered 503', { registry, status: 503 });
};

/** cockatiel reads the time itself; here it stands still. */
const notFaked = ['setTimeout', 'setImmediate', 'nextTick', 'queueMicrotask', 'setInterval', 'performance'] as const;

describe('the breaker', () => {
  let send: (request: UpstreamRequest, count: number) => UpstreamResponse | Promise<UpstreamResponse>;
  let breaker: (request: UpstreamRequest) => Promise<UpstreamResponse>;
  let requests: UpstreamRequest[];

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: [...notFaked], now: 1_700_000_000_000 });
    send = outage;
    const inner = recorded((request, count) => send(request, count));
    requests = inner.requests;
    breaker = createBreaker({ registry, clock: systemClock })(inner.transport);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const pass = (ms: number): void => {
    jest.setSystemTime(Date.now() + ms);
  };
  const fail = () => failureOf(breaker(requestFor(url)), 'UPSTREAM_UNAVAILABLE');

  async function open(): Promise<void> {
    for (let count = 0; count < 20; count += 1) await fail();
  }

  it('F03: opens after ten failures and then asks nothing', async () => {
    await open();
    expect(requests.length).toBeLessThanOrEqual(11);
    const failure = await fail();
    expect(failure.details).toEqual({ registry, retryAfterSeconds: 10 });
  });

  it('F03: lets one request through each 10 s, and closes when it is answered', async () => {
    await open();
    const before = requests.length;
    for (let tick = 0; tick < 600; tick += 1) {
      pass(100);
      await fail();
    }
    expect(requests.length - before).toBeLessThanOrEqual(6);
    expect(requests.length - before).toBeGreaterThanOrEqual(5);
    send = (request) => answer(request, 200);
    pass(10_000);
    expect((await breaker(requestFor(url))).status).toBe(200);
    expect((await breaker(requestFor(url))).status).toBe(200);
  });

  it('refuses the others while one probes', async () => {
    await open();
    pass(10_000);
    let finish = (): void => undefined;
    send = (request) =>
      new Promise((resolve) => {
        finish = () => {
          resolve(answer(request, 200));
        };
      });
    const probe = breaker(requestFor(url));
    const before = requests.length;
    await fail();
    expect(requests).toHaveLength(before);
    finish();
    expect((await probe).status).toBe(200);
  });

  it('learns nothing from a probe whose caller leaves', async () => {
    await open();
    pass(10_000);
    const controller = new AbortController();
    send = () => {
      controller.abort(new Error('gone'));
      throw new Error('gone');
    };
    await expect(breaker(requestFor(url, { ask: createAsk(controller.signal) }))).rejects.toThrow('gone');
    const before = requests.length;
    await fail();
    expect(requests).toHaveLength(before);
  });

  it('tolerates a few failures among answers, and answers of 4xx are answers', async () => {
    send = (request, count) => (count % 3 === 0 ? outage() : answer(request, 404));
    for (let count = 0; count < 60; count += 1) await breaker(requestFor(url)).catch(() => undefined);
    expect(requests).toHaveLength(60);
  });

  it('does not count callers who leave, nor refusals', async () => {
    send = () => {
      throw new GatewayError('UPSTREAM_UNAUTHORIZED', 'no', { registry });
    };
    for (let count = 0; count < 30; count += 1) await failureOf(breaker(requestFor(url)), 'UPSTREAM_UNAUTHORIZED');
    send = () => {
      throw new Error('gone');
    };
    for (let count = 0; count < 30; count += 1) await expect(breaker(requestFor(url))).rejects.toThrow('gone');
    expect(requests).toHaveLength(60);
  });
});
