import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { coded, inputs, startFakeGateway, type FakeGateway } from '../../support/fake-gateway.ts';
import { digestOf, runTag } from './runs.ts';

let gateway: FakeGateway;

beforeEach(async () => {
  gateway = await startFakeGateway();
});

afterEach(async () => {
  await gateway.stop();
});

interface TagInput {
  readonly namespace: string;
  readonly to: readonly string[];
}

const none = { imports: [], userErrors: [] };

describe('tributary tag', () => {
  function tagged({ input: { namespace, to } }: { input: TagInput }) {
    const imageStream = { source: 'local', namespace, name: 'x' };
    return { ...none, imageStreamTags: to.map((name) => ({ name, digest: digestOf('a'), imageStream })) };
  }

  it('points tags at an image of a registry, those of one namespace at once', async () => {
    gateway.answer({ tagImageStream: tagged });
    const ended = await runTag(gateway.url, ['quay.io/org/api:1', 'shop/api:a', 'team/api:a', 'shop/web:b'], {
      scheduled: true,
    });
    expect(ended).toEqual({
      code: 0,
      stdout: [
        'shop/api:a set to quay.io/org/api:1 (aaaaaaaaaaaa)',
        'shop/web:b set to quay.io/org/api:1 (aaaaaaaaaaaa)',
        'team/api:a set to quay.io/org/api:1 (aaaaaaaaaaaa)',
        '',
      ].join('\n'),
      stderr: '',
    });
    const wanted = {
      from: { kind: 'DOCKER_IMAGE', name: 'quay.io/org/api:1' },
      ...{ alias: false, reference: false, scheduled: true, insecure: false, referencePolicy: 'SOURCE', dryRun: false },
    };
    expect(inputs(gateway)).toEqual([
      { ...wanted, namespace: 'shop', to: ['api:a', 'web:b'] },
      { ...wanted, namespace: 'team', to: ['api:a'] },
    ]);
  });

  it('passes on every option in the words of the schema', async () => {
    gateway.answer({ tagImageStream: tagged });
    const ended = await runTag(gateway.url, ['api:stage', 'api:prod'], {
      ...{ namespace: 'shop', source: 'east', alias: true, insecure: true, reference: true, dryRun: true },
      ...{ referencePolicy: 'local', importMode: 'Legacy', expectedDigest: 'none', output: 'json' },
    });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toMatchObject({ imageStreamTags: [{ name: 'api:prod' }], imports: [] });
    expect(inputs(gateway)).toEqual([
      {
        ...{ source: 'east', namespace: 'shop', to: ['api:prod'], alias: true, reference: true, scheduled: false },
        from: { kind: 'IMAGE_STREAM_TAG', name: 'api:stage', namespace: 'shop' },
        ...{ insecure: true, referencePolicy: 'LOCAL', importMode: 'LEGACY', expectedDigest: null, dryRun: true },
      },
    ]);
  });

  it('ends with 1 and says why an image could not be imported, and what goes on', async () => {
    const imports = [
      { tag: 'a', state: 'FAILED', digest: null, error: { code: 'UPSTREAM_TIMEOUT', message: 'took too long' } },
      { tag: 'b', state: 'PENDING', digest: null, error: null },
    ];
    gateway.answer({ tagImageStream: (args: { input: TagInput }) => ({ ...tagged(args), imports }) });
    const ended = await runTag(gateway.url, ['quay.io/org/api:1', 'shop/api:a', 'shop/api:b']);
    expect(ended).toMatchObject({
      code: 1,
      stderr:
        'tributary: a could not be imported: UPSTREAM_TIMEOUT: took too long\ntributary: the import of b goes on\n',
    });
  });

  it('ends with 1 where its input is refused, with a hint where a tag of Docker Hub was probably meant', async () => {
    const userErrors = [{ code: 'NOT_FOUND', message: 'there is no nginx:1.27 in shop', field: ['from', 'name'] }];
    gateway.answer({ tagImageStream: () => ({ ...none, imageStreamTags: [], userErrors }) });
    const ended = await runTag(gateway.url, ['nginx:1.27', 'shop/nginx:latest']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^tributary: NOT_FOUND: there is no nginx:1\.27 in shop; .*--source-kind docker\n$/);
  });

  it('--delete takes tags away', async () => {
    gateway.answer({ untagImageStream: () => ({ deletedId: 'gone', userErrors: [] }) });
    const ended = await runTag(gateway.url, ['shop/api:a', 'shop/web:b'], {
      delete: true,
      expectedDigest: digestOf('c'),
    });
    expect(ended).toEqual({ code: 0, stdout: 'shop/api:a deleted\nshop/web:b deleted\n', stderr: '' });
    expect(inputs(gateway)).toEqual([
      { namespace: 'shop', name: 'api:a', expectedDigest: digestOf('c'), dryRun: false },
      { namespace: 'shop', name: 'web:b', expectedDigest: digestOf('c'), dryRun: false },
    ]);
  });

  it('ends with 2 for wrong usage, without asking anybody', async () => {
    expect(await runTag(gateway.url, ['quay.io/org/api:1'])).toMatchObject({ code: 2 });
    expect(await runTag(gateway.url, ['quay.io/org/api:1', 'api:a'])).toMatchObject({ code: 2 });
    expect(await runTag(gateway.url, ['quay.io/org/api:1', 'shop/api'])).toMatchObject({ code: 2 });
    expect(await runTag(gateway.url, ['a', 'shop/api:1'], { sourceKind: 'tag' })).toMatchObject({ code: 2 });
    expect(gateway.asked).toEqual([]);
  });

  it.each([
    ['OPERATION_NOT_ALLOWED', 2],
    ['UPSTREAM_UNAVAILABLE', 3],
  ])('ends as %s says: with %i', async (code, exitCode) => {
    gateway.answer({
      tagImageStream: () => {
        throw coded(code, 'so it is');
      },
    });
    const ended = await runTag(gateway.url, ['quay.io/org/api:1', 'shop/api:a']);
    expect(ended).toEqual({ code: exitCode, stdout: '', stderr: `tributary: ${code}: so it is\n` });
  });

  it('ends with 3 where there is no gateway, or something else', async () => {
    expect(
      await runTag(gateway.url, ['quay.io/a/b', 'shop/api:a'], { server: `${gateway.url}/elsewhere` }),
    ).toMatchObject({
      code: 3,
      stderr: `tributary: ${gateway.url}/elsewhere/graphql answered 404 and no GraphQL: is that where the gateway is?\n`,
    });
    await gateway.goDown();
    expect(await runTag(gateway.url, ['quay.io/a/b', 'shop/api:a'])).toMatchObject({ code: 3 });
    await gateway.comeBack();
  });
});
