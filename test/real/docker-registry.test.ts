import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  expectArtifactAgrees,
  expectBytesAgree,
  expectImageAgrees,
  expectIndexAgrees,
  expectInspectionAgrees,
  sha256,
  type Subject,
} from '../support/agreement.ts';
import { createAuthority } from '../support/certificates.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { imageOf, type ImageAnswer } from '../support/image-answer.ts';
import { listNames } from '../support/paging.ts';
import { pushImages, type PushedImage } from '../support/pushed-images.ts';
import { registryEntry } from '../support/registry-entry.ts';
import { inspect, inspectRaw, listTags, type RegistryAccess } from '../support/skopeo.ts';
import { startTokenServer } from '../support/token-server.ts';
import { twoAtATime } from '../support/two-at-a-time.ts';

const user = 'robot';
const password = 'pa:ss wörd';

interface Place {
  readonly registry: DockerRegistry;
  readonly access: RegistryAccess;
  /** Of the registry's entry in the configuration. */
  readonly more: object;
  readonly stop: () => Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'tributary-real-'));
const passwordFile = join(folder, 'password');

async function anonymous(): Promise<Place> {
  const registry = await startDockerRegistry();
  return { registry, access: { host: registry.host }, more: {}, stop: () => registry.stop() };
}

async function withPassword(): Promise<Place> {
  const registry = await startDockerRegistry({ auth: { htpasswd: { user, password } } });
  return {
    registry,
    access: { host: registry.host, creds: `${user}:${password}` },
    more: { credentials: { username: user, passwordFile } },
    stop: () => registry.stop(),
  };
}

async function withTokens(): Promise<Place> {
  const authority = createAuthority();
  const tokens = await startTokenServer({ signing: authority.issue(['token.test']), users: { [user]: password } });
  const { realm, service, issuer } = tokens;
  const registry = await startDockerRegistry({
    auth: { token: { realm, service, issuer, rootcertbundle: authority.caFile } },
  });
  return {
    registry,
    access: { host: registry.host, creds: `${user}:${password}` },
    more: { credentials: { username: user, passwordFile }, tokenRealms: [tokens.origin] },
    stop: async () => {
      await registry.stop();
      await tokens.stop();
      authority.remove();
    },
  };
}

