import { expect, it } from '@jest/globals';
import type { Lease, Store } from '../../src/store/store.ts';
import { move, moving, readAll, tagOf } from './given.ts';
import type { Abilities } from './place.ts';

const minute = 60_000;

/** How work is handed out. */
export function describeLeases({ isShared }: Abilities, open: () => Promise<Store>): void {
  const due = (...names: readonly string[]): { name: string; dueInMs: number }[] =>
    names.map((name) => ({ name, dueInMs: 0 }));
  const claimOne = async (store: Store, holdMs = minute): Promise<Lease> => {
    const [lease] = await store.leases.claim('poll', 1, holdMs);
    if (lease === undefined) throw new Error('there is nothing to claim');
    return lease;
  };

  it('hands out what is due, oldest first, and nothing twice', async () => {
    const { leases } = await open();
    await leases.schedule('poll', [
      { name: 'later', dueInMs: minute },
      { name: 'second', dueInMs: -1000 },
      { name: 'first', dueInMs: -2000 },
    ]);
    await leases.schedule('import', due('other'));
    expect((await leases.claim('poll', 1, minute)).map(({ name }) => name)).toEqual(['first']);
    expect((await leases.claim('poll', 5, minute)).map(({ name }) => name)).toEqual(['second']);
    expect(await leases.claim('poll', 5, minute)).toEqual([]);
    expect((await leases.list('poll')).map(({ name, note }) => ({ name, note }))).toEqual(
      ['first', 'later', 'second'].map((name) => ({ name, note: undefined })),
    );
  });

  it('keeps the time of work that is there, unless it is to be earlier', async () => {
    const { leases } = await open();
    await leases.schedule('poll', [{ name: 'a', dueInMs: minute }]);
    await leases.schedule('poll', [{ name: 'a', dueInMs: 2 * minute }, ...due('b', 'b')]);
    expect((await leases.claim('poll', 5, minute)).map(({ name }) => name)).toEqual(['b']);
    await leases.schedule('poll', due('a'));
    expect((await leases.claim('poll', 5, minute)).map(({ name }) => name)).toEqual(['a']);
  });

  it('gives work back with a note and the time of its next turn', async () => {
    const store = await open();
    const { leases } = store;
    await leases.schedule('poll', due('a'));
    const first = await claimOne(store);
    expect(await leases.complete(first, 0, 'etag')).toBe(true);
    expect(await leases.complete(first, 0, 'again')).toBe(false);
    const second = await claimOne(store);
    expect(second).toMatchObject({ kind: 'poll', name: 'a', note: 'etag' });
    expect(second.fence).toBeGreaterThan(first.fence);
    expect(await leases.complete(second, minute, undefined)).toBe(true);
    expect(await leases.claim('poll', 5, minute)).toEqual([]);
    expect(await leases.list('poll')).toMatchObject([{ note: undefined }]);
  });

  it('does again at once what was asked for while it was being done', async () => {
    const store = await open();
    await store.leases.schedule('poll', due('a'));
    const lease = await claimOne(store);
    await store.leases.schedule('poll', due('a'));
    expect(await store.leases.claim('poll', 5, minute)).toEqual([]);
    expect(await store.leases.complete(lease, minute, undefined)).toBe(true);
    expect(await claimOne(store)).toMatchObject({ name: 'a' });
  });

  it('writes nothing for a lease whose time has passed, or that is over', async () => {
    const store = await open();
    await store.leases.schedule('poll', due('a'));
    const late = await claimOne(store, 0);
    const change = moving(tagOf('latest'), 'one');
    expect(await store.change({ ...change, lease: late })).toEqual({ kind: 'lease-lost' });
    const held = await claimOne(store);
    expect(await store.leases.complete(late, 0, undefined)).toBe(false);
    expect(await store.change({ ...change, lease: late })).toEqual({ kind: 'lease-lost' });
    const [lost, made] = await Promise.all([
      store.change({ ...moving(tagOf('other'), 'one'), lease: late }),
      store.change({ ...change, lease: held }),
    ]);
    expect([lost.kind, made.kind]).toEqual(['lease-lost', 'changed']);
    await store.leases.complete(held, 0, undefined);
    expect(await store.change({ ...moving(tagOf('latest'), 'two'), lease: held })).toEqual({ kind: 'lease-lost' });
    expect(await readAll(store)).toEqual([1]);
    expect(await store.tags.get([tagOf('other')])).toEqual([undefined]);
  });

  it('takes work away for good, from those who have it too', async () => {
    const store = await open();
    await store.leases.schedule('poll', due('a', 'b'));
    const [first] = await store.leases.claim('poll', 1, minute);
    await store.leases.drop('poll', ['a', 'b', 'unknown']);
    expect(await store.leases.list('poll')).toEqual([]);
    expect(await store.leases.claim('poll', 5, minute)).toEqual([]);
    await store.leases.schedule('poll', due('a'));
    const again = await claimOne(store);
    expect(again.fence).toBeGreaterThan(first!.fence);
    expect(await store.change({ ...moving(tagOf('latest'), 'one'), lease: first! })).toEqual({ kind: 'lease-lost' });
    expect(await move(store, tagOf('latest'), 'one')).toMatchObject({ kind: 'changed' });
  });

  it('gives each piece of work to one of many who ask at once', async () => {
    const stores = isShared ? await Promise.all([open(), open(), open()]) : [await open()];
    const names = Array.from({ length: 1000 }, (_, at) => `work ${String(at)}`);
    await stores[0]!.leases.schedule('poll', due(...names));
    const claimed = await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        const { leases } = stores[worker % stores.length]!;
        const mine: string[] = [];
        for (;;) {
          const some = await leases.claim('poll', 20, minute);
          mine.push(...some.map(({ name }) => name));
          await Promise.all(some.slice(0, 3).map((lease) => leases.complete(lease, minute, 'done')));
          if (some.length === 0) return mine;
        }
      }),
    );
    expect(claimed.flat().toSorted()).toEqual(names.toSorted());
  });
}
