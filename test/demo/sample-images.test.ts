import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { parseObject } from '../../demo/registry/documents.ts';
import type { RegistryStore, StoredManifest } from '../../demo/registry/store.ts';
import { digestOf } from '../../demo/registry/store.ts';
import { buildLayer, gzipStored } from '../../demo/images/layer.ts';
import { buildSampleImages } from '../../demo/sample-images.ts';

const images = buildSampleImages();
const stores: readonly (readonly [string, RegistryStore])[] = [
  ['Docker Hub', images.dockerHub],
  ['Red Hat', images.redHat],
  ['the internal registry', images.internal],
];

function manifestsOf(store: RegistryStore): readonly (readonly [string, StoredManifest])[] {
  return [...store.repositories.values()].flatMap(({ name, manifests }) =>
    [...manifests.values()].map((manifest) => [name, manifest] as const),
  );
}

/** Every digest of a store, as one. */
function fingerprint(store: RegistryStore): string {
  const lines = [...store.repositories.values()].flatMap(({ name, tags }) =>
    [...tags].map(([tag, { digest, updatedAt }]) => `${name}:${tag} ${digest} ${String(updatedAt)}`),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
}

describe('the sample images', () => {
  it('have the digests that they had when this was written, on any machine and version of Node', () => {
    expect(images.dockerHub.manifest('library/alpine', '3.20')?.digest).toBe(
      'sha256:f418f9d33e0dec6193aabb8d3391051afb47d1bc82af2972c5002a6d548a29a6',
    );
    expect(images.dockerHub.manifest('library/nginx', 'latest')?.digest).toBe(
      'sha256:5d152e07bc81d537c1943000016a9902293abb46157b85b39d84ff19d8376830',
    );
    expect(stores.map(([, store]) => fingerprint(store))).toEqual([
      'cad79a16b56e5eb690cd7f178adcd639bb609a978b104b1293dd35e3d2195d80',
      'd784e383bc8c8b9a42494a8759d30ca3886e0c4ab3f0e2b69787175f9bf14ef6',
      '464de49bbbbca70528ce1ad5ef6b41a14a1f4e9bf177f699634ed0463812022d',
    ]);
  });

  it('are the same when built again in the same process', () => {
    const again = buildSampleImages();
    expect([again.dockerHub, again.redHat, again.internal].map(fingerprint)).toEqual(
      stores.map(([, store]) => fingerprint(store)),
    );
  });

  it.each(stores)('of %s refer only to content that their repository holds, with its true size', (_, store) => {
    const broken = manifestsOf(store).flatMap(([name, { document, digest }]) => {
      const blobs = [document?.config, ...(document?.layers ?? [])].filter((found) => found !== undefined);
      const children = document?.manifests ?? [];
      return [
        ...blobs.filter((blob) => store.blob(name, blob.digest)?.byteLength !== blob.size),
        ...children.filter((child) => store.manifest(name, child.digest)?.bytes.byteLength !== child.size),
      ].map((found) => `${name}@${digest} -> ${found.digest}`);
    });
    expect(broken).toEqual([]);
  });

  it.each(stores)('of %s have configurations whose layers and history match', (_, store) => {
    const unpacked = new Map<string, string>();
    let checked = 0;
    for (const [name, { document }] of manifestsOf(store)) {
      const layers = document?.layers ?? [];
      if (document?.config === undefined || !layers.every(({ mediaType }) => /tar.?gzip$/.test(mediaType))) continue;
      const config = parseObject(store.blob(name, document.config.digest) ?? new Uint8Array());
      if (config?.['rootfs'] === undefined) continue;
      const diffIds = layers.map(({ digest }) => {
        const known = unpacked.get(digest) ?? digestOf(gunzipSync(store.blob(name, digest) ?? new Uint8Array()));
        unpacked.set(digest, known);
        return known;
      });
      expect(config['rootfs']).toEqual({ type: 'layers', diff_ids: diffIds });
      const history: unknown = config['history'];
      const steps: readonly object[] = Array.isArray(history) ? history : [];
      expect(steps.filter((step) => !('empty_layer' in step))).toHaveLength(layers.length);
      checked += 1;
    }
    expect(checked).toBeGreaterThan(20);
  });

  it('share layers across repositories and registries', () => {
    const hub = images.dockerHub.repositories;
    const alpine = hub.get('library/alpine')?.blobs ?? new Set();
    const shared = (other: ReadonlySet<string> | undefined): number =>
      [...(other ?? [])].filter((blob) => alpine.has(blob)).length;
    expect(shared(hub.get('library/nginx')?.blobs)).toBeGreaterThan(1);
    expect(shared(images.internal.repositories.get('shop/web')?.blobs)).toBeGreaterThan(1);
  });

  it('are several hundred tags altogether', () => {
    const tags = stores.flatMap(([, store]) =>
      [...store.repositories.values()].map((repository) => repository.tags.size),
    );
    expect(tags.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(400);
    expect(images.dockerHub.repositories.get('library/nginx')?.tags.size).toBeGreaterThan(100);
    expect(images.redHat.repositories.get('ubi9/ubi')?.tags.size).toBeGreaterThan(100);
  });

  it('hold attestations beside images, charts, signatures, Docker media types and images without an index', () => {
    const types = stores.flatMap(([, store]) =>
      manifestsOf(store).map(
        ([, { mediaType, document }]) => document?.artifactType ?? document?.config?.mediaType ?? mediaType,
      ),
    );
    expect(new Set(types)).toEqual(
      new Set([
        'application/spdx+json',
        'application/vnd.cncf.helm.config.v1+json',
        'application/vnd.dev.sigstore.bundle.v0.3+json',
        'application/vnd.docker.container.image.v1+json',
        'application/vnd.docker.distribution.manifest.list.v2+json',
        'application/vnd.oci.image.config.v1+json',
        'application/vnd.oci.image.index.v1+json',
      ]),
    );
    const nginx = images.dockerHub.manifest('library/nginx', 'latest')?.document?.manifests ?? [];
    expect(nginx.filter(({ platform }) => platform?.os === 'unknown')).toHaveLength(4);
    expect(images.internal.repositories.get('shop/web')?.tags.has('latest')).toBe(true);
    expect(images.dockerHub.manifest('tributary/whoami', 'latest')?.document?.manifests).toEqual([]);
  });
});

describe('a layer', () => {
  it('unpacks to its archive, whatever its size', () => {
    for (const size of [0, 1, 0xffff, 0x10000, 200_000]) {
      const bytes = Buffer.alloc(size, 'sample');
      expect(gunzipSync(gzipStored(bytes)).equals(bytes)).toBe(true);
    }
  });

  it('lists folders before files', () => {
    const { bytes, diffId } = buildLayer([{ path: 'usr/lib/a', content: 'a' }]);
    const archive = gunzipSync(bytes);
    expect(digestOf(archive)).toBe(diffId);
    expect([0, 512, 1024].map((at) => archive.toString('utf8', at, archive.indexOf(0, at)))).toEqual([
      'usr/',
      'usr/lib/',
      'usr/lib/a',
    ]);
  });
});
