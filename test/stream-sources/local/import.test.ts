import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../../src/domain/errors.ts';
import { digest } from '../../support/fake-registry.ts';
import { anImport, app, at, createStand, how, other, until, wanted, type Stand } from './stand.ts';

let stand: Stand;

beforeEach(async () => {
  stand = await createStand({ bulk: 3 });
  stand.upstream.move('1', digest('a'));
  stand.upstream.move('2', digest('b'));
});

afterEach(() => stand.stop());

const repository = 'registry.example/team/app';

describe('importing one tag', () => {
  beforeEach(() => stand.source.writes.tag([at('prod')], wanted(), how()));

  it('writes nothing and tells nothing where nothing moved', async () => {
    const before = await stand.stream();
    const { stream, imports } = await stand.source.writes.import(app, anImport({ tag: 'prod' }), how());
    expect(imports).toEqual([{ tag: 'prod', state: 'UNCHANGED', digest: digest('a') }]);
    expect(stream).toEqual(before);
    expect(await stand.stream()).toEqual(before);
    expect(await stand.events()).toEqual(['CREATED shop/app:prod aaa']);
  });

  it('reads past what is remembered, and tells of what moved', async () => {
    stand.upstream.move('1', digest('b'));
    const { imports } = await stand.source.writes.import(app, anImport({ tag: 'prod' }), how());
    expect(imports).toEqual([{ tag: 'prod', state: 'IMPORTED', digest: digest('b') }]);
    expect((await stand.log()).at(-1)).toMatchObject({
      kind: 'MOVED',
      cause: 'IMPORT',
      digest: digest('b'),
      previousDigest: digest('a'),
      revision: 2,
    });
  });

  it('takes it from elsewhere where that is said, and makes tag and stream where they are missing', async () => {
    await stand.source.writes.import(app, anImport({ tag: 'prod', from: `${repository}:2` }), how());
    expect(await stand.tag('prod')).toMatchObject({
      spec: { from: { name: `${repository}:2` }, upstream: { tag: '2' } },
      history: [{ digest: digest('b') }, { digest: digest('a') }],
    });
    await stand.source.writes.import(other, anImport({ from: `${repository}:2`, scheduled: true }), how());
    expect(await stand.tag('2', other)).toMatchObject({ spec: { importPolicy: { scheduled: true } } });
  });

  it('changes how it is imported, without an event', async () => {
    const change = { scheduled: true, insecure: true };
    const { imports } = await stand.source.writes.import(app, anImport({ tag: 'prod', ...change }), how());
    expect(imports).toMatchObject([{ state: 'UNCHANGED' }]);
    expect((await stand.tag('prod'))?.spec?.importPolicy).toMatchObject(change);
    await stand.source.writes.import(app, anImport({ tag: 'prod' }), how());
    expect((await stand.tag('prod'))?.spec?.importPolicy).toMatchObject(change);
    expect(await stand.events()).toHaveLength(1);
  });

  it('keeps to what is expected of the tag', async () => {
    const guarded = stand.source.writes.import(app, anImport({ tag: 'prod' }), how({ expectedDigest: digest('b') }));
    await expect(guarded).rejects.toMatchObject({ code: 'CONFLICT' });
    const guardedAll = stand.source.writes.import(app, anImport(), how({ expectedDigest: digest('a') }));
    await expect(guardedAll).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const from = stand.source.writes.import(app, anImport({ from: `${repository}:2` }), how({ expectedDigest: null }));
    expect((await from).imports).toMatchObject([{ tag: '2', state: 'IMPORTED' }]);
  });

  it('tells of a failure with its code, the good image kept, and once only', async () => {
    stand.upstream.fake.failure = new GatewayError('UPSTREAM_TIMEOUT', 'no answer', {});
    for (let time = 0; time < 2; time++) {
      const { imports } = await stand.source.writes.import(app, anImport({ tag: 'prod' }), how());
      expect(imports).toMatchObject([{ state: 'FAILED', error: { code: 'UPSTREAM_TIMEOUT', message: 'no answer' } }]);
    }
    expect(await stand.tag('prod')).toMatchObject({ history: [{ digest: digest('a') }], conditions: [{}] });
    expect((await stand.log()).slice(1)).toMatchObject([
      { kind: 'IMPORT_FAILED', digest: digest('a'), reason: 'UPSTREAM_TIMEOUT: no answer' },
    ]);
  });

  it.each([
    ['a stream that is not there', 'NOT_FOUND', other, { tag: 'prod' }],
    ['a tag that is not there', 'NOT_FOUND', app, { tag: 'no' }],
    ['a tag that is pinned', 'ARGUMENT_INVALID', app, { tag: 'pinned' }],
    ['all tags and one', 'ARGUMENT_INVALID', app, { tag: 'prod', all: true, from: repository }],
    ['all tags of nothing', 'ARGUMENT_INVALID', app, { all: true }],
    ['all tags of one', 'ARGUMENT_INVALID', app, { all: true, from: `${repository}:1` }],
    ['all tags of a repository that is not there', 'NOT_FOUND', app, { all: true, from: `${repository}/no` }],
    ['a registry that is not configured', 'REGISTRY_UNKNOWN', app, { from: 'other.example/a' }],
    ['to schedule an image by digest', 'ARGUMENT_INVALID', app, byDigest()],
  ])('refuses %s with %s', async (_, code, key, what) => {
    const pin = wanted('prod', { kind: 'IMAGE_STREAM_TAG' });
    await stand.source.writes.tag([at('pinned')], pin, how());
    await expect(stand.source.writes.import(key, anImport(what), how())).rejects.toMatchObject({ code });
  });

  function byDigest() {
    return { tag: 'prod', from: `${repository}@${digest('a')}`, scheduled: true };
  }
});

