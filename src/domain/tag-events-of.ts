import { isImportPending } from './image-stream-import.ts';
import { isSameSource } from './image-stream-spec.ts';
import type { ImageStream, ImageStreamTag } from './image-stream.ts';
import { mayCoalesce, type TagChange, type TagEventCause, type TagEventKind } from './tag-event.ts';

/**
 * The events of one change of an image stream, in the order of the tags' names: what it was before and is after,
 * `undefined` where it is not there. At most one for each tag, followers their own: that it is gone, else that its image
 * changed, else that its import failed or recovered, else that the image comes from elsewhere. Imports that are pending,
 * changes of policy, pruned history, unchanged imports and specifications taken away while history stays are no events.
 */
export function tagEventsOf(
  before: ImageStream | undefined,
  after: ImageStream | undefined,
  cause: TagEventCause,
): readonly TagChange[] {
  const stream = after ?? before;
  if (stream === undefined || before === after) return [];
  const names = new Set([...(before?.tags.keys() ?? []), ...(after?.tags.keys() ?? [])]);
  const { source, namespace, name } = stream;
  return [...names].sort().flatMap((tag) => {
    const [old, current] = [before?.tags.get(tag), after?.tags.get(tag)];
    const kind = kindOf(old, current);
    if (kind === undefined) return [];
    return {
      subject: { kind: 'IMAGE_STREAM_TAG', source, namespace, name, tag },
      kind,
      digest: current?.history[0]?.digest,
      previousDigest: old?.history[0]?.digest,
      cause,
      coalesced: mayCoalesce(cause),
      reason: kind === 'IMPORT_FAILED' ? reasonOf(current) : undefined,
    };
  });
}

function kindOf(before: ImageStreamTag | undefined, after: ImageStreamTag | undefined): TagEventKind | undefined {
  if (before === after) return undefined;
  if (after === undefined) return 'DELETED';
  return imageKind(before, after) ?? importKind(before, after) ?? sourceKind(before, after);
}

/** A head that is gone while the tag stays was pruned. */
function imageKind(before: ImageStreamTag | undefined, after: ImageStreamTag): TagEventKind | undefined {
  const [old, head] = [before?.history[0], after.history[0]];
  if (head === undefined) return undefined;
  if (head.digest === undefined) return old === undefined ? 'CREATED' : undefined;
  if (old?.digest === undefined) return 'CREATED';
  if (head.digest === old.digest) return undefined;
  const earlier = [...(before?.history ?? []), ...after.history.slice(1)];
  return earlier.some(({ digest }) => digest === head.digest) ? 'ROLLED_BACK' : 'MOVED';
}

function importKind(before: ImageStreamTag | undefined, after: ImageStreamTag): TagEventKind | undefined {
  const [old, now] = [before?.conditions[0], after.conditions[0]];
  if (now !== undefined) return now.reason === old?.reason ? undefined : 'IMPORT_FAILED';
  const head = after.history[0]?.digest;
  return old !== undefined && head !== undefined && isSameHead(before, after) ? 'IMPORT_RECOVERED' : undefined;
}

/**
 * Only of a tag that points at something: what never did is pending. A specification that is taken away says nothing of
 * where the image comes from. A tag that pointed at an image and now is a mere reference comes under this, too.
 */
function sourceKind(before: ImageStreamTag | undefined, after: ImageStreamTag): TagEventKind | undefined {
  const [old, head] = [before?.history[0], after.history[0]];
  if (old === undefined || head === undefined || isImportPending(after)) return undefined;
  const isElsewhere = old.dockerImageReference !== head.dockerImageReference || !isSameHead(before, after);
  return isElsewhere || isOtherWish(before, after) ? 'RETARGETED' : undefined;
}

function isOtherWish(before: ImageStreamTag | undefined, { spec }: ImageStreamTag): boolean {
  if (spec === undefined) return false;
  return !isSameSource(before?.spec?.from, spec.from) || (before?.spec?.reference ?? false) !== spec.reference;
}

function isSameHead(before: ImageStreamTag | undefined, after: ImageStreamTag): boolean {
  return before?.history[0]?.digest === after.history[0]?.digest;
}

function reasonOf(tag: ImageStreamTag | undefined): string | undefined {
  const condition = tag?.conditions[0];
  if (condition === undefined || condition.reason === '') return condition?.message;
  return `${condition.reason}: ${condition.message}`;
}
