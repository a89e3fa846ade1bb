import { GatewayError } from './errors.ts';
import type { ImageStreamKey } from './image-stream.ts';
import { quote } from './quote.ts';

/** The failure of asking a stream for an image that it does not hold, or that only hidden tags of it do. */
export function noSuchImage({ namespace, name }: ImageStreamKey, image: string, argument?: string): GatewayError {
  const details = argument === undefined ? {} : { argument };
  return new GatewayError('NOT_FOUND', `${namespace}/${name} never had an image ${quote(image)}`, details);
}

/** The failure of asking for an image stream that is not there, or is hidden: both are told in the same words. */
export function noSuchStream({ namespace, name }: ImageStreamKey, argument?: string): GatewayError {
  const details = argument === undefined ? {} : { argument };
  return new GatewayError('NOT_FOUND', `there is no image stream ${quote(`${namespace}/${name}`)}`, details);
}
