import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { image, startImageStreamStand, type ImageStreamStand, type Mutation } from './image-stream-stand.ts';
import { at, names, post } from './stand.ts';

const other = `sha256:${'0'.repeat(64)}`;

let stand: ImageStreamStand;
beforeEach(async () => {
  stand = await startImageStreamStand();
});
afterEach(() => stand.end());

const digestOf = async (tag: string): Promise<unknown> =>
  at((await stand.ask(`{ tag(reference: "${names.a}/team/app:${tag}") { digest } }`)).data, 'tag.digest');

async function expectUserError(
  mutation: Mutation,
  input: Readonly<Record<string, unknown>>,
  code: string,
  field: readonly string[] | null,
): Promise<void> {
  const { userErrors } = await stand.mutate(mutation, input);
  expect({ mutation, input, userErrors }).toMatchObject({ userErrors: [{ code, field }] });
  expect(userErrors[0]?.message).toMatch(/^[^\n]{5,512}$/);
}

describe('mutations of image streams', () => {
  it('make a stream, with labels, and refuse to make it twice', async () => {
    const input = { name: 'api', labels: [{ key: 'team', value: 'shop' }], lookupLocal: true };
    const { imageStream } = await stand.mutate('createImageStream', input);
    expect(imageStream).toMatchObject({ name: 'api', lookupLocal: true, labels: [{ key: 'team', value: 'shop' }] });
    await expectUserError('createImageStream', input, 'CONFLICT', ['name']);
  });

  it('take a stream away and say which it was', async () => {
    const { imageStream } = await stand.mutate('createImageStream', { name: 'api' });
    const { deletedId } = await stand.mutate('deleteImageStream', { name: 'api' });
    expect(deletedId).toBe(at(imageStream, 'id'));
    expect((await stand.ask(`{ node(id: "${String(deletedId)}") { id } }`)).data).toEqual({ node: null });
    await expectUserError('deleteImageStream', { name: 'api' }, 'NOT_FOUND', ['name']);
  });

  it('point tags at an image, and make their streams where they are missing', async () => {
    const { imageStreamTags, imports } = await stand.mutate('tagImageStream', {
      from: image('1'),
      to: ['web:prod', 'api:test', 'web:live'],
    });
    const digest = await digestOf('1');
    expect(imageStreamTags).toMatchObject([
      { name: 'web:prod', digest, revision: 1, from: { kind: 'DOCKER_IMAGE', name: `${names.a}/team/app:1` } },
      { name: 'api:test', digest },
      { name: 'web:live', digest },
    ]);
    expect(imports).toMatchObject([
      { tag: 'prod', state: 'IMPORTED', digest },
      { tag: 'test', state: 'IMPORTED', digest },
      { tag: 'live', state: 'IMPORTED', digest },
    ]);
  });

  it('tell what an import came to, which is no error of the mutation', async () => {
    expect((await stand.point('1'))['imports']).toMatchObject([{ state: 'IMPORTED' }]);
    expect((await stand.point('1'))['imports']).toMatchObject([{ state: 'UNCHANGED', digest: await digestOf('1') }]);
    const { imports, imageStreamTags, userErrors } = await stand.point('none');
    expect(imports).toEqual([{ tag: 'prod', state: 'FAILED', digest: null, error: expect.anything() }]);
    expect(userErrors).toEqual([]);
    expect(imageStreamTags).toMatchObject([{ name: 'web:prod', digest: await digestOf('1') }]);
    expect(await stand.prod('conditions { tag type status reason }')).toEqual({
      conditions: [{ tag: 'prod', type: 'ImportSuccess', status: 'False', reason: at(imports, '0.error.code') }],
    });
  });

  it('pin a tag to what another points at, or let it follow', async () => {
    await stand.point('1');
    const from = { kind: 'IMAGE_STREAM_TAG', name: 'web:prod' };
    await stand.mutate('tagImageStream', { from, to: ['web:pinned'] });
    await stand.mutate('tagImageStream', { from, to: ['web:follows'], alias: true });
    await stand.point('2');
    const { data } = await stand.ask(
      '{ imageStream(namespace: "shop", name: "web") { tags { nodes { tag digest from { kind } } } } }',
    );
    expect(at(data, 'imageStream.tags.nodes')).toEqual([
      { tag: 'follows', digest: await digestOf('2'), from: { kind: 'IMAGE_STREAM_TAG' } },
      { tag: 'pinned', digest: await digestOf('1'), from: { kind: 'IMAGE_STREAM_IMAGE' } },
      { tag: 'prod', digest: await digestOf('2'), from: { kind: 'DOCKER_IMAGE' } },
    ]);
  });

  it('roll back to the image before, or to any of the history, and end the schedule', async () => {
    await stand.mutate('tagImageStream', { from: image('1'), to: ['web:prod'], scheduled: true });
    await stand.point('2');
    await stand.point('3');
    const [one, two, three] = await Promise.all(['1', '2', '3'].map(digestOf));
    const back = await stand.mutate('rollbackImageStreamTag', { name: 'web:prod', expectedDigest: three });
    expect(back['imageStreamTag']).toMatchObject({ digest: two, importPolicy: { scheduled: false }, revision: 4 });
    const further = await stand.mutate('rollbackImageStreamTag', { name: 'web:prod', to: one });
    expect(further['imageStreamTag']).toMatchObject({ digest: one, from: { kind: 'IMAGE_STREAM_IMAGE' } });
    expect(await stand.prod('historyCount history(first: 2) { digest }')).toMatchObject({
      historyCount: 5,
      history: [{ digest: one }, { digest: two }],
    });
    await expectUserError('rollbackImageStreamTag', { name: 'web:prod' }, 'ARGUMENT_INVALID', ['expectedDigest']);
    await expectUserError('rollbackImageStreamTag', { name: 'web:prod', to: other }, 'NOT_FOUND', ['to']);
    await expectUserError('rollbackImageStreamTag', { name: 'web:none', expectedDigest: one }, 'NOT_FOUND', ['name']);
  });

  it('take a tag away and say which it was', async () => {
    const id = at((await stand.point('1'))['imageStreamTags'], '0.id');
    expect(await stand.mutate('untagImageStream', { name: 'web:prod' })).toMatchObject({ deletedId: id });
    expect(await stand.prod('id')).toBeNull();
    await expectUserError('untagImageStream', { name: 'web:prod' }, 'NOT_FOUND', ['name']);
  });

  it('import again a tag, a stream, or all of a repository, past what is remembered', async () => {
    await stand.point('1');
    stand.a.store.tag('team/app', '1', String(await digestOf('2')) as never, 0);
    const tag = await stand.mutate('importImageStream', { name: 'web:prod' });
    expect(tag['imports']).toEqual([{ tag: 'prod', state: 'IMPORTED', digest: await digestOf('2'), error: null }]);
    const stream = await stand.mutate('importImageStream', { name: 'web' });
    expect(stream['imports']).toMatchObject([{ tag: 'prod', state: 'UNCHANGED' }]);
    const all = await stand.mutate('importImageStream', { name: 'all', from: `${names.a}/team/app`, all: true });
    expect(at(all, 'imageStream.tags.nodes')).toMatchObject([{ tag: '1' }, { tag: '2' }, { tag: '3' }]);
    await expectUserError('importImageStream', { name: 'none' }, 'NOT_FOUND', ['name']);
    await expectUserError('importImageStream', { name: 'web:prod', from: 'UPPER' }, 'REFERENCE_INVALID', ['from']);
    await expectUserError('importImageStream', { name: 'web:' }, 'REFERENCE_INVALID', ['name']);
  });

  it('say whether short names find a stream', async () => {
    await stand.mutate('createImageStream', { name: 'api' });
    const { imageStream } = await stand.mutate('setImageLookup', { name: 'api', local: true });
    expect(imageStream).toEqual({ lookupLocal: true, generation: 2 });
    await expectUserError('setImageLookup', { name: 'none', local: true }, 'NOT_FOUND', ['name']);
  });
});

