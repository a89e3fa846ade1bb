import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '../../src/domain/errors.ts';
import type { ListedTag } from '../../src/domain/registry.ts';
import { readRepository, readTagPage, repositoryShape, tagPageShape } from '../../src/registries/docker-hub/wire.ts';
import { readCorpus } from '../transport/support/corpus.ts';
import { registryName } from './open-registry.ts';

const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';
const a = `sha256:${'a'.repeat(64)}`;
const b = `sha256:${'b'.repeat(64)}`;
const c = `sha256:${'c'.repeat(64)}`;

function bytesOf(document: unknown): Uint8Array {
  return Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
}

function pageOf(...results: readonly unknown[]): Uint8Array {
  return bytesOf({ count: results.length, next: null, previous: null, results });
}

function readRow(row: unknown): ListedTag | undefined {
  return readTagPage(pageOf(row), registryName, 'tags').rows[0];
}

function image(architecture: unknown, digest: unknown, more: object = {}): object {
  return { architecture, variant: null, os: 'linux', os_version: null, digest, size: 5, status: 'active', ...more };
}

describe('A row of the Hub’s tags', () => {
  it('tells digest, date and platforms of an index, those included that nobody has pulled for long', () => {
    const images = [
      image('amd64', b),
      image('arm', c, { variant: 'v7', status: 'inactive', size: 4_294_967_296 * 1024 }),
      image('unknown', a, { os: 'unknown' }),
      image('amd64', a, { os: 'windows', os_version: '10.0.20348.1' }),
    ];
    const row = { name: 'v1', digest: a, media_type: dockerList, content_type: 'image', images };
    expect(readRow({ ...row, tag_last_pushed: '2024-09-30T12:03:00.807746Z' })).toEqual({
      name: 'v1',
      details: {
        digest: a,
        mediaType: dockerList,
        kind: 'INDEX',
        updatedAt: Date.UTC(2024, 8, 30, 12, 3, 0, 807),
        platforms: [
          { platform: { os: 'linux', architecture: 'amd64' }, digest: b, size: 5 },
          { platform: { os: 'linux', architecture: 'arm', variant: 'v7' }, digest: c, size: 4_398_046_511_104 },
          { platform: { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.1' }, digest: a, size: 5 },
        ],
      },
    });
  });

  it.each([
    [
      'tag_last_pushed before last_updated',
      { tag_last_pushed: '2026-01-02T00:00:00Z', last_updated: '2026-01-01T00:00:00Z' },
      1767312000000,
    ],
    [
      'last_updated where there is no other',
      { tag_last_pushed: null, last_updated: '2026-01-01T00:00:00Z' },
      1767225600000,
    ],
    ['nothing for the year 1', { tag_last_pushed: '0001-01-01T00:00:00Z' }, undefined],
    ['nothing for what is no time', { last_updated: 'yesterday' }, undefined],
  ])('takes for its date %s', (_, times, updatedAt) => {
    expect(readRow({ name: 'v1', digest: a, ...times })?.details?.updatedAt).toBe(updatedAt);
  });

  it('without a digest has its name alone, since its only image may stand in an index', () => {
    expect(readRow({ name: 'v1', images: [image('amd64', b)] })).toEqual({ name: 'v1' });
    expect(readRow({ name: 'v1', digest: 'sha256:short', images: [image('amd64', b)] })).toEqual({ name: 'v1' });
    expect(readRow({ name: 'v1', digest: null })).toEqual({ name: 'v1' });
  });

  it.each([
    ['an image that has no digest', dockerList, [image('amd64', b), image('arm64', undefined)]],
    ['an image for which it says no platform', dockerList, [image('amd64', b), image('', c)]],
    ['no images', dockerList, []],
    ['null for its images', dockerList, null],
    ['an image that is none', dockerList, [image('amd64', b), 'arm64']],
    ['nothing but an attestation', dockerList, [image('unknown', b, { os: 'unknown' })]],
    ['a manifest with an image of another digest', ociManifest, [image('amd64', b)]],
    ['a manifest with two images', ociManifest, [image('amd64', a), image('arm64', b)]],
    ['no media type', null, [image('amd64', a)]],
    ['a media type that is none', 'image', [image('amd64', a)]],
  ])('tells no platforms with %s', (_, media_type, images) => {
    const details = readRow({ name: 'v1', digest: a, media_type, content_type: 'image', images })?.details;
    expect(details?.digest).toBe(a);
    expect(details?.platforms).toBeUndefined();
    expect(details?.kind).toBe(media_type === dockerList ? 'INDEX' : undefined);
  });

  it('is of an image where the Hub calls it one and found its platform, else of it does not say what', () => {
    const row = { name: 'v1', digest: a, media_type: ociManifest, images: [image('amd64', a)] };
    expect(readRow({ ...row, content_type: 'image' })?.details?.kind).toBe('IMAGE');
    expect(readRow({ ...row, content_type: 'helm' })?.details?.kind).toBeUndefined();
    expect(
      readRow({ ...row, content_type: 'image', media_type: 'application/vnd.example' })?.details?.kind,
    ).toBeUndefined();
  });

  it('takes no size that a double does not hold exactly, none below zero, none that is text', () => {
    const images = [
      image('amd64', a, { size: 9007199254740991 }),
      image('arm64', b, { size: -1 }),
      image('arm', c, { size: '5' }),
    ];
    const details = readRow({ name: 'v1', digest: a, media_type: dockerList, images })?.details;
    expect(details?.platforms?.map(({ size }) => size)).toEqual([9007199254740991, undefined, undefined]);
    const body = Buffer.from(
      Buffer.from(pageOf({ name: 'v', digest: a, media_type: dockerList, images: [image('amd64', a)] }))
        .toString()
        .replace('"size":5', '"size":9007199254740993'),
    );
    expect(readTagPage(body, registryName, 'tags').rows[0]?.details?.platforms?.[0]?.size).toBeUndefined();
  });

  it('whose name no tag can have is left out, but keeps its place', () => {
    const { rows } = readTagPage(pageOf({ name: '../../etc' }, { name: 5 }, {}, { name: 'v1' }), registryName, 'tags');
    expect(rows).toEqual([undefined, undefined, undefined, { name: 'v1' }]);
  });
});

describe('An answer of the Hub', () => {
  it.each([
    '{}',
    '[]',
    'null',
    '{"results":{}}',
    '{"results":[null]}',
    '{"results":["v1"]}',
    '<html>',
    '',
    '{"results":[],"next":5}',
  ])('is refused where it is %s', (body) => {
    expect(() => readTagPage(bytesOf(body), registryName, 'tags')).toThrow(GatewayError);
  });

  it('may leave out what it says of a repository', () => {
    const nothing = { description: undefined, pulls: undefined, stars: undefined };
    expect(readRepository(bytesOf('{"description":null,"pull_count":-4,"star_count":1.5}'), registryName, 'x')).toEqual(
      nothing,
    );
    expect(readRepository(bytesOf('{}'), registryName, 'x')).toEqual(nothing);
  });
});

/** What was read of a document, as `results[].images[].os`. */
function recordReads(document: unknown, seen: Set<string>, at = ''): unknown {
  if (typeof document !== 'object' || document === null) return document;
  return new Proxy(document, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver);
      if (typeof key === 'symbol' || key in Object.prototype || (Array.isArray(target) && key in Array.prototype))
        return value;
      const path = Array.isArray(target) ? `${at}[]` : `${at}${at === '' ? '' : '.'}${key}`;
      if (!Array.isArray(target)) seen.add(path);
      return recordReads(value, seen, path);
    },
  });
}

