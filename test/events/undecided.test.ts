import { afterEach, describe, expect, it } from '@jest/globals';
import type { Access } from '../../src/access/access.ts';
import { GatewayError } from '../../src/domain/errors.ts';
import { createEventFilter } from '../../src/events/filter.ts';
import { moved, tagOf } from '../support/memory-log.ts';
import { sequences, settle, startEventStand, until, type EventStand } from './stand.ts';

/** Whether the decider about what is called `far` can be asked. */
let isReachable = true;
let stand: EventStand;

const access: Access = {
  may: (_, __, resource) => {
    if (!JSON.stringify(resource).includes('far')) return true;
    const unavailable = new GatewayError('AUTH_UNAVAILABLE', 'cannot be asked', {});
    return isReachable ? Promise.resolve(true) : Promise.reject(unavailable);
  },
};

const far = moved(tagOf('team/far', 'prod'));

afterEach(() => {
  stand.fanOut.stop();
  isReachable = true;
});

describe('an event of which it cannot be found out whether it may be told', () => {
  it('waits until it can, and all that follows it; others are told meanwhile', async () => {
    stand = await startEventStand({ access });
    const all = subscribe();
    const near = subscribe('team/app');
    isReachable = false;
    stand.memory.append(moved(), far, moved());
    await until(() => near.told.length === 2);
    expect(sequences(all)).toEqual([1]);
    await stand.clock.advance(5_000);
    expect(sequences(all)).toEqual([1]);
    isReachable = true;
    await stand.clock.advance(1_000);
    await until(() => all.told.length === 3);
    stand.memory.append(far, moved());
    await until(() => all.told.length === 5);
    expect(sequences(all)).toEqual([1, 2, 3, 4, 5]);
    expect(stand.warnings).toEqual([]);
  });

  it('waits for whoever catches up, too', async () => {
    stand = await startEventStand({ access });
    stand.memory.append(moved(), far, moved(), far);
    await until(() => stand.fanOut.position() === 4);
    isReachable = false;
    const { sink } = stand.subscribe({ after: 0 });
    await until(() => sink.told.length === 1);
    await stand.clock.advance(3_000);
    expect(sequences(sink)).toEqual([1]);
    isReachable = true;
    await stand.clock.advance(1_000);
    await until(() => sink.told.length === 4);
    expect(sequences(sink)).toEqual([1, 2, 3, 4]);
  });

  it('keeps nobody from leaving', async () => {
    stand = await startEventStand({ access });
    const { sink, end } = stand.subscribe();
    isReachable = false;
    stand.memory.append(far);
    await until(() => stand.fanOut.position() === 1);
    await settle();
    end();
    isReachable = true;
    await stand.clock.advance(5_000);
    expect(sink.told).toEqual([]);
  });

  function subscribe(repository?: string) {
    return stand.subscribe({ filter: createEventFilter({ subject: 'TAG', repository }) }).sink;
  }
});

describe('a gap of which that cannot be found out', () => {
  it('is told as one in what the subscription is about, wherever it is', async () => {
    stand = await startEventStand({ access });
    const filter = createEventFilter({ subject: 'IMAGE_STREAM_TAG', imageStream: 'web' });
    const { sink } = stand.subscribe({ filter });
    isReachable = false;
    await stand.fanOut.announce({ source: 'far', namespace: 'bank' });
    await until(() => sink.told.length === 1);
    expect(sink.told[0]).toMatchObject({ kind: 'resync', reason: 'UPSTREAM_GAP', scope: '*/*/web:*' });
    expect(JSON.stringify(sink.told)).not.toMatch(/far|bank/);
  });
});
