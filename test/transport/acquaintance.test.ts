import { describe, expect, it } from '@jest/globals';
import { createAcquaintance } from '../../src/transport/acquaintance.ts';
import type { UpstreamResponse } from '../../src/transport/transport.ts';
import { createManualClock, settle } from './support/clock.ts';
import { answer, createAsk, requestFor } from './support/exchange.ts';

const url = 'https://registry.example/v2/';
const ok = answer(requestFor(url), 200);

/** A registry whose answers are given by hand, in the order of the questions. */
function byHand() {
  const clock = createManualClock();
  const pending: { resolve: (response: UpstreamResponse) => void; reject: (error: Error) => void }[] = [];
  const send = createAcquaintance(
    () => new Promise<UpstreamResponse>((resolve, reject) => pending.push({ resolve, reject })),
    { clock },
  );
  return { clock, pending, send };
}

describe('the first contact with a registry', () => {
  it('is one request alone, and the others follow its answer', async () => {
    const { pending, send, clock } = byHand();
    const calls = [1, 2, 3].map(() => send(requestFor(url)));
    await settle();
    expect(pending).toHaveLength(1);
    pending[0]?.resolve(ok);
    await settle();
    expect(pending).toHaveLength(3);
    for (const { resolve } of pending) resolve(ok);
    await Promise.all(calls);
    expect(clock.timers()).toBe(0);
  });

  it('lets the others follow a failure as well', async () => {
    const { pending, send } = byHand();
    const [first, second] = [send(requestFor(url)), send(requestFor(url))];
    await settle();
    pending[0]?.reject(new Error('down'));
    await expect(first).rejects.toThrow('down');
    await settle();
    pending[1]?.resolve(ok);
    expect((await second).status).toBe(200);
  });

  it('holds the others up no longer than a second', async () => {
    const { pending, send, clock } = byHand();
    const calls = [send(requestFor(url)), send(requestFor(url))];
    await clock.advance(999);
    expect(pending).toHaveLength(1);
    await clock.advance(1);
    expect(pending).toHaveLength(2);
    for (const { resolve } of pending) resolve(ok);
    await Promise.all(calls);
  });

  it('lets a waiting caller leave', async () => {
    const { send } = byHand();
    void send(requestFor(url));
    const controller = new AbortController();
    const waiting = send(requestFor(url, { ask: createAsk(controller.signal) }));
    controller.abort(new Error('nobody waits'));
    await expect(waiting).rejects.toThrow('nobody waits');
  });

  it('is made once: later requests go at once', async () => {
    const { pending, send } = byHand();
    const first = send(requestFor(url));
    await settle();
    pending[0]?.resolve(ok);
    await first;
    void send(requestFor(url));
    void send(requestFor(url));
    await settle();
    expect(pending).toHaveLength(3);
  });
});
