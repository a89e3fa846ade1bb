import { GatewayError } from '../../domain/errors.ts';
import { parseTagName, isTagName, type TagName } from '../../domain/reference.ts';
import { listTags, type TagOrder, type TagPosition } from '../../images/list-tags.ts';
import type { ImageReader } from '../../images/reader.ts';
import type { Repository } from '../../images/repository.ts';
import { createGlob } from '../../lib/glob.ts';
import type { Complete } from '../complete.ts';
import { connectionOf } from '../connection.ts';
import { noting } from '../context.ts';
import type { QueryResolvers, RepositoryResolvers, TagOrder as TagOrderInput } from '../generated/resolvers.ts';
import { formatGlobalId } from '../global-id.ts';
import { pageSize } from '../limits.ts';
import type { TagModel } from '../models.ts';
import { isPagePosition } from './registry.ts';

export const RepositoryQueries: Required<Pick<QueryResolvers, 'repository'>> = {
  repository: async (_, { reference }, { reader }) => {
    const { repository } = await reader.locate(reference);
    return findRepository(reader, repository);
  },
};

/** A repository that the viewer may know of. Whether it exists is not asked. */
export async function findRepository(reader: ImageReader, repository: Repository): Promise<Repository | undefined> {
  return (await reader.mayList(repository)) ? repository : undefined;
}

/** A tag that exists. */
export async function findTag(
  reader: ImageReader,
  repository: Repository,
  name: TagName,
): Promise<TagModel | undefined> {
  return (await reader.tagTarget(repository, name)) && { repository, name };
}

export const RepositoryFields: Complete<RepositoryResolvers, Repository> = {
  id: ({ registry, name }) => formatGlobalId({ kind: 'Repository', registry: registry.name, repository: name }),
  reference: ({ registry, name }) => `${registry.name}/${name}`,
  description: async (repository, _, context, info) =>
    noting(context, info, await context.reader.description(repository))?.description,
  stats: async (repository, _, context, info) => {
    const found = noting(context, info, await context.reader.description(repository));
    return found && { pulls: found.pulls, stars: found.stars };
  },
  tag: (repository, { name }, { reader }) => findTag(reader, repository, parseTagName(name)),
  tags: async (repository, { filter, orderBy, first, after }, context, info) => {
    const { reader, cursors } = context;
    const order = readOrder(orderBy);
    const kind = `tags ${repository.registry.name}/${repository.name} ${JSON.stringify(order)} ${JSON.stringify(filter)}`;
    const position = after == null ? undefined : cursors.open(kind, after, isTagPosition);
    const pattern = filter?.name;
    const listing = await listTags(reader, repository, {
      wanted: pattern == null ? () => true : createTagGlob(pattern),
      isUnfiltered: pattern == null,
      includeArtifacts: filter?.includeArtifacts === true,
      order,
      first: pageSize(first, 'first'),
      after: position,
    });
    if (listing === undefined) return undefined;
    const { freshness } = noting(context, info, listing);
    return connectionOf(
      listing,
      position === undefined,
      (at) => cursors.seal(kind, { ...at }, repository.registry.name),
      ({ name, details }): TagModel => ({ repository, name, listed: details && { details, freshness } }),
    );
  },
};

const longestPattern = 255;

function createTagGlob(pattern: string): (name: TagName) => boolean {
  if (pattern.length <= longestPattern) return createGlob(pattern);
  throw new GatewayError(
    'ARGUMENT_INVALID',
    `filter.name has ${pattern.length} characters; a pattern has at most ${longestPattern}`,
    { argument: 'filter.name' },
  );
}

/** People expect the newest first of versions and dates, and names from A on. */
function readOrder(order: TagOrderInput | null | undefined): TagOrder {
  const field = order?.field ?? 'NATIVE';
  const direction = order?.direction;
  switch (field) {
    case 'NAME':
      return { field, direction: direction ?? 'ASC' };
    case 'VERSION':
      return { field, direction: direction ?? 'DESC' };
    case 'UPDATED':
      if (direction === 'ASC') throw noDirection('UPDATED lists the newest first; leave direction out, or say DESC');
      return { field };
    case 'NATIVE':
      if (direction != null)
        throw noDirection("NATIVE is the registry's own order; leave direction out, or order by NAME");
      return { field };
  }
}

function noDirection(message: string): GatewayError {
  return new GatewayError('ARGUMENT_INVALID', message, { argument: 'orderBy.direction' });
}

function isTagPosition(value: unknown): value is TagPosition {
  if (isPagePosition(value)) return true;
  if (typeof value !== 'object' || value === null || !('name' in value)) return false;
  return typeof value.name === 'string' && isTagName(value.name);
}
