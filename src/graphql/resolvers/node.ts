import { findImage } from '../../images/find-image.ts';
import type { GraphQLContext } from '../context.ts';
import type { NodeResolvers, QueryResolvers } from '../generated/resolvers.ts';
import { each } from '../each.ts';
import { parseGlobalId } from '../global-id.ts';
import { atMost100 } from '../limits.ts';
import type { ImageModel, RegistryModel, RepositoryModel, TagModel } from '../models.ts';
import { findRepository, findTag } from './repository.ts';

type NodeModel = RegistryModel | RepositoryModel | TagModel | ImageModel;

export const NodeQueries: Required<Pick<QueryResolvers, 'node' | 'nodes'>> = {
  node: (_, { id }, context) => findNode(id, context),
  nodes: (_, { ids }, context) => {
    atMost100(ids, 'ids');
    return each(ids.map((id) => findNode(id, context)));
  },
};

export const NodeType: NodeResolvers = {
  __resolveType: (node) => {
    if ('state' in node) return 'Registry';
    if ('registry' in node) return 'Repository';
    return 'digest' in node ? 'Image' : 'Tag';
  },
};

/** The object that an identifier names, found as by the query for its type. */
async function findNode(text: string, { reader }: GraphQLContext): Promise<NodeModel | undefined> {
  const id = parseGlobalId(text);
  if (id === undefined) return undefined;
  const registry = await reader.registry(id.registry);
  if (registry === undefined) return undefined;
  switch (id.kind) {
    case 'Registry':
      return registry;
    case 'Repository':
      return findRepository(reader, { registry, name: id.repository });
    case 'Tag':
      return findTag(reader, { registry, name: id.repository }, id.tag);
    case 'Image': {
      const repository = { registry, name: id.repository };
      return findImage(reader, { repository, tag: undefined, digest: id.digest }, undefined);
    }
  }
}
