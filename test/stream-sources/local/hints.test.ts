import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { GatewayError } from '../../../src/domain/errors.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../../../src/domain/reference.ts';
import { digest } from '../../support/fake-registry.ts';
import { app, at, createStand, how, other, until, wanted, type Stand } from './stand.ts';

const upstream = {
  registry: parseRegistryName('registry.example'),
  repository: parseRepositoryName('team/app'),
  tag: parseTagName('1'),
};
const scheduled = wanted(undefined, { scheduled: true });

let stand: Stand;

beforeEach(async () => {
  stand = await createStand();
  stand.upstream.move('1', digest('a'));
});

afterEach(() => stand.stop());

it('imports every scheduled tag that comes from the tag that moved, and asks for it once', async () => {
  await stand.source.writes.tag([at('1'), at('2'), at('1', other)], scheduled, how());
  await stand.source.writes.tag([at('not')], wanted(), how());
  const asked = stand.upstream.asked();
  stand.upstream.move('1', digest('b'));
  await stand.source.hinted(upstream, 'WEBHOOK');
  expect(stand.upstream.asked()).toBe(asked + 1);
  expect((await stand.events()).slice(4).sort()).toEqual([
    'MOVED shop/app:1 aaa>bbb',
    'MOVED shop/app:2 aaa>bbb',
    'MOVED shop/other:1 aaa>bbb',
  ]);
  expect((await stand.log()).at(-1)).toMatchObject({ cause: 'WEBHOOK' });
  expect((await stand.tag('not'))?.history[0]?.digest).toBe(digest('a'));
});

it('lets hints that come while one is under way share one more run', async () => {
  await stand.source.writes.tag([at('1')], scheduled, how());
  const asked = stand.upstream.asked();
  const release = stand.upstream.hold();
  const first = stand.source.hinted(upstream, 'WEBHOOK');
  await until(() => stand.upstream.asked() === asked + 1);
  stand.upstream.move('1', digest('b'));
  const rest = Array.from({ length: 20 }, () => stand.source.hinted(upstream, 'POLL'));
  release();
  await Promise.all([first, ...rest]);
  expect(stand.upstream.asked()).toBe(asked + 2);
  expect((await stand.tag('1'))?.history[0]?.digest).toBe(digest('b'));
  await stand.source.hinted(upstream, 'POLL');
  expect(stand.upstream.asked()).toBe(asked + 3);
});

it('asks nobody where nothing is imported from it', async () => {
  await stand.source.hinted({ ...upstream, tag: parseTagName('2') }, 'POLL');
  expect(stand.upstream.asked()).toBe(0);
  expect(await stand.stream(app)).toBeUndefined();
});

it('leaves a tag alone that was rolled back while its registry was asked', async () => {
  for (const image of ['a', 'b']) {
    stand.upstream.move('1', digest(image));
    await stand.source.writes.tag([at('1')], scheduled, how());
  }
  stand.upstream.move('1', digest('c'));
  const asked = stand.upstream.asked();
  const release = stand.upstream.hold();
  const hinted = stand.source.hinted(upstream, 'WEBHOOK');
  await until(() => stand.upstream.asked() === asked + 1);
  await stand.source.writes.rollBack(at('1'), undefined, how({ expectedDigest: digest('b') }));
  release();
  await hinted;
  expect((await stand.tag('1'))?.history[0]?.digest).toBe(digest('a'));
  expect((await stand.events()).at(-1)).toBe('ROLLED_BACK shop/app:1 bbb>aaa');
});

it('comes back to it when the registry is asked too much just now', async () => {
  await stand.source.writes.tag([at('1')], scheduled, how());
  stand.upstream.move('1', digest('b'));
  const limited = new GatewayError('UPSTREAM_RATE_LIMITED', 'enough', { retryAfterSeconds: 20 });
  stand.upstream.fake.failure = limited;
  await stand.source.hinted(upstream, 'WEBHOOK');
  expect(await stand.tag('1')).toMatchObject({ history: [{ digest: digest('a') }], conditions: [] });
  stand.upstream.fake.failure = undefined;
  stand.source.start();
  await stand.clock.advance(21_000);
  expect((await stand.tag('1'))?.history[0]?.digest).toBe(digest('b'));
});
