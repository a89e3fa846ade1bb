import { describe, expect, it } from '@jest/globals';
import { startRetention } from '../../src/events/retention.ts';
import { createLog } from '../../src/lib/log.ts';

const keep = { age: 7, events: 8 };

/** A retention whose time passes when it is told to, over a log that answers as it is told. */
function setUp(...answers: (boolean | Error)[]) {
  const asked: unknown[] = [];
  const waits: number[] = [];
  let ring: (() => void) | undefined;
  const retention = startRetention({
    events: {
      trim: (kept) => {
        asked.push(kept);
        const answer = answers.shift() ?? false;
        return typeof answer === 'boolean' ? Promise.resolve(answer) : Promise.reject(answer);
      },
    },
    keep,
    clock: {
      now: () => 0,
      setTimeout: (callback, ms) => {
        waits.push(ms);
        ring = callback;
        return () => (ring = undefined);
      },
    },
    log: createLog({ level: 'silent' }),
  });
  const pass = async (): Promise<void> => {
    ring?.();
    await new Promise(setImmediate);
  };
  return { asked, waits, pass, retention };
}

describe('retention', () => {
  it('drops in small pieces as long as there is more to drop, then looks again in a minute', async () => {
    const { asked, waits, pass } = setUp(true, true, false);
    await pass();
    await pass();
    await pass();
    expect(asked).toEqual([keep, keep, keep]);
    expect(waits).toEqual([60_000, 50, 50, 60_000]);
  });

  it('tries again after the store failed', async () => {
    const { asked, waits, pass } = setUp(new Error('down'), false);
    await pass();
    await pass();
    expect(asked).toHaveLength(2);
    expect(waits).toEqual([60_000, 60_000, 60_000]);
  });

  it('ends when it is told to', async () => {
    const { asked, pass, retention } = setUp(true);
    retention.stop();
    await pass();
    expect(asked).toEqual([]);
  });
});