describe('an input that another one would mend', () => {
  it.each<readonly [Mutation, Readonly<Record<string, unknown>>, string, readonly string[]]>([
    ['createImageStream', { name: 'UPPER' }, 'ARGUMENT_INVALID', ['name']],
    ['createImageStream', { name: 'n'.repeat(251) }, 'ARGUMENT_INVALID', ['name']],
    ['createImageStream', { name: 'api', namespace: 'no_namespace' }, 'ARGUMENT_INVALID', ['namespace']],
    ['createImageStream', { name: 'api', labels: [{ key: 'a b', value: '' }] }, 'ARGUMENT_INVALID', ['labels']],
    ['createImageStream', { name: 'api', source: 'other' }, 'NOT_FOUND', ['source']],
    ['createImageStream', { name: 'api', idempotencyKey: '' }, 'ARGUMENT_INVALID', ['idempotencyKey']],
    ['tagImageStream', { from: image('1'), to: [] }, 'ARGUMENT_INVALID', ['to']],
    ['tagImageStream', { from: image('1'), to: ['web:a', 'web'] }, 'REFERENCE_INVALID', ['to', '1']],
    ['tagImageStream', { from: image('1'), to: ['web:a', 'web:a'] }, 'ARGUMENT_INVALID', ['to']],
    [
      'tagImageStream',
      { from: { ...image('1'), name: 'UPPER' }, to: ['web:a'] },
      'REFERENCE_INVALID',
      ['from', 'name'],
    ],
    [
      'tagImageStream',
      { from: { ...image('1'), name: 'quay.io/a/b' }, to: ['web:a'] },
      'REGISTRY_UNKNOWN',
      ['from', 'name'],
    ],
    [
      'tagImageStream',
      { from: { kind: 'IMAGE_STREAM_TAG', name: 'none:1' }, to: ['web:a'] },
      'NOT_FOUND',
      ['from', 'name'],
    ],
    [
      'tagImageStream',
      { from: { kind: 'IMAGE_STREAM_IMAGE', name: `none@${other}` }, to: ['web:a'] },
      'NOT_FOUND',
      ['from', 'name'],
    ],
    ['untagImageStream', { name: 'web@prod' }, 'REFERENCE_INVALID', ['name']],
  ])('%s %j', async (mutation, input, code, field) => {
    await expectUserError(mutation, input, code, field);
    expect(stand.upstream()).toBe(0);
    const { data } = await stand.ask('{ imageStreams { totalCount } }');
    expect(data).toEqual({ imageStreams: { totalCount: 0 } });
  });

  it('names up to 100 tags, and not one more', async () => {
    const to = Array.from({ length: 101 }, (_, index) => `web:t${index}`);
    await expectUserError('tagImageStream', { from: image('1'), to }, 'ARGUMENT_INVALID', ['to']);
    const { imageStreamTags } = await stand.mutate('tagImageStream', { from: image('1'), to: to.slice(1) });
    expect(imageStreamTags).toHaveLength(100);
    const longest = 'n'.repeat(255 - 'shop/'.length);
    expect((await stand.mutate('createImageStream', { name: longest })).userErrors).toEqual([]);
  });
});

