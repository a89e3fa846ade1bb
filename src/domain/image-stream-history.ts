import type { Digest } from './digest.ts';
import type { ImageStream, ImageStreamTag, TagItem } from './image-stream.ts';

/** When a change is made, and how much history it leaves. */
export interface ChangeAt {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How many items a tag's history keeps at most, at least 1; the oldest go first. */
  readonly mostItems: number;
}

/**
 * A tag that points at something new, by the rules of OpenShift (`AddTagEventToImageStream`):
 * - nothing differs: the same tag
 * - image and reference are the same: only the head's generation becomes the new one
 * - one of the two is the same: the other is replaced in the head, which keeps its time
 * - both differ: a new head, before all others
 *
 * What changes loses its conditions. History is cut at its end.
 */
export function withItem(tag: ImageStreamTag, item: TagItem, mostItems: number): ImageStreamTag {
  const [head, ...earlier] = tag.history;
  if (head === undefined) return { ...tag, history: [item], conditions: [] };
  const isSameImage = head.digest === item.digest;
  const isSameReference = head.dockerImageReference === item.dockerImageReference;
  if (isSameImage && isSameReference && head.generation === item.generation) return tag;
  const history =
    isSameImage || isSameReference
      ? [{ ...item, createdAt: head.createdAt }, ...earlier]
      : [item, ...tag.history].slice(0, mostItems);
  return { ...tag, history, conditions: [] };
}

/** All images that tags of a stream point at or pointed at, each with an item that names it: the newest of the first such tag. */
export function imagesOf(stream: ImageStream): ReadonlyMap<Digest, TagItem> {
  const images = new Map<Digest, TagItem>();
  for (const { history } of stream.tags.values()) {
    for (const item of history) {
      if (item.digest !== undefined && !images.has(item.digest)) images.set(item.digest, item);
    }
  }
  return images;
}

/** The image that a tag pointed at before the one that it points at now; `undefined` where its history holds none. */
export function previousImage(tag: ImageStreamTag): Digest | undefined {
  const [head, ...earlier] = tag.history;
  return earlier.find(({ digest }) => digest !== undefined && digest !== head?.digest)?.digest;
}
