import { describe, expect, it } from '@jest/globals';
import { createEventFilter } from '../../src/events/filter.ts';
import { createMemoryLog, moved } from '../support/memory-log.ts';
import { createSink, many, settle, startEventStand, until } from './stand.ts';

const ofStreams = (names: { readonly source?: string; readonly namespace?: string } = {}) =>
  createEventFilter({ subject: 'IMAGE_STREAM_TAG', ...names });

describe('a gap in what a cluster told', () => {
  it('F09: is told to everyone whom it concerns, and to nobody else', async () => {
    const { fanOut, subscribe } = await startEventStand();
    const concerned = [{}, { source: 'prod' }, { source: 'pr*', namespace: 'shop' }, { namespace: '*' }].map((names) =>
      subscribe({ filter: ofStreams(names) }),
    );
    const others = [
      subscribe({ filter: ofStreams({ source: 'test' }) }),
      subscribe({ filter: ofStreams({ namespace: 'lab' }) }),
      subscribe({ filter: createEventFilter({ subject: 'TAG' }) }),
    ];
    await fanOut.announce({ source: 'prod', namespace: 'shop' });
    await settle();
    for (const { sink } of concerned) {
      expect(sink.told).toMatchObject([
        { kind: 'resync', reason: 'UPSTREAM_GAP', scope: 'prod/shop/*:*', sequence: 0 },
      ]);
    }
    expect(others.flatMap(({ sink }) => sink.told)).toEqual([]);
    await fanOut.announce({ source: 'prod', namespace: undefined });
    await settle();
    expect(concerned[0]!.sink.told[1]).toMatchObject({ scope: 'prod/*/*:*' });
    fanOut.stop();
  });

  it('is told after the events that were found instead, and takes nobody elsewhere', async () => {
    const { memory, fanOut, subscribe } = await startEventStand();
    const { sink } = subscribe({ filter: ofStreams() });
    memory.isSilent = true;
    const change = {
      ...moved(),
      subject: { kind: 'IMAGE_STREAM_TAG' as const, source: 'prod', namespace: 'a', name: 'b', tag: 'c' },
    };
    memory.append(...many(3, () => change));
    const ahead = subscribe({ filter: ofStreams(), after: 2, key: 'ahead' });
    await fanOut.announce({ source: 'prod', namespace: undefined });
    await settle();
    expect(sink.told).toEqual([]);
    memory.isSilent = false;
    memory.append(change);
    await until(() => sink.told.length === 5 && ahead.sink.told.length >= 3);
    expect(sink.told.map(({ kind, sequence }) => `${kind} ${sequence}`)).toEqual([
      'event 1',
      'event 2',
      'event 3',
      'event 4',
      'resync 4',
    ]);
    expect(ahead.sink.told.filter(({ kind }) => kind === 'event').map(({ sequence }) => sequence)).toEqual([3, 4]);
    expect(ahead.sink.told.filter(({ kind }) => kind === 'resync')).toHaveLength(1);
    fanOut.stop();
  });

  it('is told to whoever still reads what was before, too', async () => {
    const memory = createMemoryLog();
    memory.append(...many(5));
    const { fanOut, subscribe } = await startEventStand({ memory });
    const sink = createSink();
    sink.isStuck = true;
    subscribe({ filter: ofStreams(), after: 0, sink });
    await settle();
    await fanOut.announce({ source: 'prod', namespace: undefined });
    await settle();
    expect(sink.told).toMatchObject([{ kind: 'resync', reason: 'UPSTREAM_GAP', sequence: 0 }]);
    fanOut.stop();
  });
});