describe('importing many tags', () => {
  it('imports all that come from a registry, each with its outcome', async () => {
    await stand.source.writes.tag([at('1')], wanted(), how());
    await stand.source.writes.tag([at('2')], wanted(`${repository}:2`), how());
    await stand.source.writes.tag([at('no')], wanted(`${repository}:no`), how());
    await stand.source.writes.tag([at('pinned')], wanted('1', { kind: 'IMAGE_STREAM_TAG' }), how());
    stand.upstream.move('2', digest('c'));
    const { imports } = await stand.source.writes.import(app, anImport(), how());
    expect(imports).toMatchObject([
      { tag: '1', state: 'UNCHANGED' },
      { tag: '2', state: 'IMPORTED', digest: digest('c') },
      { tag: 'no', state: 'FAILED' },
    ]);
  });

  it('imports all tags of a repository, latest first, then the newest, so many at most', async () => {
    for (const tag of ['1.10', 'latest', '1.9', `sha256-${'a'.repeat(64)}.sig`]) stand.upstream.move(tag, digest('a'));
    const { stream, imports } = await stand.source.writes.import(app, anImport({ from: repository, all: true }), how());
    expect(imports.map(({ tag }) => tag)).toEqual(['latest', '2', '1.10']);
    expect([...(stream?.tags.keys() ?? [])]).toEqual(['1.10', '2', 'latest']);
    expect(await stand.events()).toHaveLength(3);
  });

  it('says in a dry run what would be of a stream that is not there, and writes nothing', async () => {
    const all = anImport({ from: repository, all: true });
    const { stream, imports } = await stand.source.writes.import(app, all, how({ dryRun: true }));
    expect(imports).toHaveLength(2);
    expect(stream?.tags.size).toBe(2);
    expect(await stand.stream()).toBeUndefined();
  });
});

describe('an import that takes long', () => {
  it('is answered as pending after ten seconds, and goes on', async () => {
    stand.source.start();
    await stand.clock.advance(0);
    const release = stand.upstream.hold();
    const tagging = stand.source.writes.tag([at('prod')], wanted(), how({ once: { key: 'k', fingerprint: 'f' } }));
    await until(() => stand.upstream.asked() === 1);
    await stand.clock.advance(9_999);
    expect(await stand.stream()).toBeUndefined();
    await stand.clock.advance(1);
    expect((await tagging).imports).toEqual([{ tag: 'prod', state: 'PENDING' }]);
    expect(await stand.tag('prod')).toMatchObject({ spec: { upstream: { tag: '1' } }, history: [] });
    expect(await stand.events()).toEqual([]);

    await stand.clock.advance(0);
    await until(() => stand.upstream.asked() === 2);
    release();
    await until(async () => (await stand.tag('prod'))?.history.length === 1);
    expect(await stand.events()).toEqual(['CREATED shop/app:prod aaa']);
    const again = await stand.source.writes.tag([at('prod')], wanted(), how({ once: { key: 'k', fingerprint: 'f' } }));
    expect(again.imports).toEqual([{ tag: 'prod', state: 'PENDING' }]);
  });

  it('goes on in another gateway where this one has ended', async () => {
    stand.upstream.hold();
    const tagging = stand.source.writes.tag([at('prod')], wanted(), how());
    await until(() => stand.upstream.asked() === 1);
    await stand.clock.advance(10_000);
    await tagging;
    await stand.source.stop();
    stand.upstream.hold()();
    stand.another().start();
    await stand.clock.advance(0);
    await until(async () => (await stand.tag('prod'))?.history.length === 1);
  });

  it('ends when the source stops', async () => {
    stand.upstream.hold();
    const tagging = stand.source.writes.tag([at('prod')], wanted(), how());
    await until(() => stand.upstream.asked() === 1);
    await stand.source.stop();
    await expect(tagging).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await stand.stream()).toBeUndefined();
  });
});
