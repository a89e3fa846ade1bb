import { describe, expect, it } from '@jest/globals';
import { createMemory } from '../../src/cache/memory.ts';
import { remember } from '../../src/cache/remember.ts';
import type { Digest } from '../../src/domain/digest.ts';
import { readManifest } from '../../src/domain/read-manifest.ts';
import { parseRepositoryName } from '../../src/domain/reference.ts';
import type { Registry } from '../../src/domain/registry.ts';
import { digestOf } from '../../src/transport/verify.ts';
import { ask, createFakeRegistry } from '../support/fake-registry.ts';
import { makeDiskFolder, type DiskFolder } from './disk-folder.ts';

const one = parseRepositoryName('team/one');
const two = parseRepositoryName('team/two');

const config = Buffer.from('{"architecture":"amd64","os":"linux"}');
const configType = 'application/vnd.oci.image.config.v1+json';
const blob = { mediaType: configType, digest: digestOf(config), size: config.length };
/** Only the Content-Type tells what it is. */
const untyped = Buffer.from(JSON.stringify({ schemaVersion: 2, config: blob, layers: [] }));
const index = Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: [] }));
const manifests = new Map([
  [digestOf(untyped), { bytes: untyped, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }],
  [digestOf(index), { bytes: index, mediaType: 'application/vnd.oci.image.index.v1+json' }],
]);
const digests = [...manifests.keys()];
const [image] = digests as [Digest, Digest];

/** A gateway's process: a memory of its own, and the disk of the folder. The first repository holds everything, the second the index. */
function start({ open, clock }: DiskFolder, memoryBytes = 10_000_000) {
  const upstream = createFakeRegistry(clock.now);
  upstream.held.set(one, new Set([...digests, blob.digest]));
  upstream.held.set(two, new Set(digests.slice(1)));
  const served: Registry = {
    ...upstream,
    manifests: (repository, wanted, asking) =>
      upstream.manifests(repository, wanted, asking).map(async (found, at) => {
        const { bytes, mediaType } = manifests.get(wanted[at]!)!;
        const manifest = await found;
        return manifest && { ...manifest, bytes, ...readManifest(bytes, mediaType) };
      }),
    blobs: (repository, wanted, asking) =>
      upstream.blobs(repository, wanted, asking).map(async (found) => (await found) && config),
  };
  const disk = open();
  const memory = createMemory(memoryBytes);
  const registry = remember(served, { memory, disk, tagTtl: 60_000, maxStale: 86_400_000, now: clock.now });
  return { upstream, registry, disk };
}

/** A process that has read everything of the first repository, and ended. */
async function readAll(folder: DiskFolder) {
  const { registry, disk } = start(folder);
  const found = await Promise.all(registry.manifests(one, digests, ask()));
  await Promise.all(registry.blobs(one, [blob], ask()));
  disk.close();
  return found;
}

describe('content that is on disk', () => {
  it('is not fetched again after a restart: each repository is asked once whether it holds it', async () => {
    const folder = makeDiskFolder();
    const before = await readAll(folder);
    const { upstream, registry } = start(folder);
    const found = await Promise.all(registry.manifests(one, digests, ask()));
    const [config_] = await Promise.all(registry.blobs(one, [blob], ask()));
    await Promise.all(registry.manifests(one, digests, ask()));
    expect(upstream.asked).toEqual([
      `holds manifests ${one} ${digests.join(' ')}`,
      `holds blobs ${one} ${blob.digest}`,
    ]);
    expect(found).toEqual(before);
    expect(config_).toEqual(config);
  });

  it('is not given out under a repository that does not hold it', async () => {
    const folder = makeDiskFolder();
    await readAll(folder);
    const { upstream, registry } = start(folder);
    const found = await Promise.all(registry.manifests(two, digests, ask()));
    expect(found.map((manifest) => manifest?.digest)).toEqual([undefined, digests[1]]);
    expect(await registry.blobs(two, [blob], ask())[0]).toBeUndefined();
    expect(upstream.asked).toEqual([
      `holds manifests ${two} ${digests.join(' ')}`,
      `holds blobs ${two} ${blob.digest}`,
    ]);
  });

  it('is read from there where memory has no room for it', async () => {
    const folder = makeDiskFolder();
    const { upstream, registry } = start(folder, 800);
    for (let round = 0; round < 3; round += 1) {
      for (const digest of digests) expect((await registry.manifests(one, [digest], ask())[0])?.digest).toBe(digest);
    }
    expect(upstream.asked.filter((asked) => asked.startsWith('manifests'))).toHaveLength(2);
  });

  const changes = {
    'a bit flipped': 'UPDATE contents SET bytes = CAST(replace(CAST(bytes AS TEXT), 2, 3) AS BLOB)',
    'another media type': "UPDATE contents SET media_type = 'application/vnd.oci.image.index.v1+json'",
    'no media type that is known': "UPDATE contents SET media_type = 'text/x'",
    'nothing in it': "UPDATE contents SET bytes = x''",
  };

  it.each(Object.entries(changes))('with %s is fetched again, with a warning', async (_, change) => {
    const folder = makeDiskFolder();
    const [before] = await readAll(folder);
    folder.sql((database) => {
      database.exec(`${change} WHERE key = 'manifest ${image}'`);
    });
    const { upstream, registry, disk } = start(folder);
    expect(await registry.manifests(one, [image], ask())[0]).toEqual(before);
    expect(upstream.asked).toEqual([`holds manifests ${one} ${image}`, `manifests ${one} ${image}`]);
    expect(folder.warnings).toEqual(['the cache on disk held other bytes than their digest says: they are deleted']);
    disk.close();
    const mended = start(folder);
    expect(await mended.registry.manifests(one, [image], ask())[0]).toEqual(before);
    expect(mended.upstream.asked).toEqual([`holds manifests ${one} ${image}`]);
  });

  it('and gone from the repository since is gone, though its bytes have to be fetched again', async () => {
    const folder = makeDiskFolder();
    await readAll(folder);
    folder.sql((database) => {
      database.exec("UPDATE contents SET bytes = x''");
    });
    const { upstream, registry } = start(folder);
    const reading = registry.manifests(one, [image], ask())[0];
    upstream.held.clear();
    expect(await reading).toBeUndefined();
  });

  it('as a manifest is not taken for a blob, and a blob not for a manifest', async () => {
    const folder = makeDiskFolder();
    await readAll(folder);
    const { upstream, registry } = start(folder);
    await registry.blobs(one, [{ ...blob, digest: image }], ask())[0];
    expect(upstream.asked).toEqual([`blobs ${one} ${image}`]);
  });
});
