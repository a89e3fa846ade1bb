import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { ask, digest } from '../support/fake-registry.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';
import { app, createChangingRegistry, one, two, type ChangingRegistry } from './changing-registry.ts';
import { eventsOf, startWatching, type TestWatching } from './watching-stand.ts';

const interval = 60_000;
let clock: ManualClock;
let store: Store;
let registry: ChangingRegistry;
/** The gateway that answers, and another one that sees changes before it does. */
let live: TestWatching;
let other: TestWatching;
let storeReads = 0;
/** When what the store has read arrives. */
let arrival = Promise.resolve();

beforeEach(async () => {
  clock = createManualClock();
  store = await openStore({ url: ':memory:', clock });
  registry = createChangingRegistry({ now: () => clock.now() });
  registry.set(app, one, digest('a'));
  const { tags } = store;
  const counted: Store = {
    ...store,
    tags: {
      ...tags,
      get: async (keys) => {
        storeReads += 1;
        const found = await tags.get(keys);
        await arrival;
        return found;
      },
    },
  };
  live = startWatching({ registries: [registry], patterns: ['team/app'], interval, store: counted, clock });
  other = startWatching({ registries: [registry], patterns: [], interval, store, clock });
  await clock.advance(1);
  storeReads = 0;
  registry.asked.length = 0;
});

afterEach(async () => {
  await live.stop();
  await other.stop();
  await store.close();
});

async function resolve(tags = [one], current = false) {
  const asking = { ...ask(), ...(current && { current }) };
  const found = await Promise.all(live.wrap(registry).resolveTags(app, tags, asking));
  return found.map((target) => target && `${target.digest.slice(7, 8)} ${target.freshness.state}`);
}

it('answers tags of watched repositories from the store, once read from memory, with the time of the poll', async () => {
  await clock.advance(10_000);
  expect(await resolve()).toEqual(['a LIVE']);
  expect(await resolve()).toEqual(['a LIVE']);
  expect(storeReads).toBe(1);
  expect(registry.asked).toEqual([]);
  const [target] = await Promise.all(live.wrap(registry).resolveTags(app, [one], ask()));
  expect(target?.freshness.fetchedAt).toBe(clock.now() - 10_001);
});

it('asks the registry for what is not in the store, and for nothing else', async () => {
  registry.set(app, two, digest('b'));
  expect(await resolve([two, one])).toEqual(['b FRESH', 'a LIVE']);
  expect(registry.asked).toEqual(['HEAD team/app:2']);
});

it('asks the registry where only what is true now will do', async () => {
  expect(await resolve([one], true)).toEqual(['a FRESH']);
});

it('asks the registry once the last good poll is two intervals and five seconds old', async () => {
  await live.stop();
  await clock.advance(2 * interval + 4_000);
  expect(await resolve()).toEqual(['a LIVE']);
  await clock.advance(1_000);
  expect(await resolve()).toEqual(['a FRESH']);
});

it('asks the registry for tags of repositories that are not watched', async () => {
  const other = 'team/other' as typeof app;
  registry.set(other, one, digest('c'));
  const [found] = await Promise.all(live.wrap(registry).resolveTags(other, [one], ask()));
  expect(found?.freshness.state).toBe('FRESH');
});

it('never answers with what was before an event that it took in', async () => {
  expect(await resolve()).toEqual(['a LIVE']);
  registry.set(app, one, digest('b'));
  await other.observe(registry, app, [one], { cause: 'WEBHOOK' });
  expect(await resolve()).toEqual(['a LIVE']);
  live.apply(await eventsOf(store));
  expect(await resolve()).toEqual(['b LIVE']);
});

it.each(['apply', 'reset'] as const)('does not keep what was on its way from the store (%s)', async (means) => {
  let arrive: () => void = () => undefined;
  arrival = new Promise((resolve) => (arrive = resolve));
  const before = resolve();
  await clock.advance(1);
  registry.set(app, one, digest('b'));
  await other.observe(registry, app, [one], { cause: 'WEBHOOK' });
  if (means === 'apply') live.apply(await eventsOf(store));
  else live.reset();
  arrive();
  expect(await before).toEqual(['a LIVE']);
  expect(await resolve()).toEqual(['b LIVE']);
});

it('forgets all where events were missed', async () => {
  expect(await resolve()).toEqual(['a LIVE']);
  registry.set(app, one, digest('b'));
  await other.observe(registry, app, [one], { cause: 'WEBHOOK' });
  live.reset();
  expect(await resolve()).toEqual(['b LIVE']);
});

it('answers with what it has seen itself before the log tells of it, with the time of that', async () => {
  expect(await resolve()).toEqual(['a LIVE']);
  await clock.advance(10_000);
  registry.set(app, one, digest('b'));
  live.hint(registry, app, one, 'WEBHOOK');
  await clock.advance(100);
  const [target] = await Promise.all(live.wrap(registry).resolveTags(app, [one], ask()));
  expect(target?.digest).toBe(digest('b'));
  expect(target?.freshness).toEqual({ state: 'LIVE', fetchedAt: clock.now() - 100 });
});

it('asks the registry where the store cannot be reached', async () => {
  await store.close();
  expect(await resolve()).toEqual(['a FRESH']);
  store = await openStore({ url: ':memory:', clock });
});