describe('a guarded mutation', () => {
  it('is done where the tag points at what was expected: anything, nothing, or that digest', async () => {
    const tag = (more: object) => stand.mutate('tagImageStream', { from: image('1'), to: ['web:prod'], ...more });
    const expectConflict = async (expectedDigest: unknown) => {
      expect((await tag({ expectedDigest })).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    };
    await expectConflict(other);
    expect((await tag({ expectedDigest: null })).userErrors).toEqual([]);
    await expectConflict(null);
    await expectConflict(other);
    const expectedDigest = await digestOf('1');
    expect((await tag({ expectedDigest })).userErrors).toEqual([]);
    expect((await tag({})).userErrors).toEqual([]);
    expect(
      (await stand.mutate('untagImageStream', { name: 'web:prod', expectedDigest: other })).userErrors,
    ).toMatchObject([{ code: 'CONFLICT' }]);
    const two = await stand.mutate('tagImageStream', {
      from: image('1'),
      to: ['web:a', 'web:b'],
      expectedDigest: null,
    });
    expect(two.userErrors).toMatchObject([{ code: 'ARGUMENT_INVALID', field: ['expectedDigest'] }]);
  });

  it('tells a variable that is not given from one that is null', async () => {
    await stand.point('1');
    const query = `mutation ($expected: Digest) {
      untagImageStream(input: { namespace: "shop", name: "web:prod", dryRun: true, expectedDigest: $expected }) { userErrors { code } } }`;
    const codes = async (variables: Readonly<Record<string, unknown>>) =>
      at((await stand.ask(query, variables)).data, 'untagImageStream.userErrors');
    expect(await codes({})).toEqual([]);
    expect(await codes({ expected: null })).toEqual([{ code: 'CONFLICT' }]);
  });

  it('writes nothing as a dry run, and says what would come of it', async () => {
    await stand.point('1');
    const before = await stand.prod('digest revision generation historyCount');
    const dry = await stand.mutate('tagImageStream', { from: image('2'), to: ['web:prod', 'new:a'], dryRun: true });
    expect(dry['imageStreamTags']).toMatchObject([{ digest: await digestOf('2') }, { name: 'new:a' }]);
    const dryRun = true;
    await stand.mutate('createImageStream', { name: 'dry', dryRun });
    await stand.mutate('setImageLookup', { name: 'web', local: true, dryRun });
    await stand.mutate('importImageStream', { name: 'web:dry', from: image('2').name, dryRun });
    await stand.mutate('untagImageStream', { name: 'web:prod', dryRun });
    await stand.mutate('deleteImageStream', { name: 'web', dryRun });
    expect(await stand.prod('digest revision generation historyCount')).toEqual(before);
    const { data } = await stand.ask('{ imageStreams { nodes { name lookupLocal tags { totalCount } } } }');
    expect(data).toEqual({ imageStreams: { nodes: [{ name: 'web', lookupLocal: false, tags: { totalCount: 1 } }] } });
  });

  it('is done once under an idempotency key, and refuses another input with that key', async () => {
    const input = { from: image('1'), to: ['web:prod'], idempotencyKey: 'k1' };
    const first = await stand.mutate('tagImageStream', input);
    await stand.point('2');
    const upstream = stand.upstream();
    expect(at(await stand.mutate('tagImageStream', input), 'imports')).toEqual(first['imports']);
    expect(stand.upstream()).toBe(upstream);
    expect(await stand.prod('digest revision')).toEqual({ digest: await digestOf('2'), revision: 2 });
    for (const another of [
      { ...input, to: ['web:test'] },
      { ...input, expectedDigest: null },
    ])
      expect((await stand.mutate('tagImageStream', another)).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    const reused = await stand.mutate('deleteImageStream', { name: 'web', idempotencyKey: 'k1' });
    expect(reused.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(await stand.prod('revision')).toEqual({ revision: 2 });
  });
});

describe('where mutations cannot be', () => {
  it('they are not possible by GET, nor without the header that browsers must ask for', async () => {
    const query = 'mutation { createImageStream(input: { namespace: "shop", name: "x" }) { deletedId: __typename } }';
    const got = await fetch(`${stand.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'apollo-require-preflight': 'true' },
    });
    expect(got.status).toBe(405);
    expect(await got.json()).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }] });
    const plain = await fetch(`${stand.url}/graphql`, { method: 'POST', body: JSON.stringify({ query }) });
    expect(plain.ok).toBe(false);
    expect((await post(stand.url, { query: '{ imageStreams { totalCount } }' })).data).toEqual({
      imageStreams: { totalCount: 0 },
    });
  });

  it('all of them stay in the schema with writes: false, and are refused by name of the key', async () => {
    const closed = await startImageStreamStand({ config: { writes: false } });
    try {
      const inputs: Readonly<Record<Mutation, object>> = {
        createImageStream: { name: 'UPPER' },
        deleteImageStream: { name: 'web' },
        tagImageStream: { from: image('1'), to: [] },
        untagImageStream: { name: 'not a name' },
        rollbackImageStreamTag: { name: 'web:prod', to: other },
        importImageStream: { name: 'web', dryRun: true },
        setImageLookup: { name: 'web', local: true },
      };
      for (const [mutation, input] of Object.entries(inputs)) {
        const { data, errors } = await closed.refuse(mutation as Mutation, input as Record<string, unknown>);
        expect(errors).toMatchObject([{ path: [mutation], extensions: { code: 'OPERATION_NOT_ALLOWED' } }]);
        expect(errors[0]?.message).toContain('`writes: true`');
        expect(data).toEqual({ [mutation]: null });
      }
      expect(closed.upstream()).toBe(0);
    } finally {
      await closed.end();
    }
  });
});
