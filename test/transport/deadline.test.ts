import { describe, expect, it } from '@jest/globals';
import { createDeadline } from '../../src/transport/deadline.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { createManualClock, settle } from './support/clock.ts';
import { answer, createAsk, failureOf, registry, requestFor } from './support/exchange.ts';

const url = 'https://registry.example/v2/';

/** Waits for nothing but its signal, as the wire does. */
const hanging: Transport = (request) =>
  new Promise((_resolve, reject) => {
    request.ask.signal.addEventListener('abort', () => {
      reject(request.ask.signal.reason as Error);
    });
  });

describe('the deadline', () => {
  it('ends a call that takes too long', async () => {
    const clock = createManualClock();
    const failure = failureOf(
      createDeadline(hanging, { registry, clock, timeoutMs: 5_000 })(requestFor(url)),
      'UPSTREAM_TIMEOUT',
    );
    await clock.advance(5_000);
    expect((await failure).details).toEqual({ registry });
    expect((await failure).message).toContain('5000 ms');
  });

  it('ends a call even if what is below does not listen', async () => {
    const clock = createManualClock();
    const deaf: Transport = () => new Promise(() => undefined);
    const failure = failureOf(
      createDeadline(deaf, { registry, clock, timeoutMs: 5_000 })(requestFor(url)),
      'UPSTREAM_TIMEOUT',
    );
    await clock.advance(5_000);
    await failure;
  });

  it('lets the reason of a caller who leaves through untouched', async () => {
    const clock = createManualClock();
    const controller = new AbortController();
    const reason = new Error('nobody waits');
    const call = createDeadline(hanging, { registry, clock, timeoutMs: 5_000 })(
      requestFor(url, { ask: createAsk(controller.signal) }),
    );
    await settle();
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(clock.timers()).toBe(0);
  });

  it('asks nothing for a caller who has left already', async () => {
    const clock = createManualClock();
    const send = createDeadline(hanging, { registry, clock, timeoutMs: 5_000 });
    await expect(send(requestFor(url, { ask: createAsk(AbortSignal.abort('gone')) }))).rejects.toBe('gone');
  });

  it('leaves no timer behind an answer', async () => {
    const clock = createManualClock();
    const send = createDeadline((request) => Promise.resolve(answer(request, 200)), {
      registry,
      clock,
      timeoutMs: 5_000,
    });
    expect((await send(requestFor(url))).status).toBe(200);
    expect(clock.timers()).toBe(0);
  });
});
