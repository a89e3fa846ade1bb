import type { Digest } from '../domain/digest.ts';
import { isGatewayError } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { ImageStreamTag } from '../domain/image-stream.ts';
import type { TagTarget } from '../domain/registry.ts';
import { listPlatforms } from '../images/platform-images.ts';
import type { ImageReader } from '../images/reader.ts';
import type { Repository } from '../images/repository.ts';

/** How a tag of an image stream stands to the tag that it is imported from. */
export interface Drift {
  readonly state: 'SAME' | 'BEHIND' | 'GONE' | 'UNKNOWN';
  /** What the tag there points at. */
  readonly upstreamDigest: Digest | undefined;
  /** How current that is; `undefined` where nothing was learnt. */
  readonly freshness: Freshness | undefined;
}

const unknown: Drift = { state: 'UNKNOWN', upstreamDigest: undefined, freshness: undefined };

/**
 * Asks the registry for the tag that an image stream tag is imported from. It takes the viewer's own rights there. UNKNOWN,
 * never an error, where there is no such tag to ask for, or no answer.
 */
export async function driftOf(images: ImageReader, tag: ImageStreamTag): Promise<Drift> {
  const upstream = tag.spec?.upstream;
  if (upstream === undefined) return unknown;
  try {
    const registry = await images.registry(upstream.registry);
    const repository = registry && { registry, name: upstream.repository };
    if (repository === undefined || !(await images.mayList(repository))) return unknown;
    const target = await images.tagTarget(repository, upstream.tag);
    if (target === undefined) return { ...unknown, state: 'GONE' };
    const state = (await isSame(images, repository, tag, target)) ? 'SAME' : 'BEHIND';
    return { state, upstreamDigest: target.digest, freshness: target.freshness };
  } catch (error) {
    if (isGatewayError(error)) return unknown;
    throw error;
  }
}

/** A tag that keeps one image of an index is up to date while the index still offers it. */
async function isSame(
  images: ImageReader,
  repository: Repository,
  { spec, history: [head] }: ImageStreamTag,
  { digest }: TagTarget,
): Promise<boolean> {
  if (head?.digest === digest) return true;
  if (head?.digest === undefined || spec?.importPolicy.importMode !== 'LEGACY') return false;
  const index = await images.manifest(repository, digest);
  if (index?.content.kind !== 'INDEX') return false;
  return (await listPlatforms(images, repository, index)).some(({ image }) => image.digest === head.digest);
}
