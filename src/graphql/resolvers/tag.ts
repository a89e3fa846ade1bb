import { GatewayError } from '../../domain/errors.ts';
import { formatTagReference, parseTagName } from '../../domain/reference.ts';
import type { TagTarget } from '../../domain/registry.ts';
import { parsePlatform } from '../../domain/platform.ts';
import { createEventFilter } from '../../events/filter.ts';
import { imageAt } from '../../images/find-image.ts';
import type { Complete } from '../complete.ts';
import { noting, type GraphQLContext } from '../context.ts';
import { eventPage } from '../event-page.ts';
import type { QueryResolvers, TagResolvers } from '../generated/resolvers.ts';
import { formatGlobalId } from '../global-id.ts';
import { pageSize } from '../limits.ts';
import type { TagModel } from '../models.ts';
import { findTag } from './repository.ts';

const latest = parseTagName('latest');

export const TagQueries: Required<Pick<QueryResolvers, 'tag'>> = {
  tag: async (_, { reference }, { reader }) => {
    const { repository, tag, digest } = await reader.locate(reference);
    if (tag === undefined && digest !== undefined) {
      const message = `${JSON.stringify(reference)} names a digest and no tag; ask \`image\` for it`;
      throw new GatewayError('REFERENCE_INVALID', message, {});
    }
    return findTag(reader, repository, tag ?? latest);
  },
};

export const TagFields: Complete<TagResolvers, TagModel> = {
  id: ({ repository: { registry, name: repository }, name: tag }) =>
    formatGlobalId({ kind: 'Tag', registry: registry.name, repository, tag }),
  reference: ({ repository: { registry, name: repository }, name }) =>
    formatTagReference(registry.name, repository, name),
  digest: async (tag, _, context, info) => noting(context, info, await targetOf(tag, context))?.digest,
  image: async (tag, { platform }, context, info) => {
    const wanted = platform == null ? undefined : parsePlatform(platform);
    const target = noting(context, info, await targetOf(tag, context));
    if (target === undefined) return undefined;
    const known = tag.listed?.details ?? { mediaType: target.mediaType };
    return imageAt(context.reader, tag.repository, target.digest, known, wanted);
  },
  watched: ({ repository: { registry, name } }, _, { isWatched }) => isWatched(registry.name, name),
  history: ({ repository: { registry, name: repository }, name: tag }, { first, after }, context) =>
    eventPage(context, {
      filter: createEventFilter({ subject: 'TAG', registry: registry.name, repository, tag }),
      order: 'NEWEST_FIRST',
      first: pageSize(first, 'first'),
      after,
    }),
  updatedAt: ({ listed }) => listed?.details.updatedAt,
  freshness: async (tag, _, context) => (await targetOf(tag, context))?.freshness,
};

/** What a tag points at: as its listing said, or as the registry says now. */
async function targetOf(
  { repository, name, listed }: TagModel,
  { reader }: GraphQLContext,
): Promise<Pick<TagTarget, 'digest' | 'mediaType' | 'freshness'> | undefined> {
  if (listed === undefined) return reader.tagTarget(repository, name);
  return { digest: listed.details.digest, mediaType: listed.details.mediaType, freshness: listed.freshness };
}
