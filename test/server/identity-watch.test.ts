import { describe, expect, it } from '@jest/globals';
import { anonymous, viewerNamed, type Viewer } from '../../src/access/access.ts';
import type { Caller } from '../../src/access/callers/callers.ts';
import { watchIdentity } from '../../src/server/identity-watch.ts';
import { createFakeCallers, type FakeCallers } from '../support/fake-callers.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';

const minute = 60_000;

interface Watched {
  readonly callers: FakeCallers;
  readonly clock: ManualClock;
  readonly ends: readonly string[];
  readonly faults: readonly unknown[];
  readonly stop: () => void;
}

/** Watches `alice`, who is known so far, for so many milliseconds or without end. */
function watch({ good, groups = [] }: { readonly good?: number; readonly groups?: readonly string[] } = {}): Watched {
  const clock = createManualClock();
  const ends: string[] = [];
  const faults: unknown[] = [];
  const callers = createFakeCallers();
  const expiresAt = good === undefined ? undefined : clock.now() + good;
  const viewer: Viewer = { ...viewerNamed('token:test:alice'), groups, expiresAt };
  callers.know('alice', viewer);
  const stop = watchIdentity({
    callers,
    authorization: 'Bearer alice',
    viewer,
    clock,
    onEnd: (why) => ends.push(why),
    onFault: (error) => faults.push(error),
  });
  return { callers, clock, ends, faults, stop };
}

describe('a caller whose connection stays open', () => {
  it('ends when what was shown does, and not before', async () => {
    const { clock, ends, callers } = watch({ good: 30_000 });
    await clock.advance(29_999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['expired']);
    expect(callers.shown).toEqual([]);
    expect(clock.timers()).toBe(0);
  });

  it('ends in time also where that is further away than timers go', async () => {
    const days = 40 * 24 * 60 * minute;
    const { clock, ends } = watch({ good: days });
    await clock.advance(minute);
    expect(ends).toEqual([]);
    expect(clock.timers()).toBe(1);
  });

  it('is asked for again each minute, with what it showed', async () => {
    const { clock, ends, callers } = watch();
    await clock.advance(3 * minute);
    expect(callers.shown).toEqual(['Bearer alice', 'Bearer alice', 'Bearer alice']);
    expect(ends).toEqual([]);
  });

  it.each([undefined, 10 * minute])('ends within a minute of being taken back (good for %p)', async (good) => {
    const { clock, ends, callers } = watch(good === undefined ? {} : { good });
    callers.forget('alice');
    await clock.advance(minute);
    expect(ends).toEqual(['revoked']);
    expect(clock.timers()).toBe(0);
  });

  it('goes on for one minute more where it cannot be found out, and then ends', async () => {
    const { clock, ends, callers } = watch();
    callers.outage = true;
    await clock.advance(minute);
    expect(ends).toEqual([]);
    await clock.advance(minute);
    expect(ends).toEqual(['unknown']);
  });

  it('goes on where it was found out in between', async () => {
    const { clock, ends, callers } = watch();
    for (let round = 0; round < 3; round += 1) {
      callers.outage = true;
      await clock.advance(minute);
      callers.outage = false;
      await clock.advance(minute);
    }
    expect(ends).toEqual([]);
  });

  it('whose end is known goes on until then, however long it cannot be found out', async () => {
    const { clock, ends, callers } = watch({ good: 10 * minute });
    callers.outage = true;
    await clock.advance(10 * minute - 1);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['expired']);
  });

  it('ends in time while an answer is still to come, which then counts no more', async () => {
    const { clock, ends, callers } = watch({ good: minute + 1_000 });
    let answer: (caller: Caller) => void = () => undefined;
    Object.assign(callers, {
      identify: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await clock.advance(minute + 1_000);
    expect(ends).toEqual(['expired']);
    answer({ viewer: viewerNamed('token:test:mallory') });
    await clock.advance(minute);
    expect(ends).toEqual(['expired']);
  });

  it.each<[string, Partial<Viewer>]>([
    ['is another', { id: 'token:test:bob' }],
    ['lost a group', { groups: ['token:test:devs'] }],
    ['has a group more', { groups: ['token:test:devs', 'token:test:ops', 'token:test:more'] }],
  ])('that %s by now must come again', async (_, now) => {
    const groups = ['token:test:devs', 'token:test:ops'];
    const { clock, ends, callers } = watch({ groups });
    callers.know('alice', { groups, ...now });
    await clock.advance(minute);
    expect(ends).toEqual(['changed']);
  });

  it('goes on where its groups come in another order, and to an end that is known only now', async () => {
    const { clock, ends, callers } = watch({ groups: ['a', 'b'] });
    callers.know('alice', { groups: ['b', 'a'], expiresAt: clock.now() + minute + 5_000 });
    await clock.advance(minute + 4_999);
    expect(ends).toEqual([]);
    await clock.advance(1);
    expect(ends).toEqual(['expired']);
  });

  it('is not known, rather than gone, where we are at fault, which is said', async () => {
    const { clock, ends, callers, faults } = watch();
    callers.outage = new TypeError('a fault of ours');
    await clock.advance(minute);
    expect([ends, faults]).toEqual([[], [callers.outage]]);
    await clock.advance(minute);
    expect(ends).toEqual(['unknown']);
  });

  it('is not looked after any more when the connection is gone', async () => {
    const { clock, ends, callers, stop } = watch({ good: 2 * minute });
    stop();
    callers.forget('alice');
    await clock.advance(5 * minute);
    expect([ends, callers.shown, clock.timers()]).toEqual([[], [], 0]);
  });

  it('that showed nothing has nothing that ends', () => {
    const clock = createManualClock();
    const never = (): void => {
      throw new Error('asked for nothing');
    };
    watchIdentity({
      callers: createFakeCallers(),
      authorization: undefined,
      viewer: anonymous,
      clock,
      onEnd: never,
      onFault: never,
    });
    expect(clock.timers()).toBe(0);
  });
});
