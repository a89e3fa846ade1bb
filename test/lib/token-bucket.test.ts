import { describe, expect, it } from '@jest/globals';
import { createTokenBucket } from '../../src/lib/token-bucket.ts';
import { createManualClock } from '../transport/support/clock.ts';

describe('a bucket of tokens', () => {
  it('gives its burst at once, then says when there will be one', async () => {
    const clock = createManualClock();
    const bucket = createTokenBucket({ burst: 3, perSecond: 10, clock });
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0, 100]);
    await clock.advance(60);
    expect(bucket.take()).toBe(40);
    await clock.advance(40);
    expect([bucket.take(), bucket.take()]).toEqual([0, 100]);
  });

  it('never holds more than its burst', async () => {
    const clock = createManualClock();
    const bucket = createTokenBucket({ burst: 2, perSecond: 10, clock });
    await clock.advance(3_600_000);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 100]);
  });

  it('bears a clock that is set back', () => {
    let now = 1_000_000;
    const clock = { now: () => now, setTimeout: () => () => undefined };
    const bucket = createTokenBucket({ burst: 1, perSecond: 1, clock });
    expect(bucket.take()).toBe(0);
    now = 0;
    expect(bucket.take()).toBe(1_000);
    now = 1_000;
    expect(bucket.take()).toBe(0);
  });
});
