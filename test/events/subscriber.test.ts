import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { TagChange } from '../../src/domain/tag-event.ts';
import { createMemoryLog, moved, tagOf, tagsNamed } from '../support/memory-log.ts';
import { createSink, range, sequences, settle, startEventStand, until } from './stand.ts';

const other = moved(tagOf('team/other', 'prod'));

function many(count: number, change: (index: number) => TagChange = () => moved()): TagChange[] {
  return Array.from({ length: count }, (_, index) => change(index));
}

describe('a subscriber', () => {
  it('without a cursor is told of what comes from now on', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    memory.append(...many(3));
    await until(() => fanOut.position() === 3);
    const { sink } = subscribe();
    memory.append(...many(2));
    await until(() => sink.told.length === 2);
    expect(sequences(sink)).toEqual([4, 5]);
    fanOut.stop();
  });

  it('with a cursor is told of everything since, in order, and then of what comes', async () => {
    const memory = createMemoryLog();
    memory.append(...many(130), other, ...many(130));
    const { fanOut, subscribe } = await startEventStand({ memory });
    const { sink } = subscribe({ after: 2, filter: tagsNamed({ repository: 'team/app' }) });
    await until(() => sink.told.length === 258);
    memory.append(other, moved());
    await until(() => sink.told.length === 259);
    expect(sequences(sink)).toEqual([...range(3, 130), ...range(132, 261), 263]);
    fanOut.stop();
  });

  it('joins the head without a gap or a duplicate while events never cease', async () => {
    const memory = createMemoryLog();
    memory.append(...many(300));
    const { fanOut, subscribe } = await startEventStand({ memory });
    const sinks = [0, 50, 150, 299, 300].map((after) => {
      const slow = (delivery: { readonly sequence: number }): string | Promise<string> =>
        delivery.sequence % 3 === 0
          ? new Promise((resolve) => setImmediate(resolve, JSON.stringify(delivery)))
          : JSON.stringify(delivery);
      return { after, ...subscribe({ after, render: slow, key: `after ${after}` }) };
    });
    for (let turn = 0; turn < 200; turn += 1) {
      memory.append(moved());
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const { sink, after } of sinks) {
      await until(() => sink.told.length === 500 - after);
      expect(sequences(sink)).toEqual(range(after + 1, 500));
    }
    fanOut.stop();
  });

  it('that was elsewhere further than this process has read waits for it, and is told nothing twice', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    memory.append(...many(2));
    await until(() => fanOut.position() === 2);
    const { sink } = subscribe({ after: 4 });
    memory.append(...many(4));
    await until(() => sink.told.length === 2);
    expect(sequences(sink)).toEqual([5, 6]);
    fanOut.stop();
  });

  it('whose cursor is of another run of the log is told to read again, and goes on from there', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    memory.append(...many(3));
    await until(() => fanOut.position() === 3);
    const { sink } = subscribe({ after: { epoch: randomUUID(), sequence: 1 } });
    await until(() => sink.told.length === 1);
    memory.append(moved());
    await until(() => sink.told.length === 2);
    expect(sink.told).toMatchObject([
      { kind: 'resync', reason: 'EPOCH_CHANGED', sequence: 3 },
      { kind: 'event', sequence: 4 },
    ]);
    fanOut.stop();
  });

  it('whose cursor is older than what is kept is told to read again, and goes on from there', async () => {
    const memory = createMemoryLog();
    memory.append(...many(30));
    memory.trimTo(10);
    const { fanOut, subscribe } = await startEventStand({ memory });
    const at = subscribe({ after: 10 });
    const before = subscribe({ after: 9, filter: tagsNamed({ tag: 'prod' }) });
    await until(() => at.sink.told.length === 20 && before.sink.told.length === 1);
    expect(sequences(at.sink)).toEqual(range(11, 30));
    expect(before.sink.told).toMatchObject([
      { kind: 'resync', reason: 'CURSOR_EXPIRED', scope: '*/**:prod', sequence: 30 },
    ]);
    fanOut.stop();
  });

  it('that catches up goes on after an outage of the store', async () => {
    const memory = createMemoryLog();
    memory.append(...many(30));
    const { fanOut, clock, subscribe } = await startEventStand({ memory });
    await settle();
    memory.isDown = true;
    const { sink } = subscribe({ after: 0 });
    await clock.advance(3_000);
    expect(sink.told).toEqual([]);
    memory.isDown = false;
    await clock.advance(3_000);
    await until(() => sink.told.length === 30);
    expect(sequences(sink)).toEqual(range(1, 30));
    fanOut.stop();
  });

  it('is told no more once it ended, and leaves nothing that is made for it', async () => {
    const { memory, fanOut, renders, subscribe } = await startEventStand();
    const { sink, end } = subscribe();
    memory.append(moved());
    await until(() => sink.told.length === 1);
    end();
    end();
    memory.append(moved());
    await until(() => fanOut.position() === 2);
    expect(sink.told).toHaveLength(1);
    expect(renders()).toBe(1);
    fanOut.stop();
  });

  it('gets a bookmark after each half minute of silence, where it asked for that', async () => {
    const { memory, fanOut, clock, subscribe } = await startEventStand();
    const filter = tagsNamed({ repository: 'team/app' });
    const wanting = subscribe({ filter, wantsBookmarks: true });
    const plain = subscribe({ filter });
    await clock.advance(20_000);
    memory.append(moved());
    await settle();
    await clock.advance(29_000);
    expect(sequences(wanting.sink)).toEqual([1]);
    memory.append(other, other);
    await clock.advance(1_000);
    expect(wanting.sink.told).toMatchObject([{ kind: 'event' }, { kind: 'bookmark', sequence: 3 }]);
    await clock.advance(30_000);
    expect(wanting.sink.told).toHaveLength(3);
    expect(sequences(plain.sink)).toEqual([1]);
    wanting.end();
    plain.end();
    fanOut.stop();
    expect(clock.timers()).toBe(0);
  });
});

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

  it('costs the others nothing', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const slow = subscribe();
    const well = subscribe();
    slow.sink.isStuck = true;
    memory.append(...many(50));
    await until(() => well.sink.told.length === 50);
    slow.end();
    fanOut.stop();
  });

  it('that missed more than 500 events is told the last of each tag, and that others are left out', async () => {
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

  it('that missed more than a mebibyte is told the last of each tag', async () => {
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
