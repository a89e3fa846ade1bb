import { describe, expect, it } from '@jest/globals';
import { createMemoryLog, moved, tagOf } from '../support/memory-log.ts';
import { createSink, many, range, sequences, settle, startEventStand, until } from './stand.ts';

describe('a slow subscriber', () => {
  it('keeps nothing in memory while it reads nothing, and has all of it when it reads again', async () => {
    const { memory, fanOut, renders, subscribe } = await startEventStand();
    const slow = subscribe();
    slow.sink.isStuck = true;
    memory.append(...many(400));
    await until(() => fanOut.position() === 400);
    await settle();
    // One was made for it before it was found to be slow; nobody else wanted any.
    expect(renders()).toBe(1);
    expect(slow.sink.told).toEqual([]);
    slow.sink.drain();
    await until(() => slow.sink.told.length === 400);
    expect(sequences(slow.sink)).toEqual(range(1, 400));
    memory.append(moved());
    await until(() => slow.sink.told.length === 401);
    fanOut.stop();
  });

  it('C06: costs the others nothing', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const slow = subscribe();
    const well = subscribe();
    slow.sink.isStuck = true;
    memory.append(...many(50));
    await until(() => well.sink.told.length === 50);
    slow.end();
    fanOut.stop();
  });

  it('C06: that missed more than 500 events is told the last of each tag, and that others are left out', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const { sink } = subscribe();
    memory.append(moved());
    await until(() => sink.told.length === 1);
    sink.isStuck = true;
    memory.append(moved(tagOf('team/once', '1')), ...many(600, (index) => moved(tagOf('team/app', `t${index % 7}`))));
    await until(() => fanOut.position() === 602);
    sink.drain();
    await until(() => sink.told.length === 9);
    memory.append(moved());
    await until(() => sink.told.length === 10);
    expect(sequences(sink)).toEqual([1, 2, ...range(596, 602), 603]);
    expect(sink.told.map((told) => told.kind === 'event' && told.event.coalesced)).toEqual([
      ...[false, false],
      ...range(1, 7).map(() => true),
      false,
    ]);
    fanOut.stop();
  });

  it('C06: that missed more than a mebibyte is told the last of each tag', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const wide = 'x'.repeat(300_000);
    const { sink } = subscribe({ render: (delivery) => JSON.stringify({ ...delivery, wide }) });
    memory.append(moved());
    await until(() => sink.told.length === 1);
    sink.isStuck = true;
    memory.append(...many(5));
    await until(() => fanOut.position() === 6);
    sink.drain();
    await until(() => sink.told.length === 2);
    expect(sink.told[1]).toMatchObject({ sequence: 6, event: { coalesced: true } });
    fanOut.stop();
  });

  it('that stops again in the middle goes on where it was, and is told which are merged', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const { sink } = subscribe();
    sink.isStuck = true;
    memory.append(...many(501, (index) => moved(tagOf('team/app', `t${index % 5}`))));
    await until(() => fanOut.position() === 501);
    sink.room = 2;
    sink.drain();
    await until(() => sink.told.length === 2);
    await settle();
    expect(sink.told).toHaveLength(2);
    sink.room = Number.POSITIVE_INFINITY;
    sink.drain();
    await until(() => sink.told.length === 5);
    expect(sequences(sink)).toEqual(range(497, 501));
    expect(sink.told.every((told) => told.kind === 'event' && told.event.coalesced)).toBe(true);
    fanOut.stop();
  });

  it('that missed more than ten thousand events is told to read again', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const { sink } = subscribe();
    sink.isStuck = true;
    memory.append(...many(10_001));
    await until(() => fanOut.position() === 10_001);
    sink.drain();
    await until(() => sink.told.length === 1);
    expect(sink.told).toMatchObject([{ kind: 'resync', reason: 'SLOW_CONSUMER', sequence: 10_001 }]);
    memory.append(moved());
    await until(() => sink.told.length === 2);
    fanOut.stop();
  });

  it('that missed what is not kept any more is told to read again', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const { sink } = subscribe();
    sink.isStuck = true;
    memory.append(...many(12_600));
    await until(() => fanOut.position() === 12_600);
    memory.trimTo(100);
    sink.drain();
    await until(() => sink.told.length === 1);
    expect(sink.told).toMatchObject([{ kind: 'resync', reason: 'CURSOR_EXPIRED' }]);
    fanOut.stop();
  });

  it('that takes nothing at all for half a minute is given up, one that takes a little is not', async () => {
    const { memory, fanOut, clock, subscribe } = await startEventStand();
    const still = subscribe();
    const trickling = subscribe();
    still.sink.isStuck = true;
    trickling.sink.isStuck = true;
    memory.append(moved());
    await settle();
    for (let second = 0; second < 29; second += 1) await clock.advance(1_000);
    expect(still.sink.isGivenUp).toBe(false);
    trickling.sink.trickle();
    await clock.advance(1_000);
    expect(still.sink.isGivenUp).toBe(true);
    expect(trickling.sink.isGivenUp).toBe(false);
    trickling.sink.drain();
    await until(() => trickling.sink.told.length === 1);
    fanOut.stop();
  });

  it('is told of a loss even where there is no room, since that alone cannot be read again', async () => {
    const { memory, fanOut, clock, subscribe } = await startEventStand();
    const { sink } = subscribe();
    memory.isDown = true;
    memory.append(...many(20));
    await settle();
    memory.trimTo(15);
    memory.isDown = false;
    sink.isStuck = true;
    await clock.advance(12_500);
    await until(() => sink.told.length === 1);
    expect(sink.told).toMatchObject([{ kind: 'resync', reason: 'CURSOR_EXPIRED', sequence: 20 }]);
    fanOut.stop();
  });

  it('that catches up after an absence is never merged: it has time', async () => {
    const memory = createMemoryLog();
    memory.append(...many(2_000));
    const { fanOut, subscribe } = await startEventStand({ memory });
    const sink = createSink();
    sink.room = 300;
    subscribe({ after: 0, sink });
    for (let round = 1; round <= 6; round += 1) {
      await until(() => sink.told.length === 300 * round);
      await settle();
      sink.room = 300;
      sink.drain();
    }
    await until(() => sink.told.length === 2_000);
    expect(sequences(sink)).toEqual(range(1, 2_000));
    fanOut.stop();
  });
});
