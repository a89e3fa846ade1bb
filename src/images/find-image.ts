import type { Digest } from '../domain/digest.ts';
import type { Platform } from '../domain/platform.ts';
import { parseTagName } from '../domain/reference.ts';
import type { KnownImage } from '../domain/registry.ts';
import { findPlatform } from './platform-images.ts';
import type { ImageReader, Located } from './reader.ts';
import type { Image, Repository } from './repository.ts';

const latest = parseTagName('latest');

/**
 * The image that a reference names: by its digest if it has one, else by its tag, `latest` if it has neither. With a
 * platform, that platform's image. `undefined` where there is none.
 */
export async function findImage(
  reader: ImageReader,
  { repository, tag, digest }: Located,
  platform: Platform | undefined,
): Promise<Image | undefined> {
  if (digest !== undefined) {
    // A tag's digest is the registry's own word; one that the caller brings must first be seen to be held there.
    const manifest = await reader.manifest(repository, digest);
    if (manifest === undefined) return undefined;
    const known = { mediaType: manifest.mediaType };
    return platform === undefined
      ? { repository, digest, known }
      : findPlatform(reader, repository, manifest, platform);
  }
  const target = await reader.tagTarget(repository, tag ?? latest);
  return target && imageAt(reader, repository, target.digest, { mediaType: target.mediaType }, platform);
}

/** The image with a digest that the repository itself named, or of an index the image for a platform. */
export async function imageAt(
  reader: ImageReader,
  repository: Repository,
  digest: Digest,
  known: KnownImage,
  platform: Platform | undefined,
): Promise<Image | undefined> {
  if (platform === undefined) return { repository, digest, known };
  const manifest = await reader.manifest(repository, digest);
  return manifest && findPlatform(reader, repository, manifest, platform);
}