beforeAll(() => {
  writeFileSync(passwordFile, `${password}\n`);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each([
  { like: 'open to everyone', start: anonymous },
  { like: 'with a password', start: withPassword },
  { like: 'with a token server on another port', start: withTokens },
])("Debian's docker-registry, $like", ({ start }) => {
  let place: Place;
  let gateway: TestGateway;
  let pushed: readonly PushedImage[];

  beforeAll(async () => {
    place = await start();
    pushed = await pushImages(place.access);
    gateway = await startTestGateway(registryEntry(place.registry, place.more));
  }, 60_000);

  afterAll(async () => {
    await gateway.stop();
    await place.stop();
  });

  function subjectOf({ repository }: PushedImage): Subject {
    return { access: place.access, repository, registry: place.registry.host };
  }

  async function tagged(image: PushedImage, platform?: string): Promise<ImageAnswer> {
    const reference = `${place.registry.host}/${image.repository}:${image.tags[0] ?? ''}`;
    const answer = await imageOf(gateway, reference, platform);
    if (answer === null) throw new Error(`${reference} was pushed, and the gateway does not find it`);
    return answer;
  }

  function ofKind(kind: PushedImage['kind']): readonly PushedImage[] {
    return pushed.filter((image) => image.kind === kind);
  }

  it('shows every image for one platform as skopeo does, field by field', async () => {
    expect(ofKind('image').length).toBeGreaterThanOrEqual(6);
    await twoAtATime(ofKind('image'), async (image) => {
      const answer = await tagged(image);
      await expectBytesAgree(subjectOf(image), answer);
      await expectImageAgrees(subjectOf(image), answer);
      const shown = await expectInspectionAgrees(subjectOf(image), `:${image.tags[0] ?? ''}`, answer);
      expect(shown.digest).toBe(answer.digest);
    });
  }, 30_000);

  it('shows every index as skopeo does, and every image in it for its platform', async () => {
    expect(ofKind('index').length).toBeGreaterThanOrEqual(4);
    await twoAtATime(ofKind('index'), async (image) => {
      const subject = subjectOf(image);
      const index = await tagged(image);
      await expectBytesAgree(subject, index);
      await expectIndexAgrees(subject, index);
      for (const { platform, digest } of index.platforms) {
        if (platform === null) throw new Error('every image in these indexes has a platform');
        const name = [platform.os, platform.architecture, platform.variant].filter((part) => part != null).join('/');
        const answer = await tagged(image, name);
        expect(answer.digest).toBe(digest);
        await expectBytesAgree(subject, answer);
        await expectImageAgrees(subject, answer);
        const shown = await expectInspectionAgrees(subject, `:${image.tags[0] ?? ''}`, answer, platform);
        expect(shown.digest).toBe(index.digest);
      }
    });
  }, 60_000);

  it('shows an image with zstd layers and one in the form that skopeo converted to', async () => {
    const types = await Promise.all(
      ['team/zstd', 'converted/image', 'converted/list'].map(async (repository) => {
        const image = pushed.find((each) => each.repository === repository);
        return JSON.parse((image && (await tagged(image)).raw) ?? '{}') as { layers?: { mediaType: string }[] };
      }),
    );
    expect(types[0]?.layers?.map(({ mediaType }) => mediaType)).toEqual(
      Array.from({ length: 2 }, () => 'application/vnd.oci.image.layer.v1.tar+zstd'),
    );
    expect(types[1]).toHaveProperty('mediaType', 'application/vnd.docker.distribution.manifest.v2+json');
    expect(types[2]).toHaveProperty('mediaType', 'application/vnd.docker.distribution.manifest.list.v2+json');
  });

  it('leaves attestations out of platforms, and still serves them by digest', async () => {
    const image = pushed.find(({ repository }) => repository === 'team/attested')!;
    const subject = subjectOf(image);
    const attestations = await expectIndexAgrees(subject, await tagged(image));
    expect(attestations).toHaveLength(2);
    for (const digest of attestations) {
      const answer = await imageOf(gateway, `${subject.registry}/${subject.repository}@${digest}`);
      await expectArtifactAgrees(subject, answer!);
    }
  });

  it('serves the bytes of what is no image', async () => {
    for (const image of ofKind('artifact')) await expectArtifactAgrees(subjectOf(image), await tagged(image));
  });

  it("reads Docker's first format, with the digest and the layers that skopeo finds", async () => {
    const [image] = ofKind('schema 1');
    const { access, repository } = subjectOf(image!);
    const answer = await tagged(image!);
    const shown = await inspect(access, `${repository}:1`);
    expect(answer).toMatchObject({
      digest: shown.Digest,
      kind: 'IMAGE',
      size: null,
      platform: { os: 'linux', architecture: shown.Architecture },
      layers: shown.Layers?.map((digest) => ({ digest, size: null, mediaType: null })),
      config: null,
    });
    // The registry signs anew for everyone who asks; all else stays as it was pushed.
    const unsigned = (raw: string): object => ({ ...(JSON.parse(raw) as object), signatures: undefined });
    expect(unsigned(answer.raw)).toEqual(unsigned((await inspectRaw(access, `${repository}:1`)).toString('utf8')));
  });

  it('has no image for a platform that an index does not offer, without an error', async () => {
    const reference = `${place.registry.host}/team/app:latest`;
    expect(await imageOf(gateway, reference, 'linux/riscv64')).toBeNull();
    expect(await imageOf(gateway, reference, 'linux/arm/v5')).toBeNull();
  });

  it('lists the tags that skopeo lists, page by page and by name', async () => {
    const { host } = place.registry;
    for (const { repository, tags } of pushed) {
      const listed = await listTags(place.access, repository);
      expect([...listed].sort()).toEqual([...tags].sort());
      const reference = `${host}/${repository}`;
      expect(await listNames(gateway, reference, { first: 2 })).toEqual(listed);
      expect(await listNames(gateway, reference, { first: 100 })).toEqual(listed);
      expect(await listNames(gateway, reference, { first: 3, more: 'orderBy: { field: NAME }' })).toEqual(
        [...tags].sort(),
      );
    }
  }, 30_000);

  it('lists the repositories that were pushed to, page by page', async () => {
    const names = await listNames(gateway, place.registry.host, { first: 5, of: 'repositories' });
    expect(names).toEqual(pushed.map(({ repository }) => repository).sort());
  });

  it('answers null without an error for a repository, a tag and a digest that do not exist', async () => {
    const { host } = place.registry;
    const answer = await gateway.ask(
      `query ($absent: String!) {
        noTag: image(reference: "${host}/team/app:absent") { digest }
        noDigest: image(reference: $absent) { digest }
        noRepository: image(reference: "${host}/team/absent:1") { digest }
        tag(reference: "${host}/team/app:absent") { digest }
        repository(reference: "${host}/team/absent") { tags { nodes { name } } tag(name: "1") { digest } }
      }`,
      { absent: `${host}/team/app@${sha256(Buffer.from('absent'))}` },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      noTag: null,
      noDigest: null,
      noRepository: null,
      tag: null,
      repository: { tags: null, tag: null },
    });
  });
});
