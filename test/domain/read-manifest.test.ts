import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ManifestContent } from '../../src/domain/manifest.ts';
import { mediaTypes } from '../../src/domain/media-type.ts';
import { readManifest } from '../../src/domain/read-manifest.ts';
import { bytesOf, digestOf, failureOf, outcomeOf } from './given.ts';

const config = { mediaType: mediaTypes.ociConfig, digest: digestOf('c'), size: 7 };
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf('1'), size: 11 };
const image = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers: [layer] };
const child = { mediaType: mediaTypes.ociManifest, digest: digestOf('a'), size: 3 };
const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [child] };

function contentOf(document: unknown, contentType?: string): ManifestContent {
  return readManifest(bytesOf(document), contentType).content;
}

function refusalOf(document: unknown, contentType?: string): string {
  const { code, message } = failureOf(() => readManifest(bytesOf(document), contentType));
  expect(code).toBe('UPSTREAM_INVALID');
  return message;
}

describe('an image manifest', () => {
  it('has a config, layers, a subject and annotations', () => {
    const annotations = { 'org.opencontainers.image.created': '2024', b: '' };
    expect(contentOf({ ...image, subject: child, annotations })).toEqual({
      kind: 'IMAGE',
      config,
      layers: [layer],
      subject: child,
      annotations: new Map(Object.entries(annotations)),
    });
  });

  it('may have null for what is empty, as Go writes it', () => {
    expect(contentOf({ ...image, layers: null, annotations: null, subject: null })).toMatchObject({
      layers: [],
      subject: undefined,
      annotations: new Map(),
    });
  });

  it.each([
    'application/vnd.oci.image.layer.v1.tar+zstd',
    'application/vnd.oci.image.layer.v1.tar+gzip+encrypted',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    'application/vnd.example.unknown.layer',
  ])('is an image with layers of %s', (mediaType) => {
    expect(contentOf({ ...image, layers: [{ ...layer, mediaType }] })).toMatchObject({ kind: 'IMAGE' });
  });

  it.each(['application/octet-stream', 'application/json'])(
    'of Docker is an image though its config says %s, and of OCI an artifact',
    (mediaType) => {
      const document = { ...image, config: { ...config, mediaType } };
      expect(contentOf({ ...document, mediaType: mediaTypes.dockerManifest }).kind).toBe('IMAGE');
      expect(contentOf(document).kind).toBe('ARTIFACT');
    },
  );

  it('keeps annotations named like parts of objects, and pollutes nothing', () => {
    const text = JSON.stringify(image).replace(
      '{',
      '{"annotations":{"__proto__":"x","constructor":"y","":"z"},"__proto__":{"polluted":true},',
    );
    const { annotations } = contentOf(text) as { annotations: ReadonlyMap<string, string> };
    expect([...annotations]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['', 'z'],
    ]);
    expect({}).not.toHaveProperty('polluted');
  });
});

describe('an artifact', () => {
  const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('4'), size: 2 };

  it('is of the type that it says, else that of its config', () => {
    const artifactType = 'application/vnd.example+type';
    expect(contentOf({ ...image, artifactType, config: empty })).toMatchObject({
      kind: 'ARTIFACT',
      artifactType,
      config: empty,
    });
    const helm = { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' };
    expect(contentOf({ ...image, config: helm })).toMatchObject({ kind: 'ARTIFACT', artifactType: helm.mediaType });
    expect(contentOf({ ...image, config: helm, artifactType: '' })).toMatchObject({ artifactType: helm.mediaType });
  });

  it.each([
    'application/vnd.dev.cosign.simplesigning.v1+json',
    'application/vnd.in-toto+json',
    'application/vnd.cncf.helm.chart.content.v1+tar',
    'text/spdx+json',
  ])('is what has the config of an image, but layers of %s alone', (mediaType) => {
    const mark = { ...layer, mediaType };
    expect(contentOf({ ...image, layers: [mark] }).kind).toBe('ARTIFACT');
    expect(contentOf({ ...image, layers: [layer, mark] }).kind).toBe('IMAGE');
  });

  it('of the drafts of OCI 1.1 has blobs, and neither config nor schema version', () => {
    const document = { mediaType: mediaTypes.ociArtifactManifest, artifactType: 'a/b', blobs: [layer], subject: child };
    expect(contentOf(document)).toMatchObject({
      kind: 'ARTIFACT',
      artifactType: 'a/b',
      config: undefined,
      layers: [layer],
      subject: child,
    });
    expect(contentOf({ ...document, blobs: null })).toMatchObject({ layers: [] });
    expect(refusalOf({ blobs: [] })).toBe('manifest tells no media type, which an artifact manifest must');
  });
});

