import { parseImageStreamName, parseNamespace } from '../../domain/image-stream-names.ts';
import type { TagAt } from '../../domain/image-stream-source.ts';
import type { ImageStreamKey } from '../../domain/image-stream.ts';
import { parseTagName } from '../../domain/reference.ts';

/** Sees to it that a stream of that name may be made here; throws ARGUMENT_INVALID. */
export function checkStreamKey({ namespace, name }: ImageStreamKey): void {
  parseImageStreamName(parseNamespace(namespace), name);
}

/**
 * Sees to it that a tag of that name may be made here: unlike a cluster, which stores any text, only what can be a tag of
 * a registry, so that every tag can be named. Throws ARGUMENT_INVALID and REFERENCE_INVALID.
 */
export function checkTagAt({ stream, tag }: TagAt): void {
  checkStreamKey(stream);
  parseTagName(tag);
}
