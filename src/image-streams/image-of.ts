import { isGatewayError } from '../domain/errors.ts';
import type { ImageStreamKey, TagItem } from '../domain/image-stream.ts';
import type { Platform } from '../domain/platform.ts';
import { imageAt } from '../images/find-image.ts';
import type { ImageReader } from '../images/reader.ts';
import type { Image } from '../images/repository.ts';
import { resourceOf } from './reader.ts';

/**
 * The image that an item of an image stream's history stands for, or of an index the image for a platform. The rights on
 * the image stream count for it, whatever those on its repository are (as in OpenShift). `undefined` for a mere reference,
 * and where its registry is not configured.
 */
export async function imageOf(
  images: ImageReader,
  stream: ImageStreamKey,
  { digest, dockerImageReference }: TagItem,
  platform: Platform | undefined,
): Promise<Image | undefined> {
  if (digest === undefined) return undefined;
  const located = await images.locate(dockerImageReference, resourceOf(stream)).catch((error: unknown) => {
    if (isGatewayError(error, 'REGISTRY_UNKNOWN') || isGatewayError(error, 'REFERENCE_INVALID')) return undefined;
    throw error;
  });
  return located && imageAt(images, located.repository, digest, {}, platform);
}