describe('an index', () => {
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const unknown = { os: 'unknown', architecture: 'unknown' };
  const mark = { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': digestOf('a') };

  it("lists manifests and indexes in its order, and BuildKit's attestations apart", () => {
    const attestation = { ...child, platform: unknown, annotations: mark };
    const newer = { ...child, artifactType: mediaTypes.buildkitAttestation, platform };
    const nested = { ...child, mediaType: mediaTypes.ociIndex };
    const content = contentOf({
      ...index,
      artifactType: 'a/b',
      manifests: [attestation, { ...child, platform }, newer, nested],
    });
    expect(content).toMatchObject({ kind: 'INDEX', artifactType: 'a/b', manifests: [{ ...child, platform }, nested] });
    expect(content).toMatchObject({
      attestations: [{ platform: unknown, annotations: new Map(Object.entries(mark)) }, newer],
    });
  });

  it.each([
    ['a platform', { platform, annotations: mark }],
    ['no platform', { annotations: mark }],
    ['another mark', { platform: unknown, annotations: { 'vnd.docker.reference.type': 'other' } }],
    ['no mark', { platform: unknown }],
  ])('takes a manifest with %s for no attestation', (_what, fields) => {
    expect(contentOf({ ...index, manifests: [{ ...child, ...fields }] })).toMatchObject({
      attestations: [],
      manifests: [child],
    });
  });

  it.each([{}, null, { os: 'linux' }, { os: '', architecture: '' }])('knows no platform where one is %j', (given) => {
    const { manifests } = contentOf({ ...index, manifests: [{ ...child, platform: given }] }) as {
      manifests: readonly object[];
    };
    expect(manifests).toEqual([child]);
  });

  it('may be empty or null, but must be there', () => {
    expect(contentOf({ ...index, manifests: [] })).toMatchObject({ manifests: [] });
    expect(contentOf({ ...index, manifests: null })).toMatchObject({ manifests: [] });
    expect(refusalOf({ schemaVersion: 2, mediaType: mediaTypes.ociIndex })).toContain('of no known form');
  });

  it('holds 10,000 manifests, and no more', () => {
    expect(contentOf({ ...index, manifests: Array.from({ length: 10_000 }, () => child) })).toMatchObject({
      kind: 'INDEX',
    });
    expect(refusalOf({ ...index, manifests: Array.from({ length: 10_001 }, () => child) })).toBe(
      'manifest.manifests lists 10001 descriptors: at most 10000 are read',
    );
  });
});

describe('the media type of a manifest', () => {
  const untyped = { schemaVersion: 2, config, layers: [layer] };

  it('is its own, which the Content-Type must repeat', () => {
    expect(readManifest(bytesOf(image), `${mediaTypes.ociManifest.toUpperCase()}; charset=utf-8`).mediaType).toBe(
      mediaTypes.ociManifest,
    );
    expect(refusalOf(image, mediaTypes.dockerManifest)).toBe(
      `manifest is of media type "${mediaTypes.ociManifest}", but was sent as "${mediaTypes.dockerManifest}": no client can tell which holds`,
    );
  });

  it.each([
    undefined,
    '',
    'nonsense',
    'application/json',
    'application/octet-stream',
    'text/plain; charset=utf-8',
    'text/html',
  ])('is its own where the Content-Type is %j', (contentType) => {
    expect(readManifest(bytesOf(image), contentType).mediaType).toBe(mediaTypes.ociManifest);
  });

  it('is that of the Content-Type where it has none', () => {
    expect(readManifest(bytesOf(untyped), mediaTypes.dockerManifest).mediaType).toBe(mediaTypes.dockerManifest);
    expect(readManifest(bytesOf({ ...image, mediaType: '' }), mediaTypes.ociManifest).mediaType).toBe(
      mediaTypes.ociManifest,
    );
  });

  it('is told by its shape where nothing else tells it', () => {
    expect(readManifest(bytesOf(untyped), 'text/plain').mediaType).toBe(mediaTypes.ociManifest);
    const docker = { ...untyped, config: { ...config, mediaType: mediaTypes.dockerConfig } };
    expect(readManifest(bytesOf(docker), undefined).mediaType).toBe(mediaTypes.dockerManifest);
    expect(readManifest(bytesOf({ schemaVersion: 2, manifests: [] }), undefined).mediaType).toBe(mediaTypes.ociIndex);
    expect(readManifest(bytesOf({ schemaVersion: 1, fsLayers: [] }), undefined).mediaType).toBe(
      mediaTypes.dockerSchemaOne,
    );
  });

  it('must fit the shape, wherever it comes from', () => {
    expect(refusalOf({ ...image, mediaType: mediaTypes.ociIndex })).toContain(
      'manifest is a manifest with a config, but',
    );
    expect(refusalOf({ ...index, mediaType: mediaTypes.ociManifest })).toContain('manifest is an index, but');
    expect(refusalOf(untyped, mediaTypes.ociIndex)).toContain('no client can tell which holds');
    expect(refusalOf(untyped, 'application/vnd.example+json')).toContain('no client can tell which holds');
  });
});

describe('a manifest is refused', () => {
  it.each([
    ['manifests and config', { ...image, manifests: [] }],
    ['manifests and layers', { ...index, layers: [] }],
    ['config and fsLayers', { ...image, fsLayers: [] }],
    ['manifests and blobs', { ...index, blobs: [] }],
    ['config and history', { ...image, history: [] }],
  ])('that has %s', (_what, document) => {
    expect(refusalOf(document)).toContain('at once');
  });

  it.each([
    ['Manifests', { ...image, Manifests: [child] }],
    ['CONFIG', { ...image, CONFIG: config }],
    ['manifeſts', { ...image, manifeſts: [child] }],
    ['Digest', { ...image, config: { ...config, Digest: digestOf('e') } }],
  ])('that holds %s, which some clients read as another field', (name, document) => {
    expect(refusalOf(document)).toContain(`is ambiguous: it holds "${name}"`);
  });

  it.each([undefined, 0, 1, 3, 99999, '2', 2.5])('whose schemaVersion is %j', (schemaVersion) => {
    expect(refusalOf({ ...image, schemaVersion })).toContain('manifest.schemaVersion is');
  });

  it.each([
    ['config.digest', { ...image, config: { ...config, digest: 'sha256:../../_catalog' } }],
    ['config.size', { ...image, config: { ...config, size: -1 } }],
    ['layers[1].size', { ...image, layers: [layer, { ...layer, size: 2 ** 53 }] }],
    ['layers[0].size', { ...image, layers: [{ ...layer, size: 1.5 }] }],
    ['layers[0].size', { ...image, layers: [{ ...layer, size: '1' }] }],
    ['layers[0].mediaType', { ...image, layers: [{ ...layer, mediaType: 'x' }] }],
    ['layers', { ...image, layers: {} }],
    ['config', { schemaVersion: 2, layers: [] }],
    ['manifests[0]', { ...index, manifests: [null] }],
    ['manifests[0].platform.os', { ...index, manifests: [{ ...child, platform: { os: 1 } }] }],
    ['manifests[0].artifactType', { ...index, manifests: [{ ...child, artifactType: 'foo/.bar' }] }],
    ['subject', { ...image, subject: 'nope' }],
    ['annotations["a"]', { ...image, annotations: { a: 1 } }],
    ['mediaType', { ...image, mediaType: 1 }],
  ])('for its %s, saying so', (field, document) => {
    expect(refusalOf(document)).toContain(`manifest.${field} is `);
  });

  it('at the largest size there is, but not before', () => {
    expect(contentOf({ ...image, config: { ...config, size: Number.MAX_SAFE_INTEGER } })).toMatchObject({
      config: { size: Number.MAX_SAFE_INTEGER },
    });
    expect(
      Object.is(
        (contentOf(JSON.stringify(image).replace('"size":7', '"size":-0')) as { config: { size: number } }).config.size,
        0,
      ),
    ).toBe(true);
  });

  it('with UPSTREAM_INVALID and nothing else, whatever it is', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const names = [
      'schemaVersion',
      'mediaType',
      'config',
      'layers',
      'manifests',
      'subject',
      'annotations',
      'blobs',
      'fsLayers',
      'signatures',
    ];
    const base = fc.constantFrom<Record<string, unknown>>(image, index, { schemaVersion: 1, fsLayers: [] });
    const changed = fc
      .tuple(base, fc.constantFrom(...names), value)
      .map(([document, name, part]) => bytesOf({ ...document, [name]: part }));
    const contentTypes = fc.option(fc.oneof(fc.string(), fc.constantFrom(...Object.values(mediaTypes))), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array(), fc.json().map(bytesOf)), contentTypes, (bytes, contentType) => {
        const outcome = outcomeOf(() => readManifest(bytes, contentType));
        if (typeof outcome === 'string') expect(outcome).toBe('UPSTREAM_INVALID');
      }),
      { numRuns: 500 },
    );
  });
});
