import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { TestGateway } from './gateway.ts';
import { inspect, inspectConfig, inspectRaw, inspectRawConfig, type Override, type RegistryAccess } from './skopeo.ts';

/** All fields of an image that say something about itself. */
export const imageFields = `
fragment fields on Image {
  reference digest shortDigest imageId mediaType kind artifactType size manifestSize
  platform { os architecture variant osVersion }
  platforms { name platform { os architecture variant osVersion } digest size }
  layers { digest size mediaType }
  config {
    created author user env entrypoint command workingDir exposedPorts volumes labels { key value } stopSignal
    history { created createdBy author comment emptyLayer }
  }
  annotations { key value }
  raw
}`;

/** What the gateway answers for {@link imageFields}. */
export interface ImageAnswer {
  readonly digest: string;
  readonly raw: string;
  readonly platforms: readonly {
    readonly digest: string;
    readonly platform: Override | null;
    readonly image?: ImageAnswer;
  }[];
}

/** A repository as both sides name it. */
export interface Subject {
  readonly access: RegistryAccess;
  /** The repository's name within the registry. */
  readonly repository: string;
  /** The registry's name in the gateway's references. */
  readonly registry: string;
}

interface PlatformDocument {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: PlatformDocument;
}

interface ManifestDocument {
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What a configuration says, in the words of image-spec config.md. */
interface ConfigDocument extends PlatformDocument {
  readonly created?: string;
  readonly author?: string;
  readonly config?: {
    readonly User?: string;
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly WorkingDir?: string;
    readonly ExposedPorts?: object;
    readonly Volumes?: object;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly StopSignal?: string;
  };
  readonly history?: readonly {
    readonly created?: string;
    readonly created_by?: string;
    readonly author?: string;
    readonly comment?: string;
    readonly empty_layer?: boolean;
  }[];
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
  const size = [configDescriptor, ...layers].reduce((sum, descriptor) => sum + (descriptor?.size ?? 0), 0);
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

/** The image that a reference names, with {@link imageFields}; null where the gateway knows none. */
export async function imageOf(
  gateway: Pick<TestGateway, 'data'>,
  reference: string,
  platform?: string,
): Promise<ImageAnswer | null> {
  const query = `query ($reference: String!, $platform: String) {
    image(reference: $reference, platform: $platform) { ...fields }
  } ${imageFields}`;
  const { image } = await gateway.data(query, { reference, platform });
  return image as ImageAnswer | null;
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

function expectedConfig({ created, author, config = {}, history = [] }: ConfigDocument) {
  return {
    created: time(created),
    author: author ?? null,
    user: config.User ?? null,
    env: config.Env ?? [],
    entrypoint: config.Entrypoint ?? [],
    command: config.Cmd ?? [],
    workingDir: config.WorkingDir ?? null,
    exposedPorts: Object.keys(config.ExposedPorts ?? {}).sort(),
    volumes: Object.keys(config.Volumes ?? {}).sort(),
    labels: keyValues(config.Labels),
    stopSignal: config.StopSignal ?? null,
    history: history.map((entry) => ({
      created: time(entry.created),
      createdBy: entry.created_by ?? null,
      author: entry.author ?? null,
      comment: entry.comment ?? null,
      emptyLayer: entry.empty_layer ?? false,
    })),
  };
}

/** Skopeo writes times as short as may be, GraphQL always with milliseconds. */
function time(text: string | null | undefined): string | null {
  return text == null ? null : new Date(text).toISOString();
}

function platformOf(document: PlatformDocument) {
  const { os, architecture, variant = null, 'os.version': osVersion = null } = document;
  return { os, architecture, variant, osVersion };
}

function platformName(platform: ReturnType<typeof platformOf> | null): string {
  if (platform === null) return 'unknown';
  const { os, architecture, variant } = platform;
  return [os, architecture, variant].filter((part) => part !== null).join('/');
}

/** Skopeo sorts what it shows; the gateway keeps the order of the document. */
function keyValues(entries: Readonly<Record<string, string>> = {}) {
  return Object.entries(entries)
    .map(([key, value]) => ({ key, value }))
    .sort(byKey);
}

function byKey(left: { readonly key: string }, right: { readonly key: string }): number {
  return left.key < right.key ? -1 : 1;
}

/** The answer with labels and annotations in the order of their keys, and without what tests ask besides. */
function sorted(answer: ImageAnswer): object {
  const { config, annotations, platforms, ...rest } = answer as ImageAnswer & {
    readonly config: { readonly labels: readonly { readonly key: string }[] } | null;
    readonly annotations: readonly { readonly key: string }[] | null;
  };
  return {
    ...rest,
    config: config && { ...config, labels: [...config.labels].sort(byKey) },
    annotations: annotations && [...annotations].sort(byKey),
    platforms: platforms.map(({ image: _image, ...platform }) => platform),
  };
}
