import { matchDigest } from './digest-prefix.ts';
import { imagesOf } from './image-stream-history.ts';
import type { ImageStream, ImageStreamKey, ImageStreamTagKey, TagItem, TagSource, TagSpec } from './image-stream.ts';

/** What the source of a tag turns out to be at the time that it is asked for. */
export type FoundSource =
  /** An image of a registry, which an import has to look up. */
  | { readonly kind: 'IMPORT' }
  /** Known at once. `from` names it in full. */
  | { readonly kind: 'ITEM'; readonly from: TagSource; readonly item: Omit<TagItem, 'generation'> }
  /** No source, or a tag that points at nothing yet; both are accepted. */
  | { readonly kind: 'NOTHING' }
  | MissingSource;

/** A source that cannot be accepted: the stream is missing, or its history does not hold the image. */
export type MissingSource =
  | { readonly kind: 'NO_STREAM'; readonly key: ImageStreamKey }
  | { readonly kind: 'NO_IMAGE'; readonly key: ImageStreamKey; readonly image: string };

/** Finds another stream of the same source. */
export type StreamOf = (key: ImageStreamKey) => ImageStream | undefined;

/** The tag that an `IMAGE_STREAM_TAG` names: `tag` of the same stream, or `stream:tag`. */
export function sourceTag(stream: ImageStreamKey, from: TagSource): ImageStreamTagKey {
  const colon = from.name.indexOf(':');
  const name = colon === -1 ? stream.name : from.name.slice(0, colon);
  return { ...sourceStream(stream, from, name), tag: from.name.slice(colon + 1) };
}

/**
 * Looks a tag's source up, once: what a tag of another stream points at later is nothing to this one, as OpenShift has it.
 * An image is named by digest or by its beginning; throws as `matchDigest` does.
 */
export function findSource(
  stream: ImageStream,
  wanted: Pick<TagSpec, 'from' | 'reference'>,
  now: number,
  streamOf: StreamOf,
): FoundSource {
  const { from } = wanted;
  if (from === undefined) return { kind: 'NOTHING' };
  switch (from.kind) {
    case 'DOCKER_IMAGE':
      if (!wanted.reference) return { kind: 'IMPORT' };
      return { kind: 'ITEM', from, item: { createdAt: now, digest: undefined, dockerImageReference: from.name } };
    case 'IMAGE_STREAM_TAG': {
      const { tag, ...key } = sourceTag(stream, from);
      const named = isSameStream(key, stream) ? stream : streamOf(key);
      if (named === undefined) return { kind: 'NO_STREAM', key };
      const item = named.tags.get(tag)?.history[0];
      return item === undefined ? { kind: 'NOTHING' } : { kind: 'ITEM', from, item };
    }
    case 'IMAGE_STREAM_IMAGE':
      return findImage(stream, from, now, streamOf);
  }
}

/**
 * What an `IMAGE_STREAM_TAG` is pinned to where it is not to be followed (`oc tag` without `--alias`): the very image that
 * the tag points at now, or what a mere reference names. `undefined` where it points at nothing.
 */
export function pinnedSource(stream: ImageStream, from: TagSource, streamOf: StreamOf): TagSource | undefined {
  const { tag, ...key } = sourceTag(stream, from);
  const named = isSameStream(key, stream) ? stream : streamOf(key);
  const head = named?.tags.get(tag)?.history[0];
  if (head === undefined) return undefined;
  if (head.digest === undefined) return { kind: 'DOCKER_IMAGE', name: head.dockerImageReference, namespace: undefined };
  return { kind: 'IMAGE_STREAM_IMAGE', name: `${key.name}@${head.digest}`, namespace: from.namespace };
}

function findImage(stream: ImageStream, from: TagSource, now: number, streamOf: StreamOf): FoundSource {
  const at = from.name.indexOf('@');
  const key = sourceStream(stream, from, at === -1 ? stream.name : from.name.slice(0, at));
  const image = from.name.slice(at + 1);
  const named = isSameStream(key, stream) ? stream : streamOf(key);
  if (named === undefined) return { kind: 'NO_STREAM', key };
  const images = imagesOf(named);
  const digest = matchDigest(image, images.keys());
  const item = digest === undefined ? undefined : images.get(digest);
  if (item === undefined) return { kind: 'NO_IMAGE', key, image };
  return { kind: 'ITEM', from: { ...from, name: `${key.name}@${String(digest)}` }, item: { ...item, createdAt: now } };
}

function sourceStream(stream: ImageStreamKey, from: TagSource, name: string): ImageStreamKey {
  return { source: stream.source, namespace: from.namespace ?? stream.namespace, name };
}

function isSameStream(a: ImageStreamKey, b: ImageStreamKey): boolean {
  return a.namespace === b.namespace && a.name === b.name;
}
