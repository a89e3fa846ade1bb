import type { Digest } from '../../domain/digest.ts';
import { GatewayError, isGatewayError } from '../../domain/errors.ts';
import type { ImportedImage } from '../../domain/image-stream-import.ts';
import type { ImportMode } from '../../domain/image-stream.ts';
import type { Manifest } from '../../domain/manifest.ts';
import { selectPlatform } from '../../domain/platform.ts';
import { formatImageReference, formatTagReference } from '../../domain/reference.ts';
import type { Ask, TagTarget } from '../../domain/registry.ts';
import type { DockerImage } from './docker-image.ts';

/** What is looked up for an import. */
export interface ImageWish {
  readonly image: DockerImage;
  readonly importMode: ImportMode;
}

/** What a registry says of it. */
export type ImageFound =
  { readonly kind: 'FOUND'; readonly image: ImportedImage } | { readonly kind: 'FAILED'; readonly error: GatewayError };

/** The platform of a LEGACY import, where an index has it (OpenShift's own default). */
const legacyPlatform = { os: 'linux', architecture: 'amd64' };
/** Indexes within indexes are allowed; deeper ones are nobody's. */
const deepestIndex = 3;

/**
 * Reads what images are now, in the order asked: tags past all that is remembered, those of one repository in one call. An
 * image that is not `known` by its dockerImageReference is read as a whole, so that its bytes are verified and at hand.
 * Rejects only where the signal is aborted.
 */
export async function readImages(
  wishes: readonly ImageWish[],
  known: ReadonlySet<string>,
  ask: Ask,
): Promise<readonly ImageFound[]> {
  const digests = resolveTags(wishes, { ...ask, current: true });
  return Promise.all(
    wishes.map(async (wish): Promise<ImageFound> => {
      try {
        return { kind: 'FOUND', image: await readImage(wish, await digests(wish.image), known, ask) };
      } catch (error) {
        if (!isGatewayError(error) || ask.signal.aborted) throw error;
        return { kind: 'FAILED', error };
      }
    }),
  );
}

/** What images by tag point at, each tag asked for once. */
function resolveTags(wishes: readonly ImageWish[], ask: Ask): (image: DockerImage) => Promise<Digest> {
  const repositories = new Map<string, DockerImage[]>();
  for (const { image } of wishes) {
    if (image.digest !== undefined) continue;
    const name = `${image.registry.name}/${image.repository}`;
    repositories.set(name, [...(repositories.get(name) ?? []), image]);
  }
  const targets = new Map<string, Promise<TagTarget | undefined>>();
  for (const images of repositories.values()) {
    const [{ registry, repository }] = images as [DockerImage];
    const tags = [...new Set(images.map(({ tag }) => tag))];
    registry.resolveTags(repository, tags, ask).forEach((target, index) => {
      const tag = tags[index];
      // Each is waited for by who asked for it, but all are asked for first.
      target.catch(() => undefined);
      if (tag !== undefined) targets.set(formatTagReference(registry.name, repository, tag), target);
    });
  }
  return async (image) => {
    if (image.digest !== undefined) return image.digest;
    const reference = formatTagReference(image.registry.name, image.repository, image.tag);
    const target = await targets.get(reference);
    if (target === undefined) throw notFound(reference);
    if (target.freshness.state === 'FRESH') return target.digest;
    throw new GatewayError('UPSTREAM_UNAVAILABLE', `${reference} could not be read now`, {
      registry: image.registry.name,
    });
  };
}

async function readImage(
  { image, importMode }: ImageWish,
  digest: Digest,
  known: ReadonlySet<string>,
  ask: Ask,
): Promise<ImportedImage> {
  const named = importedImage(image, digest);
  if (importMode === 'PRESERVE_ORIGINAL') {
    if (!known.has(named.dockerImageReference)) await readManifest(image, digest, ask);
    return named;
  }
  let manifest = await readManifest(image, digest, ask);
  for (let depth = 0; manifest.content.kind === 'INDEX'; depth++) {
    const { manifests } = manifest.content;
    const chosen = selectPlatform(manifests, legacyPlatform) ?? manifests[0];
    if (chosen === undefined || depth === deepestIndex) {
      throw new GatewayError('UPSTREAM_INVALID', `${named.dockerImageReference} is an index without any image`, {
        registry: image.registry.name,
      });
    }
    manifest = await readManifest(image, chosen.digest, ask);
  }
  return importedImage(image, manifest.digest);
}

async function readManifest({ registry, repository }: DockerImage, digest: Digest, ask: Ask): Promise<Manifest> {
  const [reading] = registry.manifests(repository, [digest], ask);
  const manifest = await reading;
  if (manifest === undefined) throw notFound(formatImageReference(registry.name, repository, digest));
  return manifest;
}

function importedImage({ registry, repository }: DockerImage, digest: Digest): ImportedImage {
  return { digest, dockerImageReference: formatImageReference(registry.name, repository, digest) };
}

function notFound(reference: string): GatewayError {
  return new GatewayError('NOT_FOUND', `there is no image ${reference}`, {});
}
