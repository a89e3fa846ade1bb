import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { parseDigest, type Digest } from '../../src/domain/digest.ts';
import { mediaTypes } from '../../src/domain/media-type.ts';
import { parseRepositoryName } from '../../src/domain/reference.ts';
import type { Registry } from '../../src/domain/registry.ts';
import { vendors } from '../../src/registries/index.ts';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import { seed } from '../support/registry-seed.ts';
import { codeOf, newAsk, only, openRegistry } from './open-registry.ts';

const repository = parseRepositoryName('team/app');
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

function descriptorOf(text: string, size = text.length): { mediaType: string; digest: Digest; size: number } {
  const digest = parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);
  return { mediaType: mediaTypes.ociConfig, digest, size };
}

describe('A blob', () => {
  it('is read from the repository that holds it, and verified', async () => {
    server.store.putBlob('team/app', Buffer.from('{"a":1}'));
    server.store.putBlob('team/other', Buffer.from('{"b":1}'));
    const wanted = [descriptorOf('{"a":1}'), descriptorOf('{"b":1}')];
    const [mine, others] = await Promise.all(registry.blobs(repository, wanted, newAsk()));
    expect(Buffer.from(mine ?? []).toString()).toBe('{"a":1}');
    expect(others).toBeUndefined();
    server.fail(() => ({ kind: 'status', status: 200, body: '{"a":2}' }));
    expect(await codeOf(only(registry.blobs(repository, [descriptorOf('{"a":1}')], newAsk())))).toBe(
      'UPSTREAM_DIGEST_MISMATCH',
    );
  });

  it('is not even asked for where it says itself that it is too large', async () => {
    const huge = descriptorOf('x', 5 * 1024 * 1024);
    expect(await codeOf(only(registry.blobs(repository, [huge], newAsk())))).toBe('UPSTREAM_TOO_LARGE');
    expect(server.requests).toHaveLength(0);
  });

  it('is held where HEAD finds it, and read only up to the size that is read of any', async () => {
    const text = 'x'.repeat(2 * 1024 * 1024);
    const descriptor = descriptorOf(text, 2);
    server.store.putBlob('team/app', Buffer.from(text));
    expect(await only(registry.holds(repository, 'blobs', [descriptor.digest], newAsk()))).toBe(true);
    expect(server.lines()).toEqual([`HEAD /v2/team/app/blobs/${descriptor.digest}`]);
    server.fail(() => ({ kind: 'huge', mebibytes: 5 }));
    expect(await codeOf(only(registry.blobs(repository, [descriptor], newAsk())))).toBe('UPSTREAM_TOO_LARGE');
    server.fail(() => ({ kind: 'status', status: 400 }));
    expect(await codeOf(only(registry.blobs(repository, [descriptor], newAsk())))).toBe('UPSTREAM_INVALID');
    expect(await codeOf(only(registry.holds(repository, 'blobs', [descriptor.digest], newAsk())))).toBe(
      'UPSTREAM_INVALID',
    );
  });

  it('is never read from where a descriptor says that it also is', async () => {
    const evil = await createFaultyRegistry();
    try {
      evil.fail(() => ({ kind: 'challenge', challenge: `Bearer realm="${evil.url}/token"` }));
      const config = Buffer.from('{"os":"linux","architecture":"amd64"}');
      const urls = [`${evil.url}/layer`, 'http://169.254.169.254/latest/meta-data/'];
      const layer = {
        mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
        digest: nowhere,
        size: 5,
        urls,
      };
      const { digest } = seed(server.store).raw('team/app', 'latest', mediaTypes.dockerManifest, {
        schemaVersion: 2,
        mediaType: mediaTypes.dockerManifest,
        config: {
          mediaType: mediaTypes.dockerConfig,
          digest: server.store.putBlob('team/app', config),
          size: config.length,
          urls,
        },
        layers: [layer],
      });
      const manifest = await only(registry.manifests(repository, [digest], newAsk()));
      if (manifest?.content.kind !== 'IMAGE') throw new Error('no image');
      expect(await only(registry.blobs(repository, [manifest.content.config], newAsk()))).toHaveLength(config.length);
      expect(await only(registry.blobs(repository, manifest.content.layers, newAsk()))).toBeUndefined();
      expect(await only(registry.holds(repository, 'blobs', [nowhere], newAsk()))).toBe(false);
      expect(evil.requests).toHaveLength(0);
      expect(server.requests.every(({ path }) => path.startsWith('/v2/team/app/'))).toBe(true);
    } finally {
      await evil.close();
    }
  });
});
