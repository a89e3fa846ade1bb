import { withItem, type ChangeAt } from './image-stream-history.ts';
import { sourceTag } from './tag-source.ts';
import { tagOf, withTags } from './image-stream-tags.ts';
import type { ImageStream, ImageStreamKey, ImageStreamTag, TagItem, TagSpec } from './image-stream.ts';

/** The tag of the same stream that a tag follows; `undefined` where it follows none. */
export function followedTag(stream: ImageStreamKey, spec: TagSpec | undefined): string | undefined {
  if (spec?.from?.kind !== 'IMAGE_STREAM_TAG') return undefined;
  const { namespace, name, tag } = sourceTag(stream, spec.from);
  return namespace === stream.namespace && name === stream.name ? tag : undefined;
}

/**
 * The stream with a tag that points at something new, and with it every tag that follows it, and those that follow them.
 * OpenShift walks over the tags once, in whatever order its map has, so that there the second link of a chain may lag
 * until the next change; nothing wants that, and here each follower gets the item in the same change, whatever the order.
 * Each is visited once, so that tags may follow each other in a circle.
 */
export function withHead(stream: ImageStream, name: string, item: TagItem, { mostItems }: ChangeAt): ImageStream {
  const followers = followersOf(stream);
  const changed = new Map<string, ImageStreamTag>();
  const reached = new Set([name]);
  // A set is walked over in the order of insertion, those that come meanwhile too.
  for (const tag of reached) {
    changed.set(tag, withItem(tagOf(stream, tag), item, mostItems));
    for (const follower of followers.get(tag) ?? []) reached.add(follower);
  }
  return withTags(stream, changed);
}

/** The names of those that follow a tag, by the name of that tag. */
function followersOf(stream: ImageStream): ReadonlyMap<string, readonly string[]> {
  const followers = new Map<string, string[]>();
  for (const { name, spec } of stream.tags.values()) {
    const followed = followedTag(stream, spec);
    if (followed === undefined) continue;
    const others = followers.get(followed);
    if (others === undefined) followers.set(followed, [name]);
    else others.push(name);
  }
  return followers;
}
