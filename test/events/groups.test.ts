import { describe, expect, it } from '@jest/globals';
import { createMemoryLog, moved, tagOf, tagsNamed } from '../support/memory-log.ts';
import type { Delivery } from '../../src/events/delivery.ts';
import { createPayloadMemo } from '../../src/events/payload-memo.ts';
import { range, sequences, startEventStand, until } from './stand.ts';

describe('a group', () => {
  it('makes each payload once, for however many subscribers', async () => {
    const { memory, fanOut, renders, subscribe } = await startEventStand();
    const all = range(1, 50).map(() => subscribe());
    memory.append(moved(), moved(), moved());
    await until(() => all.every(({ sink }) => sink.told.length === 3));
    expect(renders()).toBe(3);
    fanOut.stop();
  });

  it('shares payloads with those who catch up', async () => {
    const memory = createMemoryLog();
    memory.append(...range(1, 40).map(() => moved()));
    const { fanOut, renders, subscribe } = await startEventStand({ memory });
    const all = range(0, 19).map((after) => subscribe({ after }));
    await until(() => all.every(({ sink }, index) => sink.told.length === 40 - index));
    expect(renders()).toBe(40);
    fanOut.stop();
  });

  it('keeps the order of the log where payloads take time, and lets others pass', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const pending = new Map<number, () => void>();
    const render = (delivery: Delivery): Promise<string> =>
      new Promise((resolve) => {
        pending.set(delivery.sequence, () => {
          resolve(JSON.stringify(delivery));
        });
      });
    const slow = subscribe({ render, key: 'slow' });
    const quick = subscribe();
    memory.append(moved(), moved(), moved());
    await until(() => quick.sink.told.length === 3);
    expect([...pending.keys()]).toEqual([1, 2, 3]);
    pending.get(3)?.();
    pending.get(2)?.();
    expect(slow.sink.told).toEqual([]);
    const late = subscribe({ after: 1, render, key: 'slow' });
    pending.get(1)?.();
    await until(() => slow.sink.told.length === 3 && late.sink.told.length === 2);
    expect(sequences(slow.sink)).toEqual([1, 2, 3]);
    expect(sequences(late.sink)).toEqual([2, 3]);
    expect(pending.size).toBe(3);
    fanOut.stop();
  });

  it('asks at each delivery whether its scope may still be told, also where the payload is known', async () => {
    let mayWatch = true;
    const asked: unknown[] = [];
    const memory = createMemoryLog();
    const { fanOut, subscribe } = await startEventStand({
      memory,
      access: {
        may: (viewer, verb, resource) => {
          asked.push([viewer.id, verb, resource]);
          return Promise.resolve(mayWatch);
        },
      },
    });
    const { sink } = subscribe();
    memory.append(moved());
    await until(() => sink.told.length === 1);
    const resource = { registry: 'registry.example', repository: 'team/app', tag: 'prod' };
    expect(asked).toEqual([['everyone', 'watch', resource]]);
    mayWatch = false;
    memory.append(moved());
    const late = subscribe({ after: 0 });
    await until(() => asked.length >= 4);
    mayWatch = true;
    memory.append(moved());
    await until(() => sink.told.length === 2 && late.sink.told.length === 1);
    expect(sequences(sink)).toEqual([1, 3]);
    expect(sequences(late.sink)).toEqual([3]);
    fanOut.stop();
  });

  it('is found by its own events alone, however its filter is written', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const filters = {
      exact: tagsNamed({ registry: 'registry.example', repository: 'team/app', tag: 'prod' }),
      repository: tagsNamed({ registry: 'registry.example', repository: 'team/app' }),
      tagGlob: tagsNamed({ registry: 'registry.example', repository: 'team/app', tag: 'v?' }),
      glob: tagsNamed({ repository: 'team/*' }),
      deep: tagsNamed({ repository: 'team/**' }),
      registry: tagsNamed({ registry: 'elsewhere.example' }),
    };
    const sinks = Object.entries(filters).map(([name, filter]) => [name, subscribe({ filter }).sink] as const);
    const all = subscribe();
    memory.append(
      moved(tagOf('team/app', 'prod')),
      moved(tagOf('team/app', 'v1')),
      moved(tagOf('team/app/deep', 'prod')),
      moved(tagOf('other', 'prod', 'elsewhere.example')),
    );
    await until(() => all.sink.told.length === 4);
    expect(Object.fromEntries(sinks.map(([name, sink]) => [name, sequences(sink)]))).toEqual({
      exact: [1],
      repository: [1, 2],
      tagGlob: [2],
      glob: [1, 2],
      deep: [1, 2, 3],
      registry: [4],
    });
    fanOut.stop();
  });
});

describe('payloads that are kept', () => {
  it('are bounded in bytes: those that were made first go first', () => {
    const memo = createPayloadMemo(10_000);
    const made: string[] = [];
    const get = (key: string): unknown =>
      memo.get(key, () => {
        made.push(key);
        return 'x'.repeat(1_000);
      });
    for (const key of ['a', 'b', 'c', 'd', 'e']) get(key);
    get('e');
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e']);
    get('a');
    expect(made).toEqual(['a', 'b', 'c', 'd', 'e', 'a']);
  });
});
