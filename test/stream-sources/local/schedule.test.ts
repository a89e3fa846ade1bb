import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../../src/domain/errors.ts';
import { digest } from '../../support/fake-registry.ts';
import { anImport, app, at, createStand, how, other, until, wanted, type Stand } from './stand.ts';

const minute = 60_000;
const scheduled = wanted(undefined, { scheduled: true });

let stand: Stand;

async function stands(options: Parameters<typeof createStand>[0] = {}): Promise<void> {
  stand = await createStand({ interval: 15 * minute, ...options });
  stand.upstream.move('1', digest('a'));
  stand.source.start();
  await stand.clock.advance(0);
}

/** Lets time pass in small steps, as it does: what is put back a little is looked at in between. */
async function pass(ms: number): Promise<void> {
  const end = stand.clock.now() + ms;
  while (stand.clock.now() < end) await stand.clock.advance(Math.min(minute, end - stand.clock.now()));
}

const works = () => stand.store.leases.list('import local');

afterEach(() => stand.stop());

describe('a scheduled tag', () => {
  beforeEach(() => stands());

  it('is imported again and again, and what moved is told', async () => {
    await stand.source.writes.tag([at('prod')], scheduled, how());
    await pass(14 * minute);
    expect(stand.upstream.asked()).toBe(1);
    stand.upstream.move('1', digest('b'));
    await pass(3 * minute);
    expect(stand.upstream.asked()).toBe(2);
    await pass(17 * minute);
    expect(stand.upstream.asked()).toBe(3);
    expect((await stand.log()).at(-1)).toMatchObject({ kind: 'MOVED', cause: 'IMPORT', digest: digest('b') });
    expect(await stand.events()).toHaveLength(2);
  });

  it('costs one question and writes nothing while nothing moves', async () => {
    await stand.source.writes.tag([at('prod')], scheduled, how());
    const before = await stand.stream();
    const asked = stand.upstream.fake.asked.length;
    await pass(60 * minute);
    expect(stand.upstream.fake.asked.slice(asked)).toEqual(Array.from({ length: 4 }, () => 'resolveTags team/app 1'));
    expect(await stand.stream()).toEqual(before);
  });

  it('is left alone for longer while it fails, up to four intervals, and recovers', async () => {
    await stand.source.writes.tag([at('prod')], scheduled, how());
    stand.upstream.fake.failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'no connection', {});
    const asked = async (minutes: number): Promise<number> => {
      const before = stand.upstream.asked();
      await pass(minutes * minute);
      return stand.upstream.asked() - before;
    };
    expect(await asked(16)).toBe(1);
    expect(await asked(28)).toBe(0);
    expect(await asked(3)).toBe(1);
    expect(await asked(57)).toBe(0);
    expect(await asked(4)).toBe(1);
    expect(await asked(55)).toBe(0);
    stand.upstream.fake.failure = undefined;
    expect(await asked(4)).toBe(1);
    expect(await asked(16)).toBe(1);
    expect(await stand.events()).toEqual([
      'CREATED shop/app:prod aaa',
      'IMPORT_FAILED shop/app:prod aaa',
      'IMPORT_RECOVERED shop/app:prod aaa',
    ]);
  });

  it('is put off, and has not failed, while its registry is asked too much', async () => {
    await stand.source.writes.tag([at('prod')], scheduled, how());
    const message = 'asking again makes sense in 120 s';
    stand.upstream.fake.failure = new GatewayError('UPSTREAM_RATE_LIMITED', message, { retryAfterSeconds: 120 });
    await pass(16 * minute);
    expect((await stand.tag('prod'))?.conditions).toEqual([]);
    const asked = stand.upstream.asked();
    await pass(2 * minute);
    expect(stand.upstream.asked()).toBe(asked + 1);
  });

  it('leaves the schedule when it is rolled back or no tag is scheduled any more', async () => {
    await stand.source.writes.tag([at('prod')], scheduled, how());
    expect(await works()).toHaveLength(1);
    await stand.source.writes.import(app, anImport({ tag: 'prod', scheduled: false }), how());
    await pass(16 * minute);
    expect(await works()).toEqual([]);
    expect(stand.upstream.asked()).toBe(2);
    await stand.source.writes.import(app, anImport({ tag: 'prod', scheduled: true }), how());
    expect(await works()).toHaveLength(1);
  });
});

describe('the schedule', () => {
  it('takes no more from a registry than it may each minute, and drops nothing', async () => {
    await stands({ importsPerMinute: 6 });
    const keys = Array.from({ length: 12 }, (_, index) => ({ ...app, name: `app${index}` }));
    for (const key of keys) await stand.source.writes.tag([at('prod', key)], scheduled, how());
    await pass(14 * minute);
    const before = stand.upstream.asked();
    const counts: number[] = [];
    for (let minutes = 0; minutes < 4; minutes++) {
      await pass(minute);
      counts.push(stand.upstream.asked() - before);
    }
    expect(counts.at(-1)).toBe(12);
    const steps = counts.map((count, index) => count - (counts[index - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(7);
  });

  it('finds at its start what is scheduled or pending, however many streams there are', async () => {
    stand = await createStand();
    stand.upstream.move('1', digest('a'));
    const keys = Array.from({ length: 230 }, (_, index) => ({ ...app, name: `app${index}` }));
    await Promise.all(keys.map((key) => stand.source.writes.tag([at('prod', key)], scheduled, how())));
    await stand.source.writes.create(other, { labels: {}, lookupLocal: false }, how());
    await stand.store.leases.drop(
      'import local',
      (await works()).map(({ name }) => name),
    );
    stand.source.start();
    await until(async () => (await works()).length === 230);
  });

  it('lets one of two gateways do each piece of work', async () => {
    await stands();
    const second = stand.another();
    second.start();
    for (const key of [app, other]) await stand.source.writes.tag([at('prod', key)], scheduled, how());
    await pass(16 * minute);
    expect(stand.upstream.asked()).toBe(4);
  });

  it('writes nothing when its lease has gone to another meanwhile', async () => {
    await stands();
    await stand.source.writes.tag([at('prod')], scheduled, how());
    const asked = stand.upstream.asked();
    stand.upstream.move('1', digest('b'));
    await pass(14 * minute);
    const release = stand.upstream.hold();
    await pass(minute);
    await until(() => stand.upstream.asked() === asked + 1);
    const [work] = await works();
    await stand.store.leases.drop('import local', [work?.name ?? '']);
    release();
    await stand.clock.advance(0);
    expect((await stand.tag('prod'))?.history).toMatchObject([{ digest: digest('a') }]);
  });
});
