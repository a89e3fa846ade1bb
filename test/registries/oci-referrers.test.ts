import { afterEach, describe, expect, it } from '@jest/globals';
import { tagReferrers } from '../../demo/images/build.ts';
import type { StoredManifest } from '../../demo/registry/store.ts';
import type { Descriptor } from '../../src/domain/descriptor.ts';
import { parseDigest } from '../../src/domain/digest.ts';
import { mediaTypes } from '../../src/domain/media-type.ts';
import { parseRepositoryName } from '../../src/domain/reference.ts';
import type { Registry } from '../../src/domain/registry.ts';
import { vendors } from '../../src/registries/index.ts';
import { fallbackTag } from '../../src/registries/oci/referrers.ts';
import { createFaultyRegistry, type FaultyRegistry, type FaultyRegistryOptions } from '../support/faulty-registry.ts';
import type { Fault } from '../support/registry-faults.ts';
import { seed } from '../support/registry-seed.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';
import { codeOf, newAsk, openRegistry } from './open-registry.ts';

const repository = parseRepositoryName('team/app');
const sbomType = 'application/spdx+json';
const signatureType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

interface Started {
  readonly server: FaultyRegistry;
  readonly registry: Registry;
  readonly clock: ManualClock;
  readonly image: StoredManifest;
  readonly sbom: StoredManifest;
  readonly signature: StoredManifest;
}

/** An image with a bill of materials and a signature. */
async function start(options: FaultyRegistryOptions = {}): Promise<Started> {
  const server = await createFaultyRegistry(options);
  const clock = createManualClock();
  const { registry, close } = openRegistry(vendors.oci, { url: server.url, clock });
  open.push(close, () => server.close());
  const put = seed(server.store);
  const image = put.image('team/app', 'latest');
  const sbom = put.artifact('team/app', undefined, { artifactType: sbomType, subject: image });
  const signature = put.artifact('team/app', undefined, { artifactType: signatureType, subject: image });
  return { server, registry, clock, image, sbom, signature };
}

async function read({ registry, image }: Started, artifactType?: string): Promise<readonly string[]> {
  const found = await registry.referrers(repository, image.digest, artifactType, newAsk());
  return found.descriptors.map(({ digest }) => digest);
}

function onApi(server: FaultyRegistry, ...faults: readonly Fault[]): void {
  server.fail(({ path }) => (path.includes('/referrers/') ? faults : undefined));
}

function apiCalls(server: FaultyRegistry): number {
  return server.lines().filter((line) => line.includes('/referrers/')).length;
}

describe('Referrers', () => {
  it('are read by the API in one request, with what their descriptors tell', async () => {
    const started = await start();
    const { server, registry, image, sbom, signature } = started;
    const { descriptors, freshness } = await registry.referrers(repository, image.digest, undefined, newAsk());
    expect(descriptors.map(({ digest, artifactType }) => [digest, artifactType])).toEqual([
      [sbom.digest, sbomType],
      [signature.digest, signatureType],
    ]);
    expect(freshness.state).toBe('FRESH');
    expect(server.lines()).toEqual([`GET /v2/team/app/referrers/${image.digest}`]);
  });

  it('are none where nothing refers to a manifest', async () => {
    const { registry, sbom } = await start();
    expect((await registry.referrers(repository, sbom.digest, undefined, newAsk())).descriptors).toEqual([]);
  });

  it('are filtered by type, by the registry or here', async () => {
    const started = await start();
    expect(await read(started, sbomType)).toEqual([started.sbom.digest]);
    expect(started.server.lines()).toEqual([
      `GET /v2/team/app/referrers/${started.image.digest}?artifactType=application%2Fspdx%2Bjson`,
    ]);
    const everything = {
      schemaVersion: 2,
      mediaType: mediaTypes.ociIndex,
      manifests: [descriptor('1', sbomType), descriptor('2', signatureType)],
    };
    const headers = { 'content-type': mediaTypes.ociIndex, 'oci-filters-applied': 'artifactType' };
    onApi(started.server, { kind: 'status', status: 200, headers, body: JSON.stringify(everything) });
    expect(await read(started, sbomType)).toEqual([descriptor('1').digest]);
  });

  it('are read page by page, each once, however long the pages go round', async () => {
    const started = await start();
    onApi(started.server, { kind: 'repeated-page' });
    expect(await read(started)).toEqual([started.sbom.digest, started.signature.digest]);
    expect(apiCalls(started.server)).toBeLessThanOrEqual(10);
  });

  it('are not read from a link that leads elsewhere', async () => {
    const started = await start();
    onApi(started.server, { kind: 'link', value: 'http://127.0.0.2:1/v2/team/app/referrers/x' });
    expect(await codeOf(read(started))).toBe('UPSTREAM_REDIRECT_REFUSED');
  });

  it('fail where a later page does', async () => {
    const started = await start();
    started.server.fail(({ query }, nth) =>
      nth === 1 ? { kind: 'link', value: '?page=2' } : query.has('page') ? { kind: 'status', status: 404 } : undefined,
    );
    expect(await codeOf(read(started))).toBe('UPSTREAM_INVALID');
  });

  it('of an attestation are among them', async () => {
    const started = await start();
    const manifests = [descriptor('1', mediaTypes.buildkitAttestation)];
    const body = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
    onApi(started.server, { kind: 'status', status: 200, headers: { 'content-type': mediaTypes.ociIndex }, body });
    expect(await read(started)).toEqual([descriptor('1').digest]);
    const { digest } = started.server.store.putManifest('team/app', mediaTypes.ociIndex, Buffer.from(body));
    started.server.store.tag('team/app', fallbackTag(started.image.digest), digest, 0);
    onApi(started.server, { kind: 'status', status: 404 });
    expect(await read(started)).toEqual([descriptor('1').digest]);
  });
});

