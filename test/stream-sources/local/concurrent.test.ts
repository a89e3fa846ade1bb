import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { digest } from '../../support/fake-registry.ts';
import { anImport, app, at, createStand, how, until, wanted, type Stand } from './stand.ts';

let stand: Stand;

beforeEach(async () => {
  stand = await createStand();
  stand.upstream.move('1', digest('a'));
  await stand.source.writes.tag([at('prod')], wanted(), how());
});

afterEach(() => stand.stop());

const prod = anImport({ tag: 'prod' });

it('imports a tag through one gateway one after another, so that what was read later is written later', async () => {
  const asked = stand.upstream.asked();
  stand.upstream.move('1', digest('b'));
  const release = stand.upstream.hold();
  const first = stand.source.writes.import(app, prod, how());
  await until(() => stand.upstream.asked() === asked + 1);
  stand.upstream.move('1', digest('c'));
  const second = stand.source.writes.import(app, prod, how());
  release();
  await Promise.all([first, second]);
  expect((await stand.tag('prod'))?.history.map((item) => item.digest)).toEqual(['c', 'b', 'a'].map(digest));
});

it('lets no slow import overwrite what a later one has found unchanged', async () => {
  const asked = stand.upstream.asked();
  stand.upstream.move('1', digest('b'));
  const release = stand.upstream.hold();
  const slow = stand.source.writes.import(app, prod, how());
  await until(() => stand.upstream.asked() === asked + 1);
  // The slow one has read b. Whoever asks from now on reads a, at once, and would have nothing to write.
  stand.upstream.move('1', digest('a'));
  stand.upstream.hold()();
  const later = stand.source.writes.import(app, prod, how());
  await stand.clock.advance(0);
  release();
  await Promise.all([slow, later]);
  expect((await stand.tag('prod'))?.history[0]?.digest).toBe(digest('a'));
});

it('reads again what a faster import of another gateway has overtaken', async () => {
  const faster = stand.another();
  const asked = stand.upstream.asked();
  stand.upstream.move('1', digest('b'));
  const release = stand.upstream.hold();
  const slow = stand.source.writes.import(app, prod, how());
  await until(() => stand.upstream.asked() === asked + 1);
  // The slow one has read b. The faster one reads c and writes it, while the answer to the slow one is still on its way.
  stand.upstream.move('1', digest('c'));
  const releaseAll = stand.upstream.hold();
  const fast = faster.writes.import(app, prod, how());
  await until(() => stand.upstream.asked() === asked + 2);
  releaseAll();
  await fast;
  release();
  const { imports } = await slow;
  expect(imports).toEqual([{ tag: 'prod', state: 'UNCHANGED', digest: digest('c') }]);
  expect((await stand.tag('prod'))?.history.map((item) => item.digest)).toEqual(['c', 'a'].map(digest));
  expect(await stand.events()).toEqual(['CREATED shop/app:prod aaa', 'MOVED shop/app:prod aaa>ccc']);
});

it('answers under a key what came of reading again, and not that it had to', async () => {
  const once = { key: 'k', fingerprint: 'import' };
  const asked = stand.upstream.asked();
  stand.upstream.move('1', digest('b'));
  const release = stand.upstream.hold();
  const from = wanted('registry.example/team/app:1');
  const tagging = stand.source.writes.tag([at('prod')], from, how({ once }));
  await until(() => stand.upstream.asked() === asked + 1);
  await stand.source.writes.rollBack(at('prod'), digest('a'), how());
  release();
  expect((await tagging).imports).toEqual([{ tag: 'prod', state: 'IMPORTED', digest: digest('b') }]);
  expect(stand.upstream.asked()).toBe(asked + 2);
  expect(await stand.source.writes.tag([at('prod')], from, how({ once }))).toEqual(await tagging);
});

it('does not touch a tag that was taken away while its registry was asked', async () => {
  const asked = stand.upstream.asked();
  stand.upstream.move('1', digest('b'));
  const release = stand.upstream.hold();
  const importing = stand.source.writes.import(app, prod, how());
  await until(() => stand.upstream.asked() === asked + 1);
  await stand.source.writes.untag(at('prod'), how());
  release();
  await expect(importing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await stand.tag('prod')).toBeUndefined();
});

it('does not take a stream for the one that was deleted and made again under its name', async () => {
  const asked = stand.upstream.asked();
  const release = stand.upstream.hold();
  const importing = stand.source.writes.import(app, prod, how());
  await until(() => stand.upstream.asked() === asked + 1);
  await stand.source.writes.delete(app, how());
  await stand.clock.advance(1);
  await stand.source.writes.create(app, { labels: {}, lookupLocal: false }, how());
  release();
  await expect(importing).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await stand.stream())?.tags.size).toBe(0);
});

it('gives up with CONFLICT where the tag changes each time that it is read', async () => {
  let release = stand.upstream.hold();
  const from = 'registry.example/team/app:1';
  const importing = stand.source.writes.import(app, anImport({ tag: 'prod', from }), how());
  importing.catch(() => undefined);
  for (let time = 2; time <= 4; time++) {
    await until(() => stand.upstream.asked() === time);
    await stand.source.writes.tag([at('prod')], wanted(`${from}${String(time)}`, { reference: true }), how());
    const releaseThis = release;
    release = stand.upstream.hold();
    releaseThis();
  }
  await expect(importing).rejects.toMatchObject({ code: 'CONFLICT' });
});
