import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { parseDigest, type Digest } from '../../src/domain/digest.ts';
import { mediaTypes } from '../../src/domain/media-type.ts';
import { parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import type { Registry } from '../../src/domain/registry.ts';
import { vendors } from '../../src/registries/index.ts';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import type { Fault } from '../support/registry-faults.ts';
import { linuxAmd64, linuxArm64, seed } from '../support/registry-seed.ts';
import { readCorpus } from '../transport/support/corpus.ts';
import { codeOf, newAsk, only, openRegistry } from './open-registry.ts';

const repository = parseRepositoryName('team/app');
const latest = parseTagName('latest');
const nowhere = parseDigest(`sha256:${'0'.repeat(64)}`);

let server: FaultyRegistry;
let registry: Registry;
let close: () => Promise<void>;

beforeEach(async () => {
  server = await createFaultyRegistry();
  ({ registry, close } = openRegistry(vendors.oci, { url: server.url }));
});

afterEach(async () => {
  await close();
  await server.close();
});

function resolve(): ReturnType<Registry['resolveTags']>[number] {
  return only(registry.resolveTags(repository, [latest], newAsk()));
}

function fetch(digest: Digest): ReturnType<Registry['manifests']>[number] {
  return only(registry.manifests(repository, [digest], newAsk()));
}

function onHead(...faults: readonly Fault[]): void {
  server.fail(({ method }) => (method === 'HEAD' ? faults : undefined));
}

function always(...faults: readonly Fault[]): void {
  server.fail(() => faults);
}

function digestOf(bytes: Uint8Array | string, algorithm = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

const noDigest: Fault = { kind: 'headers', remove: ['docker-content-digest'] };

describe('A tag', () => {
  it('is resolved by one HEAD that accepts every form of manifest', async () => {
    const { digest, mediaType } = seed(server.store).image('team/app', 'latest');
    expect(await resolve()).toMatchObject({ digest, mediaType, freshness: { state: 'FRESH' } });
    expect(server.lines()).toEqual(['HEAD /v2/team/app/manifests/latest']);
    const accepted = (server.requests[0]?.headers.accept ?? '').split(', ').map((type) => type.split(';')[0]);
    const isOfManifest = (type: string): boolean => !/config|container|attestation/.test(type);
    expect(accepted.toSorted()).toEqual(Object.values(mediaTypes).filter(isOfManifest).toSorted());
  });

  it.each<readonly [string, Fault]>([
    ['without a digest', noDigest],
    ['with a digest that is none', { kind: 'headers', set: { 'docker-content-digest': 'sha256:short' } }],
    [
      'with a digest by an unknown algorithm',
      { kind: 'headers', set: { 'docker-content-digest': `md5:${'0'.repeat(32)}` } },
    ],
    ['by saying that it knows no HEAD', { kind: 'status', status: 405 }],
  ])('is resolved by the manifest’s bytes where HEAD is answered %s', async (_, fault) => {
    const { digest, mediaType, bytes } = seed(server.store).image('team/app', 'latest');
    onHead(fault);
    const target = await resolve();
    expect(target).toMatchObject({ digest, mediaType, manifest: { digest, content: { kind: 'IMAGE' } } });
    expect(Buffer.compare(target?.manifest?.bytes ?? Buffer.of(), bytes)).toBe(0);
    expect(server.lines().map((line) => line.split(' ')[0])).toEqual(['HEAD', 'GET']);
  });

  it('is of the media type that HEAD names, but only where that is one of manifests', async () => {
    const { mediaType } = seed(server.store).image('team/app', 'latest');
    onHead({ kind: 'headers', set: { 'content-type': `${mediaType.toUpperCase()}; charset=utf-8` } });
    expect((await resolve())?.mediaType).toBe(mediaType);
    for (const type of ['application/json', 'text/html', 'nonsense']) {
      onHead({ kind: 'headers', set: { 'content-type': type } });
      expect((await resolve())?.mediaType).toBeUndefined();
    }
  });

  it('that does not exist, in a repository that does or does not, is undefined', async () => {
    seed(server.store).image('team/app', 'other');
    expect(await resolve()).toBeUndefined();
    const absent = registry.resolveTags(parseRepositoryName('team/absent'), [latest], newAsk());
    expect(await only(absent)).toBeUndefined();
    onHead({ kind: 'status', status: 405 });
    expect(await resolve()).toBeUndefined();
  });

  it('fails alone where others are found, and in the order asked', async () => {
    seed(server.store).image('team/app', 'a');
    seed(server.store).image('team/app', 'c');
    server.fail(({ path }) => (path.endsWith('/c') ? { kind: 'status', status: 403 } : undefined));
    const each = registry.resolveTags(repository, ['a', 'b', 'c'].map(parseTagName), newAsk());
    const [a, b, c] = await Promise.allSettled(each);
    expect(a).toMatchObject({ status: 'fulfilled', value: { digest: server.store.manifest('team/app', 'a')?.digest } });
    expect(b).toEqual({ status: 'fulfilled', value: undefined });
    expect(c).toMatchObject({ status: 'rejected', reason: { code: 'UPSTREAM_UNAUTHORIZED' } });
  });

  it('is not believed where the header and the bytes of its manifest have different digests', async () => {
    seed(server.store).image('team/app', 'latest');
    server.fail(({ method }) =>
      method === 'HEAD' ? noDigest : { kind: 'headers', set: { 'docker-content-digest': nowhere } },
    );
    expect(await codeOf(resolve())).toBe('UPSTREAM_DIGEST_MISMATCH');
  });
});

describe('A manifest by digest', () => {
  it('is what its bytes are, of an image and of an index', async () => {
    const image = seed(server.store).image('team/app', undefined);
    const index = seed(server.store).multi('team/app', 'latest', [linuxAmd64, linuxArm64]);
    expect(await fetch(image.digest)).toMatchObject({ digest: image.digest, content: { kind: 'IMAGE' } });
    expect(await fetch(index.digest)).toMatchObject({
      digest: index.digest,
      mediaType: mediaTypes.ociIndex,
      content: { kind: 'INDEX', manifests: [{ platform: linuxAmd64 }, { platform: linuxArm64 }] },
    });
  });

  it('is undefined where the repository does not hold it', async () => {
    seed(server.store).image('team/app', 'latest');
    expect(await fetch(nowhere)).toBeUndefined();
  });

  it('is read where the answer names no digest, one of another algorithm or one that is none', async () => {
    const { digest, bytes } = seed(server.store).image('team/app', 'latest');
    always(noDigest);
    expect(await fetch(digest)).toMatchObject({ digest });
    for (const said of [digestOf(bytes, 'sha512'), 'md5:0', '']) {
      always({ kind: 'headers', set: { 'docker-content-digest': said } });
      expect(await fetch(digest)).toMatchObject({ digest });
    }
  });

  it('is verified by SHA-512 where its digest is one', async () => {
    const { bytes, mediaType } = seed(server.store).image('team/app', undefined);
    const { digest } = server.store.putManifest('team/app', mediaType, bytes, 'sha512');
    expect(digest).toHaveLength('sha512:'.length + 128);
    expect(await fetch(digest)).toMatchObject({ digest });
    always({ kind: 'wrong-bytes' });
    expect(await codeOf(fetch(digest))).toBe('UPSTREAM_DIGEST_MISMATCH');
  });

  it.each<readonly [string, Fault]>([
    ['other bytes', { kind: 'wrong-bytes' }],
    ['another digest in its header', { kind: 'headers', set: { 'docker-content-digest': nowhere } }],
  ])('is refused where the registry serves %s for it', async (_, fault) => {
    const { digest } = seed(server.store).image('team/app', 'latest');
    always(fault);
    expect(await codeOf(fetch(digest))).toBe('UPSTREAM_DIGEST_MISMATCH');
  });

  it.each<Fault>([
    { kind: 'garbage' },
    { kind: 'html' },
    { kind: 'status', status: 200 },
    { kind: 'status', status: 204 },
  ])('is refused, and who sent it named, where it is no JSON: $kind $status', async (fault) => {
    const { digest } = seed(server.store).image('team/app', 'latest');
    server.fail(({ method }) => (method === 'HEAD' ? noDigest : fault));
    await expect(fetch(digest)).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID',
      details: { registry: 'registry.example' },
    });
    await expect(resolve()).rejects.toMatchObject({
      code: 'UPSTREAM_INVALID',
      details: { registry: 'registry.example' },
    });
  });

  it.each<readonly [string, object | string, string]>([
    ['is no manifest', { hello: 'world' }, mediaTypes.ociManifest],
    [
      'is manifest and index at once',
      { schemaVersion: 2, config: {}, layers: [], manifests: [] },
      mediaTypes.ociManifest,
    ],
    [
      'is an index, but sent as a manifest',
      { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [] },
      mediaTypes.ociManifest,
    ],
    ['is not even JSON', 'hello', mediaTypes.ociManifest],
  ])('is refused where what has the digest %s', async (_, content, mediaType) => {
    const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    const { digest } = server.store.putManifest('team/app', mediaType, bytes);
    expect(await codeOf(fetch(digest))).toBe('UPSTREAM_INVALID');
  });

  it('is refused where it is larger than manifests may be', async () => {
    always({ kind: 'huge', mebibytes: 5 });
    expect(await codeOf(fetch(nowhere))).toBe('UPSTREAM_TOO_LARGE');
  });

  it('of Docker’s first schema has the digest of what was signed', async () => {
    const plain = {
      schemaVersion: 1,
      name: 'team/app',
      tag: 'latest',
      architecture: 'amd64',
      fsLayers: [{ blobSum: nowhere }],
      history: [{ v1Compatibility: '{}' }],
    };
    const payload = JSON.stringify(plain, undefined, 3);
    const head = payload.slice(0, -2);
    const toBase64 = (text: string): string => Buffer.from(text).toString('base64url');
    const note = toBase64(JSON.stringify({ formatLength: head.length, formatTail: toBase64('\n}') }));
    const signed = `${head},\n   "signatures": [{"signature":"x","protected":"${note}"}]\n}`;
    const digest = digestOf(payload);
    const headers = { 'content-type': mediaTypes.dockerSchemaOneSigned, 'docker-content-digest': digest };
    server.fail(({ method }) =>
      method === 'HEAD' ? { kind: 'status', status: 405 } : { kind: 'status', status: 200, headers, body: signed },
    );
    const manifest = { digest, mediaType: mediaTypes.dockerSchemaOneSigned, content: { kind: 'SCHEMA_1' } };
    expect(await fetch(digest)).toMatchObject(manifest);
    expect(await resolve()).toMatchObject({ digest, manifest });
    expect(await codeOf(fetch(nowhere))).toBe('UPSTREAM_DIGEST_MISMATCH');
  });
});