function descriptor(digit: string, artifactType?: string): Omit<Descriptor, 'digest'> & { readonly digest: string } {
  return { mediaType: mediaTypes.ociManifest, digest: `sha256:${digit.repeat(64)}`, size: 5, artifactType };
}

describe('Where a registry has no referrers API', () => {
  const refusals: readonly Fault[] = [
    ...[400, 404, 405, 406, 500, 501].map((status): Fault => ({ kind: 'status', status })),
    { kind: 'html' },
    { kind: 'garbage' },
    { kind: 'status', status: 200, body: '{}' },
    {
      kind: 'status',
      status: 200,
      body: '{"schemaVersion":2,"config":{"mediaType":"a/b","digest":"x","size":1},"layers":[]}',
    },
  ];

  it.each(refusals)('the fallback tag is read: $kind $status $body', async (fault) => {
    const started = await start();
    const { server, image, sbom, signature } = started;
    tagReferrers(server.store, 'team/app', image.digest, [sbom, signature], 0);
    onApi(server, fault);
    expect(await read(started)).toEqual([sbom.digest, signature.digest]);
    expect(await read(started, signatureType)).toEqual([signature.digest]);
    expect(server.lines()).toContain(`GET /v2/team/app/manifests/${image.digest.replace(':', '-')}`);
  });

  it('there are none without a fallback tag, or where that is of something else', async () => {
    const started = await start({ referrers: false });
    expect(await read(started)).toEqual([]);
    const { digest } = seed(started.server.store).image('team/app', undefined);
    started.server.store.tag('team/app', fallbackTag(started.image.digest), digest, 0);
    expect(await read(started)).toEqual([]);
  });

  it('a failure without a fallback tag stays a failure', async () => {
    const started = await start();
    onApi(started.server, { kind: 'status', status: 500 });
    expect(await codeOf(read(started))).toBe('UPSTREAM_UNAVAILABLE');
  });

  it('that is remembered for ten minutes', async () => {
    const started = await start({ referrers: false });
    await read(started);
    await read(started);
    expect(apiCalls(started.server)).toBe(1);
    await started.clock.advance(10 * 60_000);
    await read(started);
    expect(apiCalls(started.server)).toBe(2);
  });

  it('that is held against the one repository only', async () => {
    const started = await start();
    const { registry, image, server } = started;
    await registry.referrers(parseRepositoryName('team/absent'), image.digest, undefined, newAsk());
    expect(await read(started)).toHaveLength(2);
    expect(apiCalls(server)).toBe(2);
  });

  it('a failure of the connection says nothing about the API', async () => {
    const started = await start();
    onApi(started.server, { kind: 'rate-limited' });
    expect(await codeOf(read(started))).toBe('UPSTREAM_RATE_LIMITED');
    onApi(started.server, { kind: 'challenge' });
    await started.clock.advance(60_000);
    expect(await codeOf(read(started))).toBe('UPSTREAM_UNAUTHORIZED');
    expect(started.server.lines().every((line) => line.includes('/referrers/'))).toBe(true);
  });

  it('the fallback tag of a long digest is cut off, as the specification says', () => {
    expect(fallbackTag(parseDigest(`sha256:${'a'.repeat(64)}`))).toBe(`sha256-${'a'.repeat(64)}`);
    expect(fallbackTag(parseDigest(`sha512:${'b'.repeat(128)}`))).toBe(`sha512-${'b'.repeat(64)}`);
  });
});
