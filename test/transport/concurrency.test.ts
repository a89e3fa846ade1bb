import { describe, expect, it } from '@jest/globals';
import type { Ask } from '../../src/domain/registry.ts';
import { createConcurrency } from '../../src/transport/concurrency.ts';
import type { UpstreamRequest, UpstreamResponse } from '../../src/transport/transport.ts';
import { settle } from './support/clock.ts';
import { answer, createAsk, failureOf, registry, requestFor } from './support/exchange.ts';

/** A transport whose requests end when told to. */
function held(limit: number, queue: number) {
  const inFlight: { request: UpstreamRequest; finish: () => void; fail: (error: Error) => void }[] = [];
  const order: string[] = [];
  const transport = createConcurrency(
    (request) =>
      new Promise<UpstreamResponse>((resolve, reject) => {
        order.push(request.url.pathname.slice(1));
        const leave = (): void => void inFlight.splice(inFlight.indexOf(entry), 1);
        const entry = {
          request,
          finish: () => {
            leave();
            resolve(answer(request, 200));
          },
          fail: (error: Error) => {
            leave();
            reject(error);
          },
        };
        inFlight.push(entry);
      }),
    { registry, limit, queue },
  );
  const send = (name: string, ask: Ask = createAsk()): Promise<UpstreamResponse> =>
    transport(requestFor(`https://r.example/${name}`, { ask }));
  return { send, inFlight, order };
}

describe('concurrency', () => {
  it('lets so many requests through and no more', async () => {
    const { send, inFlight } = held(2, 10);
    const calls = [send('a'), send('b'), send('c')];
    await settle();
    expect(inFlight).toHaveLength(2);
    inFlight[0]?.finish();
    await settle();
    expect(inFlight).toHaveLength(2);
    for (const { finish } of [...inFlight]) finish();
    await Promise.all(calls);
  });

  it('counts operations in the queue, not their requests', async () => {
    const { send, inFlight } = held(1, 2);
    const first = createAsk();
    const second = createAsk();
    const calls = [send('busy'), ...Array.from({ length: 50 }, () => send('first', first)), send('second', second)];
    await settle();
    const failure = await failureOf(send('third'), 'UPSTREAM_UNAVAILABLE');
    expect(failure.details).toEqual({ registry, retryAfterSeconds: 1 });
    calls.push(send('second', second), send('first', first));
    let left = calls.length;
    while (left > 0) {
      inFlight[0]?.finish();
      await settle();
      left -= 1;
    }
    await Promise.all(calls);
    const again = send('third');
    await settle();
    inFlight[0]?.finish();
    expect((await again).status).toBe(200);
  });

  it('lets operations take turns', async () => {
    const { send, inFlight, order } = held(1, 10);
    const big = createAsk();
    const small = createAsk();
    const calls = [
      send('busy'),
      send('big1', big),
      send('big2', big),
      send('big3', big),
      send('small1', small),
      send('small2', small),
    ];
    for (let left = calls.length; left > 0; left -= 1) {
      await settle();
      inFlight[0]?.finish();
    }
    await Promise.all(calls);
    expect(order).toEqual(['busy', 'big1', 'small1', 'big2', 'small2', 'big3']);
  });

  it('lets who is aborted leave the queue at once, and gives the slot to the next', async () => {
    const { send, inFlight, order } = held(1, 1);
    const controller = new AbortController();
    const busy = send('busy');
    const leaving = send('leaving', createAsk(controller.signal));
    await settle();
    await failureOf(send('too many'), 'UPSTREAM_UNAVAILABLE');
    controller.abort('gone');
    await expect(leaving).rejects.toBe('gone');
    const next = send('next');
    inFlight[0]?.finish();
    await settle();
    inFlight[0]?.finish();
    await Promise.all([busy, next]);
    expect(order).toEqual(['busy', 'next']);
  });

  it('frees the slots of requests that fail', async () => {
    const { send, inFlight } = held(1, 10);
    for (let round = 0; round < 3; round += 1) {
      const call = send('x');
      await settle();
      inFlight[0]?.fail(new Error('no'));
      await expect(call).rejects.toThrow('no');
    }
    const last = send('y');
    await settle();
    expect(inFlight).toHaveLength(1);
    inFlight[0]?.finish();
    await last;
  });

  it('sends nothing for a caller who has left', async () => {
    const { send, order } = held(1, 10);
    await expect(send('x', createAsk(AbortSignal.abort('gone')))).rejects.toBe('gone');
    expect(order).toEqual([]);
  });
});
