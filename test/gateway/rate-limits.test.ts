import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, expectHealed, expectOnlyC, names, startStand, wholeOf, type Stand } from './stand.ts';
import { holdTime, pass, releaseTime } from './time.ts';

const tagOfC = `{ c: tag(reference: "${names.c}/team/app:1") { digest freshness { state } } }`;

describe('a registry that is asked too much', () => {
  let stand: Stand;
  beforeEach(holdTime);
  afterEach(async () => {
    await stand.end();
    releaseTime();
  });

  const inAMinute = (): string => new Date(Date.now() + 60_000).toUTCString();
  const waits: readonly (readonly [string, () => string | undefined, number])[] = [
    ['30 seconds', () => '30', 30],
    ['until a date in a minute', inAMinute, 60],
    ['a very long time, which is cut to 15 minutes', () => '999999999', 900],
    ['a time that no number can hold', () => '9'.repeat(400), 900],
    ['until a date long ago', () => 'Thu, 01 Jan 1970 00:00:00 GMT', 1],
    ['no time', () => '0', 1],
    ['a negative time', () => '-5', 30],
    ['a time that nobody can read', () => 'soon; <script>', 30],
    ['nothing', () => undefined, 30],
  ];
  it.each(waits)('U14: and wants %s is left alone so long, then asked again', async (_, retryAfter, seconds) => {
    stand = await startStand();
    const value = retryAfter();
    stand.c.fail(() => ({ kind: 'rate-limited', ...(value === undefined ? {} : { retryAfter: value }) }));
    // A date is told in whole seconds.
    const told = (extensions: Readonly<Record<string, unknown>>): number =>
      Math.abs(Number(extensions['retryAfterSeconds']) - seconds);
    expect(told(expectOnlyC(await stand.askAll(), 'UPSTREAM_RATE_LIMITED').extensions)).toBeLessThanOrEqual(1);
    const before = stand.c.requests.length;
    expect(before).toBe(1);

    stand.c.fail(undefined);
    pass((seconds - 1) * 1_000 - 500);
    if (seconds > 2) expectOnlyC(await stand.askAll(), 'UPSTREAM_RATE_LIMITED');
    expect(stand.c.requests.length).toBe(before);
    pass(2_000);
    await expectHealed(stand);
  });

  it('U14: is bridged by what it said before, marked as stale, and the others are not concerned', async () => {
    stand = await startStand({ config: { cache: { tagTtl: '60s' } } });
    await expectHealed(stand);
    const { data } = await stand.ask(tagOfC);
    pass(10 * 60_000);
    stand.c.fail(() => ({ kind: 'rate-limited', retryAfter: '600' }));
    const before = stand.c.requests.length;
    for (let round = 0; round < 3; round += 1) {
      const asked = await stand.ask(tagOfC);
      expect(asked.errors).toEqual([]);
      expect(asked.data).toEqual({ c: { digest: at(data, 'c.digest'), freshness: { state: 'STALE' } } });
      expect(asked.extensions.stale).toMatchObject([
        { path: ['c', 'digest'], reason: expect.stringMatching(/429|rate limit/) },
      ]);
    }
    expect(stand.c.requests.length).toBe(before + 1);
    const all = await stand.askAll();
    expect(all).toMatchObject({ data: { a: wholeOf('a'), b: wholeOf('b'), c: wholeOf('c') }, errors: [] });
    const fresh = await stand.ask(`{ c: tag(reference: "${names.c}/team/app:other") { digest } }`);
    expect(fresh.errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_RATE_LIMITED', registry: names.c, retryAfterSeconds: 600 } },
    ]);
  });

  it('U14: and says so under another status is left alone all the same', async () => {
    stand = await startStand();
    const body = JSON.stringify({
      errors: [{ code: 'TOOMANYREQUESTS', message: 'You have reached your pull rate limit.' }],
    });
    stand.c.fail(({ method }) =>
      method === 'HEAD'
        ? { kind: 'headers', remove: ['docker-content-digest'] }
        : { kind: 'status', status: 503, headers: { 'content-type': 'application/json', 'retry-after': '20' }, body },
    );
    expect(expectOnlyC(await stand.askAll(), 'UPSTREAM_RATE_LIMITED').extensions).toMatchObject({
      retryAfterSeconds: 20,
    });
    const before = stand.c.requests.length;
    expectOnlyC(await stand.askAll(), 'UPSTREAM_RATE_LIMITED');
    expect(stand.c.requests.length).toBe(before);
  });

  it('U14: shows when it may be asked again', async () => {
    stand = await startStand();
    stand.c.fail(() => ({ kind: 'rate-limited', retryAfter: '30' }));
    await stand.askAll();
    const { data } = await stand.ask(
      `{ c: registry(name: "${names.c}") { rateLimit { resetsAt } health { status lastError { code } } } }`,
    );
    expect(data).toMatchObject({
      c: {
        rateLimit: { resetsAt: new Date(Date.now() + 30_000).toISOString() },
        health: { lastError: { code: 'UPSTREAM_RATE_LIMITED' } },
      },
    });
  });
});
