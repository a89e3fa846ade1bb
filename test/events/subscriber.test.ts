import { describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createMemoryLog, moved, tagOf, tagsNamed } from '../support/memory-log.ts';
import { many, range, sequences, settle, startEventStand, until } from './stand.ts';

const other = moved(tagOf('team/other', 'prod'));

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
    memory.isSilent = true;
    memory.append(...many(2));
    const { sink } = subscribe({ after: 4 });
    await settle();
    memory.isSilent = false;
    memory.append(...many(2));
    await until(() => sink.told.length === 2);
    expect(sequences(sink)).toEqual([5, 6]);
    fanOut.stop();
  });

  it('F14: whose cursor is beyond the log, which was restored since, is told to read again, and goes on from there', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    memory.append(...many(3));
    await until(() => fanOut.position() === 3);
    const { sink } = subscribe({ after: 9 });
    await until(() => sink.told.length === 1);
    memory.append(moved());
    await until(() => sink.told.length === 2);
    expect(sink.told).toMatchObject([{ kind: 'resync', reason: 'EPOCH_CHANGED', sequence: 3 }, { kind: 'event' }]);
    fanOut.stop();
  });

  it('F14: whose cursor is of another run of the log is told to read again, and goes on from there', async () => {
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

  it('F14: whose cursor is older than what is kept is told to read again, and goes on from there', async () => {
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
