import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../../src/domain/errors.ts';
import { digest } from '../../support/fake-registry.ts';
import { anImport, app, at, createStand, how, other, wanted, type Stand } from './stand.ts';

let stand: Stand;

beforeEach(async () => {
  stand = await createStand({ history: 3 });
  stand.upstream.move('1', digest('a'));
});

afterEach(() => stand.stop());

describe('tagging an image of a registry', () => {
  it('makes the stream and the tag, imports it, and tells of it in the same change', async () => {
    const { streams, imports } = await stand.source.writes.tag([at('prod')], wanted(), how());
    expect(imports).toEqual([{ tag: 'prod', state: 'IMPORTED', digest: digest('a') }]);
    expect(streams).toEqual([await stand.stream()]);
    expect(await stand.tag('prod')).toMatchObject({
      spec: {
        from: { kind: 'DOCKER_IMAGE', name: 'registry.example/team/app:1' },
        importPolicy: { scheduled: false, insecure: false, importMode: 'PRESERVE_ORIGINAL' },
        upstream: { registry: 'registry.example', repository: 'team/app', tag: '1' },
      },
      history: [{ digest: digest('a'), dockerImageReference: `registry.example/team/app@${digest('a')}` }],
      conditions: [],
    });
    expect(await stand.events()).toEqual(['CREATED shop/app:prod aaa']);
    expect((await stand.log())[0]).toMatchObject({ cause: 'MUTATION', revision: 1 });
  });

  it('reads the manifest of what it did not know, and only then', async () => {
    await stand.source.writes.tag([at('prod')], wanted(), how());
    await stand.source.writes.tag([at('prod')], wanted(), how());
    expect(stand.upstream.fake.asked).toEqual([
      'resolveTags team/app 1',
      `manifests team/app ${digest('a')}`,
      'resolveTags team/app 1',
    ]);
  });

  it('writes nothing where all is as it was', async () => {
    await stand.source.writes.tag([at('prod')], wanted(), how());
    const before = await stand.stream();
    const { imports } = await stand.source.writes.tag([at('prod')], wanted(), how());
    expect(imports).toEqual([{ tag: 'prod', state: 'UNCHANGED', digest: digest('a') }]);
    expect(await stand.stream()).toEqual(before);
  });

  it('finds the registry by an alias, and names it as it is configured', async () => {
    await stand.source.writes.tag([at('prod')], wanted('alias.example/team/app:1'), how());
    expect(await stand.tag('prod')).toMatchObject({
      spec: { from: { name: 'alias.example/team/app:1' }, upstream: { registry: 'registry.example' } },
      history: [{ dockerImageReference: `registry.example/team/app@${digest('a')}` }],
    });
  });

  it('sets several tags of several streams, all or none', async () => {
    await stand.source.writes.tag([at('1'), at('2'), at('1', other)], wanted(), how());
    expect([...(await stand.events())].sort()).toEqual([
      'CREATED shop/app:1 aaa',
      'CREATED shop/app:2 aaa',
      'CREATED shop/other:1 aaa',
    ]);
    const guarded = how({ expectedDigest: null });
    const refused = stand.source.writes.tag([at('3'), at('1', other)], wanted(), guarded);
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await stand.tag('3')).toBeUndefined();
  });

  it('takes an image by digest, which it does not schedule', async () => {
    const name = `registry.example/team/app@${digest('a')}`;
    await stand.source.writes.tag([at('prod')], wanted(name), how());
    expect(await stand.tag('prod')).toMatchObject({
      spec: { upstream: undefined },
      history: [{ digest: digest('a') }],
    });
    const scheduled = stand.source.writes.tag([at('prod')], wanted(name, { scheduled: true }), how());
    await expect(scheduled).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  it('keeps a reference as a mere pointer, and asks nobody', async () => {
    const { imports } = await stand.source.writes.tag([at('prod')], wanted(undefined, { reference: true }), how());
    expect(imports).toEqual([]);
    expect(stand.upstream.fake.asked).toEqual([]);
    expect((await stand.tag('prod'))?.history).toMatchObject([
      { digest: undefined, dockerImageReference: 'registry.example/team/app:1' },
    ]);
    expect(await stand.events()).toEqual(['CREATED shop/app:prod']);
  });

  it('keeps no more history than it is to', async () => {
    for (const image of ['a', 'b', 'c', 'd', 'e']) {
      stand.upstream.move('1', digest(image));
      await stand.source.writes.tag([at('prod')], wanted(), how());
    }
    expect((await stand.tag('prod'))?.history.map((item) => item.digest)).toEqual(['e', 'd', 'c'].map(digest));
  });

  it.each([
    ['linux/amd64', ['arm64', 'amd64'], 'c'],
    ['the first platform otherwise', ['arm64', 's390x'], 'b'],
  ])('picks %s of an index in the LEGACY mode', async (_, architectures, picked) => {
    for (const image of ['b', 'c']) stand.upstream.move(image, digest(image));
    const manifests = architectures.map((architecture, index) => {
      const mediaType = 'application/vnd.oci.image.manifest.v1+json';
      return { mediaType, digest: digest('bc'.charAt(index)), size: 2, platform: { os: 'linux', architecture } };
    });
    stand.upstream.indexes.set(digest('a'), manifests);
    const legacy = wanted(undefined, { importMode: 'LEGACY' });
    await stand.source.writes.tag([at('prod')], legacy, how());
    expect((await stand.tag('prod'))?.history).toMatchObject([{ digest: digest(picked) }]);
  });
});

describe('an import that fails', () => {
  it('is part of the answer, keeps the good image and sets a condition, told once', async () => {
    await stand.source.writes.tag([at('prod')], wanted(), how());
    stand.upstream.fake.failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'no connection', {});
    const { imports } = await stand.source.writes.tag([at('prod')], wanted(), how());
    expect(imports).toMatchObject([{ tag: 'prod', state: 'FAILED', error: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    await stand.source.writes.tag([at('prod')], wanted(), how());
    expect(await stand.tag('prod')).toMatchObject({
      history: [{ digest: digest('a') }],
      conditions: [{ status: 'False', reason: 'UPSTREAM_UNAVAILABLE', message: 'no connection' }],
    });
    stand.upstream.fake.failure = undefined;
    await stand.source.writes.tag([at('prod')], wanted(), how());
    expect((await stand.tag('prod'))?.conditions).toEqual([]);
    expect(await stand.events()).toEqual([
      'CREATED shop/app:prod aaa',
      'IMPORT_FAILED shop/app:prod aaa',
      'IMPORT_RECOVERED shop/app:prod aaa',
    ]);
  });

  it('says NOT_FOUND of a tag that the registry does not have, and keeps what is wanted', async () => {
    const { imports } = await stand.source.writes.tag([at('prod')], wanted('registry.example/team/app:no'), how());
    expect(imports).toMatchObject([{ state: 'FAILED', error: { code: 'NOT_FOUND' } }]);
    expect(await stand.tag('prod')).toMatchObject({ history: [], conditions: [{ reason: 'NOT_FOUND' }] });
    expect(await stand.events()).toEqual(['IMPORT_FAILED shop/app:prod']);
  });
});

describe('tagging from image streams', () => {
  beforeEach(() => stand.source.writes.tag([at('1')], wanted(), how()));

  const fromTag = (name: string, more = {}) => wanted(name, { kind: 'IMAGE_STREAM_TAG', ...more });
  const fromImage = (name: string, more = {}) => wanted(name, { kind: 'IMAGE_STREAM_IMAGE', ...more });

  it('pins to the image that the tag points at now', async () => {
    await stand.source.writes.tag([at('prod'), at('copy', other)], fromTag('app:1'), how());
    stand.upstream.move('1', digest('b'));
    await stand.source.writes.import(app, anImport({ tag: '1' }), how());
    const pinned = {
      spec: { from: { kind: 'IMAGE_STREAM_IMAGE', name: `app@${digest('a')}` } },
      history: [{ digest: digest('a') }],
    };
    expect(await stand.tag('prod')).toMatchObject(pinned);
    expect(await stand.tag('copy', other)).toMatchObject(pinned);
  });

  it('follows within the stream where it is asked to', async () => {
    await stand.source.writes.tag([at('prod')], fromTag('1', { alias: true }), how());
    stand.upstream.move('1', digest('b'));
    await stand.source.writes.import(app, anImport({ tag: 'prod' }), how());
    expect((await stand.tag('prod'))?.history.map((item) => item.digest)).toEqual([digest('b'), digest('a')]);
    expect((await stand.events()).slice(-2)).toEqual(['MOVED shop/app:1 aaa>bbb', 'MOVED shop/app:prod aaa>bbb']);
  });

  it('takes an image by the beginning of its digest, from another namespace too', async () => {
    const elsewhere = { ...app, namespace: 'dev' };
    await stand.source.writes.tag([at('x', elsewhere)], fromImage('app@aaaaaaa', { namespace: 'shop' }), how());
    expect(await stand.tag('x', elsewhere)).toMatchObject({
      spec: { from: { name: `app@${digest('a')}`, namespace: 'shop' } },
      history: [{ digest: digest('a') }],
    });
  });

  it('copies a mere reference as one', async () => {
    await stand.source.writes.tag([at('pointer')], wanted(undefined, { reference: true }), how());
    await stand.source.writes.tag([at('copy')], fromTag('pointer'), how());
    expect(await stand.tag('copy')).toMatchObject({
      spec: { from: { kind: 'DOCKER_IMAGE', name: 'registry.example/team/app:1' }, reference: true },
      history: [{ digest: undefined }],
    });
  });

  it.each([
    ['a stream that is not there', 'NOT_FOUND', fromTag('no:1')],
    ['a tag that is not there', 'NOT_FOUND', fromTag('app:no')],
    ['an image of a stream that is not there', 'NOT_FOUND', fromImage(`no@${digest('a')}`)],
    ['an image that the stream never had', 'NOT_FOUND', fromImage(`app@${digest('f')}`)],
    ['too short a beginning of a digest', 'REFERENCE_INVALID', fromImage('app@aaaaaa')],
    ['following what is not a tag', 'ARGUMENT_INVALID', fromImage('app@aaaaaaa', { alias: true })],
    ['following across streams', 'ARGUMENT_INVALID', fromTag('other:1', { alias: true })],
    ['scheduling what is not imported', 'ARGUMENT_INVALID', fromTag('app:1', { scheduled: true })],
    ['insecure of what is not imported', 'ARGUMENT_INVALID', fromTag('app:1', { insecure: true })],
    ['scheduling a mere reference', 'ARGUMENT_INVALID', wanted(undefined, { scheduled: true, reference: true })],
    ['a registry that is not configured', 'REGISTRY_UNKNOWN', wanted('other.example/team/app:1')],
    ['a reference to one', 'REGISTRY_UNKNOWN', wanted('other.example/team/app:1', { reference: true })],
    ['what is no reference', 'REFERENCE_INVALID', wanted('https://registry.example/team/app')],
  ])('refuses %s with %s', async (_, code, what) => {
    const before = await stand.stream();
    await expect(stand.source.writes.tag([at('new')], what, how())).rejects.toMatchObject({ code });
    expect(await stand.stream()).toEqual(before);
  });

  it('refuses no tag at all, and names that cannot be', async () => {
    await expect(stand.source.writes.tag([], wanted(), how())).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const named = stand.source.writes.tag([at('a/b')], wanted(), how());
    await expect(named).rejects.toMatchObject({ code: 'REFERENCE_INVALID' });
  });
});

describe('how it is written', () => {
  it('says in a dry run what would be, from what the registry says now', async () => {
    const { streams, imports } = await stand.source.writes.tag([at('prod')], wanted(), how({ dryRun: true }));
    expect(imports).toEqual([{ tag: 'prod', state: 'IMPORTED', digest: digest('a') }]);
    expect(streams[0]?.tags.get('prod')?.history).toHaveLength(1);
    expect(await stand.stream()).toBeUndefined();
  });

  it('is done once under a key, and answers the same again whatever has happened since', async () => {
    const once = { key: 'k', fingerprint: 'tag' };
    const first = await stand.source.writes.tag([at('prod')], wanted(), how({ once }));
    stand.upstream.move('1', digest('b'));
    stand.upstream.fake.failure = new GatewayError('UPSTREAM_UNAVAILABLE', 'no connection', {});
    const second = await stand.source.writes.tag([at('prod')], wanted(), how({ once }));
    expect(second).toEqual(first);
    const misused = stand.source.writes.tag([at('prod')], wanted(), how({ once: { ...once, fingerprint: 'other' } }));
    await expect(misused).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('answers a failed import again as it was', async () => {
    const once = { key: 'k', fingerprint: 'tag' };
    const from = wanted('registry.example/team/app:no');
    const first = await stand.source.writes.tag([at('prod')], from, how({ once }));
    expect(await stand.source.writes.tag([at('prod')], from, how({ once }))).toEqual(first);
  });

  it('lets one of many who expect the same digest go first', async () => {
    await stand.source.writes.tag([at('prod')], wanted(), how());
    for (const tag of ['b', 'c', 'd']) stand.upstream.move(tag, digest(tag));
    const all = await Promise.allSettled(
      ['b', 'c', 'd'].map((tag) =>
        stand.source.writes.tag(
          [at('prod')],
          wanted(`registry.example/team/app:${tag}`),
          how({ expectedDigest: digest('a') }),
        ),
      ),
    );
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((await stand.tag('prod'))?.history[0]?.digest).toBe(digest('b'));
  });
});
