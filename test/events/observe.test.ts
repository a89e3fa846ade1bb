import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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

it('takes the first look at a repository as how things are, and tells of what comes after it', async () => {
  expect(await told(store)).toEqual([]);
  registry.set(app, two, digest('b'));
  await poll();
  registry.set(app, one, digest('b'));
  await poll();
  registry.set(app, one, digest('a'));
  await poll();
  expect(await told(store)).toEqual([
    'CREATED team/app:2 b POLL',
    'MOVED team/app:1 b POLL',
    'ROLLED_BACK team/app:1 a POLL',
  ]);
});

describe('a change that several tell of', () => {
  const ways = {
    watch: () => {
      watching.hint(registry, app, one, 'WATCH');
      return clock.advance(1);
    },
    webhook: () => {
      webhook();
      return clock.advance(1);
    },
    poll,
  };
  const orders = [
    ['watch', 'webhook', 'poll'],
    ['watch', 'poll', 'webhook'],
    ['webhook', 'watch', 'poll'],
    ['webhook', 'poll', 'watch'],
    ['poll', 'watch', 'webhook'],
    ['poll', 'webhook', 'watch'],
    ['webhook', 'webhook', 'poll', 'poll', 'watch', 'watch'],
  ] as const;

  it.each(orders)('F12: is one event, told by %s first, then by %s and %s', async (...order) => {
    registry.set(app, one, digest('b'));
    for (const way of order) await ways[way]();
    await clock.advance(5000);
    const events = await told(store);
    expect(events).toEqual([`MOVED team/app:1 b ${order[0].toUpperCase()}`]);
    expect(watching.moved).toHaveLength(1);
  });

  it('F12: is one event where all tell of it at once', async () => {
    registry.set(app, one, digest('b'));
    await clock.advance(interval / 2 - 1);
    webhook();
    watching.hint(registry, app, one, 'WATCH');
    await clock.advance(1);
    webhook();
    await clock.advance(5000);
    expect(await told(store)).toHaveLength(1);
  });

  it('F12: is none where the tag was back before anybody looked', async () => {
    registry.set(app, one, digest('b'));
    registry.set(app, one, digest('a'));
    await poll();
    expect(await told(store)).toEqual([]);
  });
});

describe('a hint about a tag', () => {
  it('that comes a thousand times is followed by two questions at most', async () => {
    registry.set(app, one, digest('b'));
    for (let times = 0; times < 1000; times += 1) {
      webhook();
      if (times % 100 === 0) await clock.advance(1);
    }
    await clock.advance(5000);
    expect(registry.count('HEAD')).toBeLessThanOrEqual(2);
    expect(registry.count('GET')).toBe(1);
    expect(await told(store)).toEqual(['MOVED team/app:1 b WEBHOOK']);
  });

  it('that nothing changed at costs one question', async () => {
    webhook();
    await clock.advance(5000);
    expect(registry.asked).toEqual(['HEAD team/app:1']);
  });

  it('that is not there tells of nothing', async () => {
    webhook(two);
    await clock.advance(5000);
    expect(registry.asked).toEqual(['HEAD team/app:2']);
    expect(await told(store)).toEqual([]);
  });

  it('that came while the tag was read is followed by another look', async () => {
    let release: () => void = () => undefined;
    registry.onAnswer = () => new Promise((resolve) => (release = resolve));
    registry.set(app, one, digest('b'));
    webhook();
    await clock.advance(1);
    // What is being answered was true when it was asked.
    registry.onAnswer = () => undefined;
    release();
    registry.set(app, one, digest('c'));
    webhook();
    await clock.advance(5000);
    expect((await told(store)).at(-1)).toBe('MOVED team/app:1 c WEBHOOK');
  });

  it('of a repository that is not watched goes to the image streams, and is not looked at', async () => {
    const other = 'team/other' as typeof app;
    watching.hint(registry, other, one, 'WEBHOOK');
    await clock.advance(5000);
    expect(registry.asked).toEqual([]);
    expect(watching.moved).toEqual([[{ registry: registry.name, repository: other, tag: one }, 'WEBHOOK']]);
  });

  it('tells of nothing where the registry fails, and of the change when it answers again', async () => {
    registry.set(app, one, digest('b'));
    registry.onAnswer = () => {
      throw new GatewayError('UPSTREAM_UNAVAILABLE', 'down', {});
    };
    webhook();
    await clock.advance(5000);
    expect(await told(store)).toEqual([]);
    registry.onAnswer = () => undefined;
    await clock.advance(4 * interval);
    expect(await told(store)).toEqual(['MOVED team/app:1 b POLL']);
  });

  it('is told of though its manifest cannot be read', async () => {
    registry.set(app, one, digest('b'));
    registry.onAnswer = (question) => {
      if (question.startsWith('GET')) throw new GatewayError('UPSTREAM_UNAVAILABLE', 'down', {});
    };
    webhook();
    await clock.advance(5000);
    expect(await told(store)).toEqual(['MOVED team/app:1 b WEBHOOK']);
  });
});

describe('a hint about a whole repository', () => {
  it('has it polled, however often it comes', async () => {
    registry.set(app, one, digest('b'));
    for (let times = 0; times < 1000; times += 1) watching.hint(registry, app, undefined, 'WEBHOOK');
    await clock.advance(500);
    expect(registry.count('list')).toBe(1);
    expect(await told(store)).toEqual(['MOVED team/app:1 b POLL']);
    await clock.advance(5000);
    expect(registry.count('list')).toBeLessThanOrEqual(2);
  });
});

it('reads of one tag are written in the order in which they were asked', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const late = { ...registry, resolveTags: slowly(registry, held) };
  registry.set(app, one, digest('b'));
  const slow = watching.observe(late, app, [one], { cause: 'WEBHOOK' });
  await clock.advance(1);
  registry.set(app, one, digest('a'));
  const next = watching.observe(late, app, [one], { cause: 'WEBHOOK' });
  await clock.advance(1);
  release();
  await Promise.all([slow, next]);
  expect(await told(store)).toEqual(['MOVED team/app:1 b WEBHOOK', 'ROLLED_BACK team/app:1 a WEBHOOK']);
});

it('an older reading does not overwrite a newer one of another gateway', async () => {
  const other = startWatching({ registries: [registry], patterns: ['team/app'], interval, store, clock });
  await clock.advance(1);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const heads = registry.count('HEAD');
  const late = { ...registry, resolveTags: slowly(registry, held) };
  registry.set(app, one, digest('b'));
  const slow = watching.observe(late, app, [one], { cause: 'WEBHOOK' });
  await clock.advance(1);
  registry.set(app, one, digest('c'));
  await other.observe(registry, app, [one], { cause: 'WEBHOOK' });
  release();
  await slow;
  expect(await told(store)).toEqual(['MOVED team/app:1 c WEBHOOK']);
  expect(registry.count('HEAD')).toBe(heads + 3);
  await other.stop();
});

/** Asks at once, and answers the first time only when released. */
function slowly(registry: ChangingRegistry, held: Promise<void>): ChangingRegistry['resolveTags'] {
  let isFirst = true;
  return (repository, tags, ask) => {
    const waits = isFirst;
    isFirst = false;
    return registry.resolveTags(repository, tags, ask).map(async (answer) => {
      const found = await answer;
      if (waits) await held;
      return found;
    });
  };
}
