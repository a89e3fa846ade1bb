import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { digest } from '../support/fake-registry.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';
import { app, createChangingRegistry, one, two, type ChangingRegistry } from './changing-registry.ts';
import { startWatching, told, type TestWatching } from './watching-stand.ts';

const interval = 60_000;
let clock: ManualClock;
let store: Store;
let registry: ChangingRegistry;
let watching: TestWatching;

/** Starts with one tag, at `a`, that has been taken in; the next poll is half an interval away. */
beforeEach(async () => {
  clock = createManualClock();
  store = await openStore({ url: ':memory:', clock });
  registry = createChangingRegistry({ now: () => clock.now() });
  registry.set(app, one, digest('a'));
  watching = startWatching({ registries: [registry], patterns: ['team/app'], interval, store, clock });
  await clock.advance(interval / 2);
  registry.asked.length = 0;
});

afterEach(async () => {
  await watching.stop();
  await store.close();
});

const webhook = (tag = one) => {
  watching.hint(registry, app, tag, 'WEBHOOK');
};
const poll = () => clock.advance(interval);

const remove = () => {
  registry.set(app, two, digest('b'));
  registry.set(app, one, undefined);
};
const deletions = async () => (await told(store)).filter((event) => event.startsWith('DELETED'));

it('a tag that is gone is told of when a second question, a second later, finds it missing too', async () => {
  remove();
  webhook();
  await clock.advance(900);
  expect(await deletions()).toEqual([]);
  webhook();
  await clock.advance(90);
  expect(await deletions()).toEqual([]);
  await clock.advance(200);
  expect(await deletions()).toEqual(['DELETED team/app:1 - WEBHOOK']);
});

it('a tag that is gone is found by polls', async () => {
  remove();
  await poll();
  await clock.advance(1100);
  expect(await deletions()).toEqual(['DELETED team/app:1 - POLL']);
  registry.set(app, one, digest('a'));
  await poll();
  expect((await told(store)).at(-1)).toBe('CREATED team/app:1 a POLL');
});

it('a tag is not told to be gone where it is back within the second', async () => {
  remove();
  webhook();
  await clock.advance(500);
  registry.set(app, one, digest('a'));
  await clock.advance(2 * interval);
  expect(await deletions()).toEqual([]);
});

it.each(['UPSTREAM_UNAUTHORIZED', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_RATE_LIMITED'] as const)(
  'a tag that is gone is not told of by a registry that answers with %s',
  async (code) => {
    remove();
    registry.onAnswer = () => {
      throw new GatewayError(code, 'no', {});
    };
    webhook();
    await clock.advance(10 * interval);
    expect(await deletions()).toEqual([]);
  },
);

it.each(['list', 'page'])(
  'a tag that is gone is not told of where the registry refuses to list the tags (%s)',
  async (question) => {
    remove();
    registry.onAnswer = (asked) => {
      if (asked.startsWith(question)) throw new GatewayError('UPSTREAM_UNAUTHORIZED', 'no', {});
    };
    if (question === 'page') webhook();
    await clock.advance(10 * interval);
    expect(await deletions()).toEqual([]);
  },
);

it('a tag that is gone is not told of where the registry knows no such repository any more', async () => {
  registry.setRepository(app, false);
  webhook();
  await clock.advance(10 * interval);
  expect(await deletions()).toEqual([]);
});

it('a tag that is gone is not told of where a list, cut short or changing while it was read, does not show it', async () => {
  registry.set(app, two, digest('b'));
  await poll();
  registry.mostNames = 1;
  await clock.advance(10 * interval);
  expect(await told(store)).toEqual(['CREATED team/app:2 b POLL']);
});

it('a tag that is gone is told of where the second question failed at first', async () => {
  remove();
  webhook();
  await clock.advance(500);
  registry.onAnswer = () => {
    throw new GatewayError('UPSTREAM_TIMEOUT', 'slow', {});
  };
  await clock.advance(1000);
  expect(await deletions()).toEqual([]);
  registry.onAnswer = () => undefined;
  await clock.advance(interval);
  expect(await deletions()).toEqual(['DELETED team/app:1 - POLL']);
});

it('a mark of another gateway is no first sighting of ours', async () => {
  const other = startWatching({ registries: [registry], patterns: [], interval, store, clock });
  registry.set(app, two, digest('b'));
  registry.set(app, one, undefined);
  await watching.observe(registry, app, [one], { cause: 'WEBHOOK' });
  await watching.stop();
  await clock.advance(20_000);
  await other.observe(registry, app, [one], { cause: 'WEBHOOK' });
  expect(await told(store)).toEqual([]);
  await clock.advance(1100);
  expect(await told(store)).toEqual(['DELETED team/app:1 - WEBHOOK']);
  await other.stop();
});
