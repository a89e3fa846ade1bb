import { describe, expect, it } from '@jest/globals';
import { createLineWriter } from '../../src/lib/line-writer.ts';
import { createManualClock, settle } from '../transport/support/clock.ts';

/** A writer whose texts a test lets through, or fails, one by one. */
function setUp() {
  const kept: { readonly text: string; readonly done: () => void; readonly fail: (reason: unknown) => void }[] = [];
  const clock = createManualClock();
  const keep = (text: string): Promise<void> =>
    new Promise((resolve, reject) => kept.push({ text, done: resolve, fail: reject }));
  return { kept, clock, ...createLineWriter({ keep, patience: 1_000, clock }) };
}

describe('a writer of lines', () => {
  it('writes together what comes while it writes, in the order in which it came', async () => {
    const { append, kept, clock } = setUp();
    const settled: number[] = [];
    const lines = ['1', '2', '3'].map((line, index) => append(line).then(() => settled.push(index)));
    expect(kept.map(({ text }) => text)).toEqual(['1\n']);
    kept[0]?.done();
    await settle();
    expect([settled, kept.map(({ text }) => text)]).toEqual([[0], ['1\n', '2\n3\n']]);
    kept[1]?.done();
    await Promise.all(lines);
    expect([settled, clock.timers()]).toEqual([[0, 1, 2], 0]);
  });

  it('tells each whose line was not kept, and goes on with the next', async () => {
    const { append, kept } = setUp();
    const first = append('1');
    const others = [append('2'), append('3')];
    kept[0]?.fail(new Error('full'));
    await expect(first).rejects.toThrow('full');
    await settle();
    kept[1]?.fail('no error');
    for (const other of others) await expect(other).rejects.toThrow('no error');
    const next = append('4');
    kept[2]?.done();
    await next;
  });

  it('lets nobody wait for long, refuses at once while it is stuck, and goes on when it is not', async () => {
    const { append, kept, clock } = setUp();
    const slow = expect(append('1')).rejects.toThrow('within 1000 ms');
    await clock.advance(1_000);
    await slow;
    await expect(append('2')).rejects.toThrow('within 1000 ms');
    kept[0]?.done();
    await settle();
    const next = append('3');
    expect(kept.map(({ text }) => text)).toEqual(['1\n', '3\n']);
    kept[1]?.done();
    await next;
  });
});