describe('An error of a registry', () => {
  interface Recorded {
    readonly name: string;
    readonly status: number;
    readonly body: unknown;
  }
  const recorded = (readCorpus('registry-errors/bodies.json') ?? []) as readonly Recorded[];
  const ours: readonly Recorded[] = [
    { name: 'no body', status: 400, body: undefined },
    { name: 'a body of another form', status: 400, body: { details: 'incorrect username or password' } },
    { name: 'errors that are none', status: 403, body: { errors: [] } },
    { name: 'an error without a message', status: 401, body: { errors: [{ code: 'DENIED' }] } },
    { name: 'an error without a code', status: 500, body: { errors: [{ message: 'oops', detail: null }] } },
    { name: 'too many requests by its code alone', status: 400, body: { errors: [{ code: 'TOOMANYREQUESTS' }] } },
  ];

  function expected({ name, status }: Recorded): string {
    if (status === 401 || status === 403) return 'UPSTREAM_UNAUTHORIZED';
    if (status === 429 || name.startsWith('too many')) return 'UPSTREAM_RATE_LIMITED';
    return status >= 500 ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_INVALID';
  }

  const failures = [...ours, ...recorded].filter(({ status }) => status !== 200 && status !== 404);
  it.each(failures)('has a code by its status and by its own word: $name', async (answer) => {
    const { digest } = seed(server.store).image('team/app', 'latest');
    always({
      kind: 'status',
      status: answer.status,
      ...(answer.body === undefined ? {} : { body: JSON.stringify(answer.body) }),
    });
    expect(await codeOf(fetch(digest))).toBe(expected(answer));
  });

  it.each(['{"errors":[{"code":"UNKNOWN","message":"Not Found"}]}', '404 page not found\n', ''])(
    'is none where it is a 404 with the body %j',
    async (body) => {
      always({ kind: 'status', status: 404, body });
      expect(await fetch(nowhere)).toBeUndefined();
      expect(await resolve()).toBeUndefined();
      expect(await only(registry.holds(repository, 'manifests', [nowhere], newAsk()))).toBe(false);
    },
  );

  it('tells what the registry said, in few words', async () => {
    const message = `no${' really'.repeat(1000)}`;
    always({ kind: 'status', status: 400, body: JSON.stringify({ errors: [{ code: 'NAME_INVALID', message }] }) });
    await expect(fetch(nowhere)).rejects.toThrow(
      /^registry\.example answered 400 for team\/app@sha256:0+ \(it says: NAME_INVALID: no really/,
    );
    await expect(fetch(nowhere)).rejects.toThrow(/^.{1,500}$/);
  });
});
