import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import {
  expectedConfig,
  keyValues,
  platformName,
  platformOf,
  sorted,
  time,
  type ConfigDocument,
  type ManifestDocument,
  type PlatformDocument,
} from './expected-image.ts';
import type { ImageAnswer } from './image-answer.ts';
import { inspect, inspectConfig, inspectRaw, inspectRawConfig, type Override, type RegistryAccess } from './skopeo.ts';

/** A repository as both sides name it. */
export interface Subject {
  readonly access: RegistryAccess;
  /** The repository's name within the registry. */
  readonly repository: string;
  /** The registry's name in the gateway's references. */
  readonly registry: string;
}

/**
 * The gateway's answer for an image with a configuration is what its bytes say, and what skopeo shows of its configuration,
 * field by field. That the bytes are those of the digest is computed here.
 */
export async function expectImageAgrees({ access, repository, registry }: Subject, answer: ImageAnswer): Promise<void> {
  const name = `${repository}@${answer.digest}`;
  const manifest = JSON.parse(answer.raw) as ManifestDocument;
  const { config: configDescriptor, layers = [] } = manifest;
  const config = (await inspectConfig(access, name)) as ConfigDocument;
  // Skopeo 1.9 does not know `os.version`, which is in the bytes that it reads.
  const osVersion = config.os === 'windows' ? await readOsVersion(access, name) : undefined;
  const platform = platformOf({ ...config, ...(osVersion !== undefined && { 'os.version': osVersion }) });
  // A layer that occurs twice is pulled once.
  const sizes = new Map(layers.map((layer) => [layer.digest, layer.size]));
  const size = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  expect(sorted(answer)).toEqual({
    ...identity(registry, repository, answer),
    kind: 'IMAGE',
    mediaType: manifest.mediaType,
    imageId: configDescriptor?.digest,
    artifactType: null,
    size,
    platform,
    platforms: [{ name: platformName(platform), platform, digest: answer.digest, size }],
    layers: layers.map(({ digest, size: bytes, mediaType }) => ({ digest, size: bytes, mediaType })),
    config: expectedConfig(config),
    annotations: keyValues(manifest.annotations),
  });
}

/** The gateway's answer holds the very bytes that skopeo reads. */
export async function expectBytesAgree({ access, repository }: Subject, { digest, raw }: ImageAnswer): Promise<void> {
  const bytes = await inspectRaw(access, `${repository}@${digest}`);
  expect(sha256(bytes)).toBe(digest);
  expect(raw).toBe(bytes.toString('utf8'));
}

async function readOsVersion(access: RegistryAccess, name: string): Promise<string | undefined> {
  const bytes = await inspectRawConfig(access, name);
  return (JSON.parse(bytes.toString('utf8')) as PlatformDocument)['os.version'];
}

/**
 * The gateway's answer for the image of a platform is what `skopeo inspect` shows when told of that platform. Answers the
 * digest that skopeo shows, which is that of the index where there is one.
 */
export async function expectInspectionAgrees(
  { access, repository }: Subject,
  /** As `:1.0` or `@sha256:…`. */
  name: string,
  answer: unknown,
  override?: Override,
): Promise<{ readonly digest: string }> {
  const shown = await inspect(access, `${repository}${name}`, override);
  expect(answer).toMatchObject({
    platform: { os: shown.Os, architecture: shown.Architecture },
    layers: (shown.Layers ?? []).map((digest) => ({ digest })),
    config: {
      created: time(shown.Created),
      env: shown.Env ?? [],
      labels: expect.arrayContaining(keyValues(shown.Labels ?? {})),
    },
  });
  expect(answer).toHaveProperty('config.labels.length', Object.keys(shown.Labels ?? {}).length);
  return { digest: shown.Digest };
}

/** The gateway's answer for an index is what skopeo reads, attestations left out. Answers the digest of each that was left out. */
export async function expectIndexAgrees(
  { access, repository, registry }: Subject,
  answer: ImageAnswer,
): Promise<readonly string[]> {
  const name = `${repository}@${answer.digest}`;
  const index = JSON.parse((await inspectRaw(access, name)).toString('utf8')) as ManifestDocument;
  const all = index.manifests ?? [];
  const attestations = all.filter(({ annotations }) => annotations?.['vnd.docker.reference.type'] !== undefined);
  expect(sorted(answer)).toEqual({
    ...identity(registry, repository, answer),
    kind: 'INDEX',
    mediaType: index.mediaType,
    imageId: null,
    artifactType: index.artifactType ?? null,
    size: null,
    platform: null,
    platforms: all
      .filter((descriptor) => !attestations.includes(descriptor))
      .map((descriptor) => {
        const platform = descriptor.platform === undefined ? null : platformOf(descriptor.platform);
        return { name: platformName(platform), platform, digest: descriptor.digest, size: null };
      }),
    layers: null,
    config: null,
    annotations: keyValues(index.annotations),
  });
  return attestations.map(({ digest }) => digest);
}

/** The gateway's answer for what is no image is what its bytes, which skopeo reads too, say. */
export async function expectArtifactAgrees(subject: Subject, answer: ImageAnswer): Promise<void> {
  await expectBytesAgree(subject, answer);
  const manifest = JSON.parse(answer.raw) as ManifestDocument;
  const { layers = [], config } = manifest;
  expect(sorted(answer)).toMatchObject({
    ...identity(subject.registry, subject.repository, answer),
    kind: 'ARTIFACT',
    mediaType: manifest.mediaType,
    artifactType: manifest.artifactType ?? config?.mediaType,
    imageId: null,
    layers: layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
    config: null,
    annotations: keyValues(manifest.annotations),
  });
}

/** The digest of bytes, as this test computes it. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function identity(registry: string, repository: string, { digest, raw }: ImageAnswer) {
  const bytes = Buffer.from(raw);
  expect(sha256(bytes)).toBe(digest);
  return {
    reference: `${registry}/${repository}@${digest}`,
    digest,
    shortDigest: digest.slice('sha256:'.length, 'sha256:'.length + 12),
    manifestSize: bytes.byteLength,
    raw,
  };
}
