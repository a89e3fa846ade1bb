import type { Digest } from './digest.ts';
import { withHead } from './image-stream-followers.ts';
import type { ChangeAt } from './image-stream-history.ts';
import { isSameWish, type WantedSpec } from './image-stream-spec.ts';
import { withTag } from './image-stream-tags.ts';
import type { ImageStream, ImageStreamTag } from './image-stream.ts';

/**
 * Rolls a tag back to an image of its history: a new head, and the tag stays there, since from now on it comes from that
 * very image and is not scheduled any more (what `oc tag stream@digest stream:tag` asks for). `undefined` where the tag's
 * history does not hold the image; the same stream where the tag stands there already.
 */
export function rollBack(stream: ImageStream, name: string, digest: Digest, at: ChangeAt): ImageStream | undefined {
  const tag = stream.tags.get(name);
  const item = tag?.history.find((candidate) => candidate.digest === digest);
  if (tag === undefined || item === undefined) return undefined;
  const wanted = pinned(stream, tag, digest);
  if (tag.history[0] === item && tag.spec !== undefined && isSameWish(tag.spec, wanted)) return stream;
  const generation = stream.generation + 1;
  const asked = withTag({ ...stream, generation }, { ...tag, spec: { ...wanted, generation } });
  return withHead(asked, name, { ...item, createdAt: at.now, generation }, at);
}

function pinned(stream: ImageStream, { spec }: ImageStreamTag, digest: Digest): WantedSpec {
  return {
    from: { kind: 'IMAGE_STREAM_IMAGE', name: `${stream.name}@${digest}`, namespace: undefined },
    reference: false,
    importPolicy: {
      scheduled: false,
      insecure: false,
      importMode: spec?.importPolicy.importMode ?? 'PRESERVE_ORIGINAL',
    },
    referencePolicy: spec?.referencePolicy ?? 'SOURCE',
    upstream: undefined,
  };
}
