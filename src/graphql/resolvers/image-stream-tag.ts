import { matchDigest } from '../../domain/digest-prefix.ts';
import { imagesOf } from '../../domain/image-stream-history.ts';
import { parseImageStreamImageName, parseImageStreamTagName } from '../../domain/image-stream-names.ts';
import type { Condition, ImageStream, ImageStreamTag, TagItem } from '../../domain/image-stream.ts';
import { parsePlatform } from '../../domain/platform.ts';
import { driftOf } from '../../image-streams/drift.ts';
import { imageOf } from '../../image-streams/image-of.ts';
import type { Image } from '../../images/repository.ts';
import type { Complete } from '../complete.ts';
import { noting, type GraphQLContext } from '../context.ts';
import type {
  ImageStreamImageResolvers,
  ImageStreamTagItemResolvers,
  ImageStreamTagResolvers,
  QueryResolvers,
} from '../generated/resolvers.ts';
import { formatGlobalId } from '../global-id.ts';
import { pageSize } from '../limits.ts';
import type { ImageStreamImageModel, ImageStreamTagItemModel, ImageStreamTagModel } from '../models.ts';

export const ImageStreamTagQueries: Required<Pick<QueryResolvers, 'imageStreamTag' | 'imageStreamImage'>> = {
  imageStreamTag: async (_, { source, namespace, name: text }, { streams }) => {
    const { name, tag } = parseImageStreamTagName(text);
    const stream = await streams.imageStream({ source: source ?? undefined, namespace, name });
    return stream && heldTag(stream, tag);
  },
  imageStreamImage: async (_, { source, namespace, name: text }, { streams }) => {
    const { name, image } = parseImageStreamImageName(text);
    const stream = await streams.imageStream({ source: source ?? undefined, namespace, name });
    return stream && heldImage(stream, image);
  },
};

/** A tag of a stream; `undefined` where nothing is wanted nor known of it. */
export function heldTag(stream: ImageStream, name: string): ImageStreamTagModel | undefined {
  const held = stream.tags.get(name);
  if (held === undefined) return undefined;
  const isThere = held.spec !== undefined || held.history.length > 0 || held.conditions.length > 0;
  return isThere ? { imageStream: stream, held } : undefined;
}

/** An image of any tag's history, by its digest or by what that begins with; throws as `matchDigest` does. */
export function heldImage(stream: ImageStream, text: string): ImageStreamImageModel | undefined {
  const images = imagesOf(stream);
  const digest = matchDigest(text, images.keys());
  const item = digest && images.get(digest);
  return item && { imageStream: stream, digest, item };
}

export const ImageStreamTagFields: Complete<ImageStreamTagResolvers, ImageStreamTagModel> = {
  id: ({ imageStream: { source, namespace, name }, held }) =>
    formatGlobalId({ kind: 'ImageStreamTag', source, namespace, name, tag: held.name }),
  name: ({ imageStream, held }) => `${imageStream.name}:${held.name}`,
  tag: ({ held }) => held.name,
  from: ({ held }) => held.spec?.from,
  image: ({ imageStream, held }, { platform }, context) => imageFor(imageStream, held.history[0], platform, context),
  digest: ({ held }) => held.history[0]?.digest,
  dockerImageReference: ({ imageStream, held }) => pulledFrom(imageStream, held),
  generation: ({ held }) => held.spec?.generation,
  isReference: ({ held }) => held.spec?.reference ?? false,
  importPolicy: ({ held }) => held.spec?.importPolicy,
  referencePolicy: ({ held }) => held.spec?.referencePolicy,
  history: ({ imageStream, held }, { first }) =>
    held.history.slice(0, pageSize(first, 'first')).map((item) => ({ imageStream, item })),
  historyCount: ({ held }) => held.history.length,
  conditions: ({ held }) => conditionsOf(held.name, held.conditions),
  drift: async ({ held }, _, context, info) => {
    const { state, upstreamDigest, freshness } = await driftOf(context.reader, held);
    if (freshness !== undefined) noting(context, info, { freshness });
    return { state, upstreamDigest, checkedAt: freshness?.fetchedAt };
  },
  revision: ({ imageStream: { source, namespace, name }, held }, _, { streams }) =>
    streams.revision({ source, namespace, name, tag: held.name }),
};

export const ImageStreamTagItemFields: Complete<ImageStreamTagItemResolvers, ImageStreamTagItemModel> = {
  created: ({ item }) => item.createdAt,
  digest: ({ item }) => item.digest,
  dockerImageReference: ({ item }) => item.dockerImageReference,
  generation: ({ item }) => item.generation,
  image: ({ imageStream, item }, { platform }, context) => imageFor(imageStream, item, platform, context),
};

export const ImageStreamImageFields: Complete<ImageStreamImageResolvers, ImageStreamImageModel> = {
  id: ({ imageStream: { source, namespace, name }, digest }) =>
    formatGlobalId({ kind: 'ImageStreamImage', source, namespace, name, digest }),
  name: ({ imageStream, digest }) => `${imageStream.name}@${digest}`,
  dockerImageReference: ({ item }) => item.dockerImageReference,
  created: ({ item }) => item.createdAt,
  image: ({ imageStream, item }, { platform }, context) => imageFor(imageStream, item, platform, context),
};

/** Conditions with the tag that they are about. */
export function conditionsOf(
  tag: string,
  conditions: readonly Condition[],
): readonly (Condition & { readonly tag: string })[] {
  return conditions.map((condition) => ({ tag, ...condition }));
}

/** Where people pull what a tag points at: with the policy LOCAL from the source's own registry, where there is one. */
function pulledFrom({ dockerImageRepository }: ImageStream, { spec, history: [head] }: ImageStreamTag) {
  const isLocal = spec?.referencePolicy === 'LOCAL' && dockerImageRepository !== undefined;
  return isLocal && head?.digest !== undefined ? `${dockerImageRepository}@${head.digest}` : head?.dockerImageReference;
}

async function imageFor(
  stream: ImageStream,
  item: TagItem | undefined,
  platform: string | null | undefined,
  { reader }: GraphQLContext,
): Promise<Image | undefined> {
  const wanted = platform == null ? undefined : parsePlatform(platform);
  return item && imageOf(reader, stream, item, wanted);
}