function keysOf(document: unknown, at = ''): readonly string[] {
  if (Array.isArray(document)) return document.flatMap((item) => keysOf(item, `${at}[]`));
  if (typeof document !== 'object' || document === null) return [];
  return Object.entries(document).flatMap(([key, value]) => {
    const path = `${at}${at === '' ? '' : '.'}${key}`;
    return [path, ...keysOf(value, path)];
  });
}

describe('What the Hub really answered', () => {
  const page = readCorpus('hub-api/tags-page-two-tags.json');
  const oldRow = readCorpus('hub-api/tag-inactive-2020.json');
  const nginx = readCorpus('hub-api/repository-library-nginx.json');
  if (page === undefined || oldRow === undefined || nginx === undefined) {
    it('is not at hand: corpus absent', () => undefined);
    return;
  }

  it('holds every field that is read', () => {
    const read = new Set<string>();
    tagPageShape.parse(recordReads(page, read));
    repositoryShape.parse(recordReads(nginx, read));
    const recorded = new Set([...keysOf(page), ...keysOf([oldRow], 'results'), ...keysOf(nginx)]);
    expect(read.size).toBeGreaterThan(15);
    expect([...read].filter((path) => !recorded.has(path))).toEqual([]);
  });

  it('is read as tags with the digest of their index and its platforms', () => {
    const { rows, hasNext, total } = readTagPage(bytesOf(page), registryName, 'tags');
    expect({ hasNext, total }).toEqual({ hasNext: false, total: 2 });
    expect(rows.map((row) => row?.name)).toEqual(['latest', '2.1.1']);
    expect(rows[0]?.details).toEqual({
      digest: 'sha256:091eb826823b707f924bbe4a453127967db71640690715401efaa18b86cdc6a4',
      mediaType: dockerList,
      kind: 'INDEX',
      updatedAt: Date.parse('2024-09-30T12:03:00.807Z'),
      platforms: [
        {
          platform: { os: 'linux', architecture: 'amd64' },
          digest: 'sha256:755dd8586893c6ee7ebb649b1506653f036f7fe3c09e9a7f9725b21c939e4b07',
          size: 17_464_159,
        },
      ],
    });
  });

  it('is read as a name alone where an old record has no digest', () => {
    expect(readRow(oldRow)).toEqual({ name: 'v1.18.7-rc.0' });
  });

  it('is read as the description of a repository with more pulls than fit in 31 bits', () => {
    expect(readRepository(bytesOf(nginx), registryName, 'library/nginx')).toEqual({
      description: 'Official build of Nginx.',
      pulls: 12_916_987_208,
      stars: 21_244,
    });
  });
});
