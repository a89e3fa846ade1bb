import { describe, expect, it } from '@jest/globals';
import { moved } from '../support/memory-log.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { range, sequences, settle, startEventStand, until } from './stand.ts';

describe('the tail', () => {
  it('starts at the head, without reading what was before', async () => {
    const memory = createMemoryLog();
    memory.append(...Array.from({ length: 1000 }, () => moved()));
    const { fanOut, applied } = await startEventStand({ memory });
    await settle();
    expect(fanOut.position()).toBe(1000);
    expect(applied).toEqual([]);
    expect(memory.reads).toBeLessThan(3);
    fanOut.stop();
  });

  it('applies events before it publishes them, each once and in order, and then moves its position', async () => {
    const seen: string[] = [];
    const stand = await startEventStand({
      apply: (events) => {
        for (const { sequence } of events) seen.push(`apply ${sequence} at ${stand.fanOut.position()}`);
      },
    });
    stand.subscribe({
      render: ({ sequence }) => {
        seen.push(`publish ${sequence} at ${stand.fanOut.position()}`);
        return '{}';
      },
    });
    stand.memory.append(moved(), moved());
    await until(() => seen.length === 4);
    expect(seen).toEqual(['apply 1 at 0', 'apply 2 at 0', 'publish 1 at 2', 'publish 2 at 2']);
    stand.fanOut.stop();
  });

  it('reads page after page without waiting where there is more', async () => {
    const { memory, fanOut, applied } = await startEventStand();
    memory.append(...Array.from({ length: 730 }, () => moved()));
    await until(() => fanOut.position() === 730);
    expect(applied).toEqual(range(1, 730));
    fanOut.stop();
  });

  it('F07: finds what it was not woken for within a second and a quarter', async () => {
    const { memory, fanOut, clock } = await startEventStand();
    await settle();
    memory.isSilent = true;
    memory.append(moved());
    await clock.advance(999);
    await settle();
    expect(fanOut.position()).toBe(0);
    await clock.advance(251);
    await until(() => fanOut.position() === 1);
    fanOut.stop();
  });

  it('never steps over a gap: it says so, and asks again until the event is there', async () => {
    const { memory, fanOut, clock, applied, warnings, subscribe } = await startEventStand();
    const { sink } = subscribe();
    await settle();
    memory.hidden = 2;
    memory.append(moved(), moved(), moved());
    await settle();
    expect(fanOut.position()).toBe(0);
    expect(sequences(sink)).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/gap/)]);
    memory.hidden = undefined;
    await clock.advance(1_250);
    await until(() => fanOut.position() === 3);
    expect(applied).toEqual([1, 2, 3]);
    expect(sequences(sink)).toEqual([1, 2, 3]);
    fanOut.stop();
  });

  it('survives an outage of the store, asking ever less often, and goes on where it was', async () => {
    const { memory, fanOut, clock, applied, warnings } = await startEventStand();
    memory.append(moved());
    await until(() => fanOut.position() === 1);
    memory.isDown = true;
    memory.append(moved());
    await settle();
    const { reads } = memory;
    for (let second = 0; second < 60; second += 1) {
      await clock.advance(1_000);
      await settle();
    }
    expect(memory.reads - reads).toBeLessThan(12);
    expect(memory.reads - reads).toBeGreaterThan(4);
    expect(warnings).toHaveLength(1);
    memory.isDown = false;
    await clock.advance(12_500);
    await until(() => fanOut.position() === 2);
    expect(applied).toEqual([1, 2]);
    fanOut.stop();
  });

  it('tells all subscribers to read again where events were dropped before it read them', async () => {
    const forgotten: number[] = [];
    const { memory, fanOut, clock, subscribe } = await startEventStand({ forget: () => forgotten.push(1) });
    const { sink } = subscribe();
    memory.append(moved());
    await until(() => sink.told.length === 1);
    memory.isDown = true;
    memory.append(...Array.from({ length: 20 }, () => moved()));
    await settle();
    memory.trimTo(15);
    memory.isDown = false;
    await clock.advance(12_500);
    await until(() => sink.told.length === 2);
    expect(sink.told[1]).toMatchObject({ kind: 'resync', reason: 'CURSOR_EXPIRED', scope: '*/**:*', sequence: 21 });
    expect(forgotten).toEqual([1]);
    memory.append(moved());
    await until(() => sink.told.length === 3);
    expect(sequences(sink)).toEqual([1, 21, 22]);
    fanOut.stop();
  });

  it('F14: tells all subscribers to read again where another run of the log began under it', async () => {
    const { memory, fanOut, clock, subscribe } = await startEventStand();
    const { sink } = subscribe();
    memory.append(moved());
    await until(() => sink.told.length === 1);
    memory.restart();
    await clock.advance(1_250);
    await until(() => sink.told.length === 2);
    expect(sink.told[1]).toMatchObject({ kind: 'resync', reason: 'EPOCH_CHANGED', sequence: 0 });
    memory.append(moved());
    await until(() => sink.told.length === 3);
    expect(sink.told[2]).toMatchObject({ kind: 'event', sequence: 1 });
    expect(fanOut.epoch()).toBe(memory.epoch);
    fanOut.stop();
  });
});
