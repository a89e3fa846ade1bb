import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/domain/errors.ts';
import { parseTagName } from '../../src/domain/reference.ts';
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

const tags = Array.from({ length: 1000 }, (_, index) => parseTagName(`v${String(1000 + index)}`));

beforeEach(async () => {
  clock = createManualClock();
  store = await openStore({ url: ':memory:', clock });
  registry = createChangingRegistry({ now: () => clock.now(), hasDetails: true });
  for (const tag of tags) registry.set(app, tag, digest('a'));
  watching = startWatching({ registries: [registry], patterns: ['team/app'], interval, store, clock });
  while (watching.checkedAt(registry.name, app) === undefined) await clock.advance(1);
});

afterEach(async () => {
  await watching.stop();
  await store.close();
});

it('a listing with digests is taken in from its pages, without a question for each tag', async () => {
  expect(registry.asked).toEqual(Array.from({ length: 10 }, () => 'page team/app'));
  expect(await told(store)).toEqual([]);
});

it('a listing with digests is asked for one page where nothing has changed, and for each tag that has', async () => {
  registry.asked.length = 0;
  await clock.advance(interval * 1.05);
  expect(registry.asked).toEqual(['newest team/app']);
  registry.set(app, tags[500] ?? one, digest('b'));
  registry.set(app, two, digest('c'));
  registry.asked.length = 0;
  await clock.advance(interval * 1.05);
  expect(registry.count('newest')).toBe(2);
  expect(registry.count('HEAD')).toBe(2);
  expect([...(await told(store))].sort()).toEqual(['CREATED team/app:2 c POLL', 'MOVED team/app:v1500 b POLL']);
});

it('a listing with digests is read whole now and then, which finds what is gone', async () => {
  registry.set(app, tags[500] ?? one, undefined);
  await clock.advance(13 * interval);
  expect(await told(store)).toEqual(['DELETED team/app:v1500 - POLL']);
});

it('a listing with digests is not believed where it is behind: what the tag itself says counts', async () => {
  registry.set(app, one, digest('b'));
  await clock.advance(interval * 1.05);
  registry.set(app, one, digest('c'));
  registry.listedDigests.set('team/app:1', digest('b'));
  watching.hint(registry, app, one, 'WEBHOOK');
  await clock.advance(3 * interval);
  expect(await told(store)).toEqual(['CREATED team/app:1 b POLL', 'MOVED team/app:1 c WEBHOOK']);
});

it('a listing with digests does not lose tags that move between its pages while they are read', async () => {
  let pages = 0;
  registry.onAnswer = (question) => {
    if (!question.startsWith('page')) return;
    pages += 1;
    // A push brings a tag to the front, and every other one a place back or forward.
    registry.set(app, tags[(pages * 37) % 1000] ?? one, digest('a'));
  };
  await clock.advance(26 * interval);
  expect(pages).toBeGreaterThanOrEqual(20);
  expect(await told(store)).toEqual([]);
});

it('a listing with digests is read whole each time where it cannot be had by date', async () => {
  registry.onAnswer = (question) => {
    if (question.startsWith('newest')) throw new GatewayError('UNSUPPORTED', 'no dates', {});
  };
  registry.set(app, tags[500] ?? one, digest('b'));
  await clock.advance(interval * 1.05);
  expect(await told(store)).toEqual(['MOVED team/app:v1500 b POLL']);
});

it('a listing with digests is no reason to forget a tag that was missing when it was last asked for', async () => {
  registry.set(app, tags[500] ?? one, undefined);
  watching.hint(registry, app, tags[500] ?? one, 'WEBHOOK');
  await clock.advance(500);
  registry.onAnswer = () => {
    throw new GatewayError('UPSTREAM_TIMEOUT', 'slow', {});
  };
  await clock.advance(1000);
  registry.onAnswer = () => undefined;
  expect(await told(store)).toEqual([]);
  await clock.advance(interval * 1.05);
  expect(await told(store)).toEqual(['DELETED team/app:v1500 - POLL']);
});
