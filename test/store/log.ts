import { expect, it } from '@jest/globals';
import type { LogQuery, Store } from '../../src/store/store.ts';
import {
  eventOf,
  move,
  putStream,
  readAll,
  registry,
  repository,
  stored,
  streamName,
  streamOf,
  tagOf,
} from './given.ts';

/** How the log is read, followed and cut. */
export function describeLog(open: () => Promise<Store>): void {
  /** A store with `count` events of team/app, all of one tag, and then one of another repository. */
  async function filled(count: number): Promise<Store> {
    const store = await open();
    const keys = Array.from({ length: count }, (_, at) => tagOf(`t${String(at + 1)}`));
    await store.change({
      tags: keys,
      decide: () => ({ result: 0, events: keys.map((key) => eventOf({ kind: 'TAG', ...key }, 'one')) }),
    });
    await move(store, tagOf('latest', 'team/rare'), 'one');
    return store;
  }
  const read = async (store: Store, query: LogQuery) => {
    const { events, ...page } = await store.log.read(query);
    return { sequences: events.map(({ sequence }) => sequence), ...page };
  };

  it('reads pages in both orders', async () => {
    const store = await filled(5);
    const oldest = { order: 'OLDEST_FIRST', limit: 4 } as const;
    expect(await read(store, oldest)).toEqual({ sequences: [1, 2, 3, 4], through: 4, hasMore: true, floor: 0 });
    expect(await read(store, { ...oldest, after: 4 })).toEqual({
      sequences: [5, 6],
      through: 6,
      hasMore: false,
      floor: 0,
    });
    expect(await read(store, { ...oldest, after: 1, through: 3 })).toMatchObject({
      sequences: [2, 3],
      through: 3,
      hasMore: false,
    });
    const newest = { order: 'NEWEST_FIRST', limit: 4 } as const;
    expect(await read(store, newest)).toEqual({ sequences: [6, 5, 4, 3], through: 3, hasMore: true, floor: 0 });
    expect(await read(store, { ...newest, after: 3 })).toEqual({
      sequences: [2, 1],
      through: 1,
      hasMore: false,
      floor: 0,
    });
    expect(await read(store, { ...newest, through: 2 })).toMatchObject({
      sequences: [2, 1],
      through: 1,
      hasMore: false,
    });
  });

  it('answers a reader at the end, or beyond it, with nothing and where it stands', async () => {
    const store = await filled(2);
    for (const after of [3, 10])
      expect(await read(store, { order: 'OLDEST_FIRST', after, limit: 5 })).toEqual({
        sequences: [],
        through: after,
        hasMore: false,
        floor: 0,
      });
    expect(await read(store, { order: 'NEWEST_FIRST', after: 1, limit: 5 })).toEqual({
      sequences: [],
      through: 1,
      hasMore: false,
      floor: 0,
    });
  });

  it('filters by names, kinds and whatever else is wanted', async () => {
    const store = await filled(3);
    const key = { kind: 'IMAGE_STREAM_TAG', ...streamName, tag: 'latest' } as const;
    await putStream(store, streamName, streamOf(streamName));
    await store.change({
      imageStreams: [streamName],
      decide: () => ({ result: 0, events: [eventOf(key, 'one', { kind: 'DELETED' })] }),
    });
    const sequences = async (filter: LogQuery['filter']): Promise<readonly number[]> =>
      (await read(store, { order: 'OLDEST_FIRST', limit: 10, filter })).sequences;
    expect(await sequences({ subject: 'TAG' })).toEqual([1, 2, 3, 4]);
    expect(await sequences({ subject: 'TAG', scope: registry, path: 'team/rare' })).toEqual([4]);
    expect(await sequences({ subject: 'TAG', path: repository, tag: 't2' })).toEqual([2]);
    expect(await sequences({ subject: 'TAG', scope: 'other.example' })).toEqual([]);
    expect(await sequences({ subject: 'TAG', kinds: ['CREATED', 'DELETED'] })).toEqual([4]);
    expect(await sequences({ subject: 'TAG', matches: ({ sequence }) => sequence % 2 === 1 })).toEqual([1, 3]);
    expect(await sequences({ subject: 'IMAGE_STREAM_TAG', scope: 'local', path: 'shop/web', tag: 'latest' })).toEqual([
      5,
    ]);
  });

  it('looks at a bounded number of events, and says how far it came', async () => {
    const store = await filled(5100);
    const rare: LogQuery = { order: 'OLDEST_FIRST', limit: 1, filter: { subject: 'TAG', path: 'team/rare' } };
    expect(await read(store, rare)).toEqual({ sequences: [], through: 5000, hasMore: true, floor: 0 });
    expect(await read(store, { ...rare, after: 5000 })).toMatchObject({
      sequences: [5101],
      through: 5101,
      hasMore: false,
    });
    expect(await read(store, { ...rare, filter: { ...rare.filter!, scope: registry } })).toMatchObject({
      sequences: [5101],
      hasMore: false,
    });
    const none: LogQuery = { order: 'NEWEST_FIRST', limit: 1, filter: { subject: 'IMAGE_STREAM_TAG' } };
    expect(await read(store, none)).toMatchObject({ sequences: [], through: 102, hasMore: true });
    expect(await read(store, { ...none, after: 102 })).toMatchObject({ sequences: [], through: 1, hasMore: false });
  });

  it('drops the oldest beyond a number, and says to readers from where on it is whole', async () => {
    const store = await filled(5100);
    const day = 24 * 60 * 60 * 1000;
    expect(await store.log.trim({ age: day, events: 6000 })).toBe(false);
    expect(await store.log.bounds()).toEqual({ floor: 0, head: 5101 });
    expect(await store.log.trim({ age: day, events: 10 })).toBe(true);
    expect(await store.log.bounds()).toEqual({ floor: 5000, head: 5101 });
    expect(await store.log.trim({ age: day, events: 10 })).toBe(false);
    expect(await store.log.bounds()).toEqual({ floor: 5091, head: 5101 });
    expect(await read(store, { order: 'OLDEST_FIRST', after: 7, limit: 2 })).toEqual({
      sequences: [5092, 5093],
      through: 5093,
      hasMore: true,
      floor: 5091,
    });
    expect(await read(store, { order: 'NEWEST_FIRST', after: 5093, limit: 9 })).toEqual({
      sequences: [5092],
      through: 5092,
      hasMore: false,
      floor: 5091,
    });
    expect(await read(store, { order: 'NEWEST_FIRST', after: 50, limit: 9 })).toEqual({
      sequences: [],
      through: 50,
      hasMore: false,
      floor: 5091,
    });
  });

  it('drops all that is too old, and goes on counting', async () => {
    const store = await filled(3);
    // A second from now everything is older than nothing.
    expect(await store.log.trim({ age: -1000, events: 100 })).toBe(false);
    expect(await store.log.bounds()).toEqual({ floor: 4, head: 4 });
    await move(store, tagOf('latest', 'team/rare'), 'two');
    const page = await store.log.read({ order: 'OLDEST_FIRST', after: 4, limit: 5 });
    expect(page.events).toEqual([expect.objectContaining({ sequence: 5, revision: 2 })]);
  });

  it('calls back when there are new events, until it is told not to', async () => {
    const store = await open();
    let calls = 0;
    const { promise, resolve } = withResolver();
    const stop = store.log.onAppend(() => {
      calls += 1;
      resolve();
    });
    await move(store, tagOf('latest'), 'one');
    await promise;
    stop();
    const before = calls;
    await move(store, tagOf('latest'), 'two');
    await store.change({ tags: [tagOf('b')], decide: () => ({ result: 0, tags: [stored(tagOf('b'), 'x')] }) });
    expect(calls).toBe(before);
    expect(await readAll(store)).toEqual([1, 2]);
  });
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
