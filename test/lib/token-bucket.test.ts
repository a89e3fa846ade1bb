import { describe, expect, it } from '@jest/globals';
import { createTokenBucket, type TokenBucket } from '../../src/lib/token-bucket.ts';
import { createManualClock } from '../transport/support/clock.ts';

/** Takes one if there is one; else how long there will be none. */
function take(bucket: TokenBucket): number {
  const wait = bucket.wait();
  if (wait === 0) bucket.take();
  return wait;
}

describe('a bucket of tokens', () => {
  it('gives its burst at once, then says when there will be one', async () => {
    const clock = createManualClock();
    const bucket = createTokenBucket({ burst: 3, perSecond: 10, clock });
    expect([take(bucket), take(bucket), take(bucket), take(bucket)]).toEqual([0, 0, 0, 100]);
    await clock.advance(60);
    expect(take(bucket)).toBe(40);
    await clock.advance(40);
    expect([take(bucket), take(bucket)]).toEqual([0, 100]);
  });

  it('never holds more than its burst', async () => {
    const clock = createManualClock();
    const bucket = createTokenBucket({ burst: 2, perSecond: 10, clock });
    await clock.advance(3_600_000);
    expect([take(bucket), take(bucket), take(bucket)]).toEqual([0, 0, 100]);
  });

  it('gives more than there is to who asks for it, and has those behind wait the longer', () => {
    const clock = createManualClock();
    const bucket = createTokenBucket({ burst: 2, perSecond: 10, clock });
    bucket.take(5);
    expect(bucket.wait()).toBe(400);
  });

  it('bears a clock that is set back', () => {
    let now = 1_000_000;
    const clock = { now: () => now, setTimeout: () => () => undefined };
    const bucket = createTokenBucket({ burst: 1, perSecond: 1, clock });
    expect(take(bucket)).toBe(0);
    now = 0;
    expect(take(bucket)).toBe(1_000);
    now = 1_000;
    expect(take(bucket)).toBe(0);
  });
});
