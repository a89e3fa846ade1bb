import type { Digest } from './digest.ts';
import { withHead } from './image-stream-followers.ts';
import type { ChangeAt } from './image-stream-history.ts';
import { isSameSource } from './image-stream-spec.ts';
import { tagOf, withTag } from './image-stream-tags.ts';
import type { Condition, ImageStream, ImageStreamTag, TagItem, TagSpec } from './image-stream.ts';

/** Which import of which tag has ended. */
export interface EndedImport {
  readonly tag: string;
  /**
   * What the tag was to be when the import began. What is wanted otherwise since then makes it an old story, which changes
   * nothing. Generation 0, which no tag has, stands for a tag without a specification, which gets this one.
   */
  readonly asked: TagSpec;
}

/** What an import found. */
export interface ImportedImage {
  readonly digest: Digest;
  /** Where it is pulled from, by digest. */
  readonly dockerImageReference: string;
}

/**
 * Whether an import is asked for that has neither brought an image nor failed yet: the tag's specification is newer than
 * both its head and its condition.
 */
export function isImportPending({ spec, history, conditions }: ImageStreamTag): boolean {
  if (spec?.from?.kind !== 'DOCKER_IMAGE' || spec.reference) return false;
  const observed = [history[0], ...conditions].map((seen) => seen?.generation ?? 0);
  return spec.generation > Math.max(...observed);
}

/**
 * The stream after an import that found an image. A tag that has it already, as it was last asked for, loses its
 * conditions and nothing else changes; one that had none of these is left as it is (the same object), so that nothing is
 * written. Else stream and tag get a new generation, as in OpenShift, and the followers go with the tag.
 */
export function importSucceeded(
  stream: ImageStream,
  ended: EndedImport,
  image: ImportedImage,
  at: ChangeAt,
): ImageStream {
  const tag = tagOf(stream, ended.tag);
  if (isOutdated(tag.spec, ended.asked)) return stream;
  if (tag.spec !== undefined && answers(tag.history[0], image, tag.spec)) {
    return tag.conditions.length === 0 ? stream : withTag(stream, { ...tag, conditions: [] });
  }
  const generation = stream.generation + 1;
  const item = { createdAt: at.now, ...image, generation };
  return withHead(asksNow(stream, tag, ended.asked), ended.tag, item, at);
}

/**
 * The stream after an import that failed: the tag keeps its image and gets a condition, unless the very same stands
 * already; then nothing changes (the same object), so that nothing is written. Only where the import had been asked for
 * again is that noted in the condition: else it would be pending for ever.
 */
export function importFailed(
  stream: ImageStream,
  ended: EndedImport,
  { reason, message }: Pick<Condition, 'reason' | 'message'>,
  now: number,
): ImageStream {
  const tag = tagOf(stream, ended.tag);
  if (isOutdated(tag.spec, ended.asked)) return stream;
  const standing = tag.conditions.find((condition) => condition.reason === reason && condition.message === message);
  if (standing !== undefined && tag.spec !== undefined && !isImportPending(tag)) return stream;
  const generation = stream.generation + 1;
  const lastTransitionTime = standing?.lastTransitionTime ?? now;
  const condition: Condition = {
    type: 'ImportSuccess',
    status: 'False',
    reason,
    message,
    generation,
    lastTransitionTime,
  };
  const asked = asksNow(stream, tag, ended.asked);
  return withTag(asked, { ...tagOf(asked, ended.tag), conditions: [condition] });
}

function isOutdated(spec: TagSpec | undefined, asked: TagSpec): boolean {
  if (spec === undefined) return asked.generation !== 0;
  return spec.generation !== asked.generation || !isSameSource(spec.from, asked.from);
}

function answers(head: TagItem | undefined, image: ImportedImage, spec: TagSpec): boolean {
  if (head === undefined) return false;
  const isSameImage = head.digest === image.digest && head.dockerImageReference === image.dockerImageReference;
  return isSameImage && spec.generation <= head.generation;
}

/** The tag as wanted in a new generation. What was changed of its policies while the import went on stays. */
function asksNow(stream: ImageStream, tag: ImageStreamTag, asked: TagSpec): ImageStream {
  const generation = stream.generation + 1;
  return withTag({ ...stream, generation }, { ...tag, spec: { ...(tag.spec ?? asked), generation } });
}
