import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { at, expectHealed, expectOnlyC, names, post, startStand, wholeOf, type Stand } from './stand.ts';
import { holdTime, pass, releaseTime } from './time.ts';

const minutes = 60_000;
const hours = 60 * minutes;

const tagOfC = `{ c: tag(reference: "${names.c}/team/app:1") { digest freshness { state fetchedAt reason } } }`;

describe('a registry of three that fails', () => {
  let stand: Stand;
  beforeEach(holdTime);
  afterEach(async () => {
    await stand.end();
    releaseTime();
  });

  it('F01: is down, and the other two answer', async () => {
    stand = await startStand();
    await stand.c.close();
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAVAILABLE');
  });

  it('F01: is slower than it may be, and the other two answer', async () => {
    stand = await startStand();
    stand.c.fail(() => ({ kind: 'delay', ms: 10_000 }));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_TIMEOUT');
    await expectHealed(stand);
  });

  it.each([500, 502, 504])('F01: answers %d, and the other two answer', async (status) => {
    stand = await startStand();
    stand.c.fail(() => ({ kind: 'status', status, body: '<html><h1>panic: goroutine 1 [running]</h1></html>' }));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAVAILABLE');
    await expectHealed(stand);
  });

  it('F02: is bridged for a day by what it said before, marked as stale, and no longer', async () => {
    stand = await startStand();
    const first = await stand.ask(tagOfC);
    expect(at(first.data, 'c.freshness.state')).toBe('FRESH');

    stand.c.fail(() => ({ kind: 'status', status: 500 }));
    pass(10 * minutes);
    const stale = await stand.ask(tagOfC);
    const freshness = { fetchedAt: at(first.data, 'c.freshness.fetchedAt'), reason: expect.stringContaining('500') };
    expect(stale.errors).toEqual([]);
    expect(stale.data).toEqual({
      c: { digest: at(first.data, 'c.digest'), freshness: { state: 'STALE', ...freshness } },
    });
    expect(stale.extensions.stale).toEqual([{ path: ['c', 'digest'], ...freshness }]);

    pass(25 * hours);
    const old = await stand.ask(tagOfC);
    expect(old.data).toEqual({ c: null });
    expect(old.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', registry: names.c } }]);

    stand.c.fail(undefined);
    expect(at((await stand.ask(tagOfC)).data, 'c.freshness.state')).toBe('FRESH');
  });

  it('F02: is not bridged where it refuses us, since what it said before may no longer be ours to see', async () => {
    stand = await startStand({ config: { cache: { tagTtl: '0s' } } });
    await expectHealed(stand);
    stand.c.fail(() => ({ kind: 'status', status: 403 }));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAUTHORIZED');
    await expectHealed(stand);
  });

  it('F03: answers 503 to everyone, is asked a few times and then left alone, and is asked again when it is well', async () => {
    stand = await startStand();
    stand.c.fail(() => ({ kind: 'status', status: 503 }));
    const asked = 200;
    for (let wave = 0; wave < 10; wave += 1) {
      const queries = Array.from({ length: asked / 10 }, (_, index) =>
        stand.ask(`{ c: tag(reference: "${names.c}/team/app:t${wave}-${index}") { digest } }`),
      );
      for (const { errors } of await Promise.all(queries)) {
        expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', registry: names.c } }]);
      }
    }
    // The first wave is under way before the breaker knows; besides it, repetitions out of their budget of three and a tenth.
    expect(stand.c.requests.length).toBeLessThanOrEqual(asked / 10 + 3 + asked / 10);
    const open = expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAVAILABLE');
    expect(open.extensions).toMatchObject({ retryAfterSeconds: expect.any(Number) });

    const before = stand.c.requests.length;
    stand.c.fail(undefined);
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAVAILABLE');
    expect(stand.c.requests.length).toBe(before);
    pass(11_000);
    await expectHealed(stand);
  });

  it('F04: hangs under many queries, of which those beyond the queue are refused at once, and the others are not held up', async () => {
    const patience = 1_500;
    const limits = { queue: 5, upstreamTimeout: `${patience}ms` };
    stand = await startStand({ entry: { concurrency: 4 }, config: { limits } });
    await stand.askAll();
    const free: number[] = [];
    for (let round = 0; round < 20; round += 1) free.push((await stand.ask(fresh('b', `free${round}`))).ms);

    stand.c.fail(() => ({ kind: 'hang' }));
    const many = 200;
    const hanging = Array.from({ length: many }, (_, index) => post(stand.url, { query: fresh('c', `x${index}`) }));
    const beside: number[] = [];
    const others = (async () => {
      for (let round = 0; round < 20; round += 1) {
        const { ms, data } = await stand.ask(fresh('b', `busy${round}`));
        expect(data).toEqual({ b: null });
        beside.push(ms);
      }
    })();
    const ended = await Promise.all(hanging);
    await others;

    const codes = ended.map(({ errors }) => errors[0]?.extensions.code);
    const refused = ended.filter(({ errors }) => errors[0]?.message.includes('operations are waiting') === true);
    expect(new Set(codes)).toEqual(new Set(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']));
    // Four hang and five wait; where the machine is slow, as many again take the places of those whose time is up.
    expect(refused.length).toBeGreaterThanOrEqual(many - 2 * (4 + 5));
    expect(median(refused.map(({ ms }) => ms))).toBeLessThan(patience);
    for (const { errors, data } of refused) {
      expect(data).toEqual({ c: null });
      expect(errors[0]?.extensions).toMatchObject({ registry: names.c, retryable: true, retryAfterSeconds: 1 });
    }
    // Nobody waits for C: an answer that did would take as long as C may take.
    expect(median(beside)).toBeLessThan(Math.max(patience / 4, 4 * median(free)));
    expect(await stand.askAll()).toMatchObject({ data: { a: wholeOf('a'), b: wholeOf('b') } });
  });
});

/** A query for a tag that nobody has asked for. */
function fresh(key: keyof typeof names, tag: string): string {
  return `{ ${key}: tag(reference: "${names[key]}/team/app:${tag}") { digest } }`;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
