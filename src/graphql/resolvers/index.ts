import type { CompleteResolvers } from '../complete.ts';
import { ImageFields, ImageQueries, LayerFields, PlatformImageFields, ReferrerFields } from './image.ts';
import { ImageStreamMutations } from './image-stream-mutations.ts';
import {
  ImageStreamImageFields,
  ImageStreamTagFields,
  ImageStreamTagItemFields,
  ImageStreamTagQueries,
} from './image-stream-tag.ts';
import { ImageStreamConnectionFields, ImageStreamFields, ImageStreamQueries } from './image-stream.ts';
import { NodeQueries, NodeType } from './node.ts';
import { RegistryFields, RegistryQueries } from './registry.ts';
import { RepositoryFields, RepositoryQueries } from './repository.ts';
import { ByteSize, Cursor, DateTime, Digest } from './scalars.ts';
import { TagFields, TagQueries } from './tag.ts';
import { SubscriptionFields, TagEventFields, TagEventQueries, TagSubjectFields } from './tag-event.ts';

/** The resolvers of the whole schema, a file for each word of it. */
export const resolvers: CompleteResolvers = {
  ByteSize,
  Cursor,
  DateTime,
  Digest,
  Image: ImageFields,
  ImageStream: ImageStreamFields,
  ImageStreamConnection: ImageStreamConnectionFields,
  ImageStreamImage: ImageStreamImageFields,
  ImageStreamTag: ImageStreamTagFields,
  ImageStreamTagItem: ImageStreamTagItemFields,
  Layer: LayerFields,
  Mutation: ImageStreamMutations,
  Node: NodeType,
  PlatformImage: PlatformImageFields,
  Query: {
    ...ImageQueries,
    ...ImageStreamQueries,
    ...ImageStreamTagQueries,
    ...NodeQueries,
    ...RegistryQueries,
    ...RepositoryQueries,
    ...TagEventQueries,
    ...TagQueries,
  },
  Referrer: ReferrerFields,
  Registry: RegistryFields,
  Repository: RepositoryFields,
  Subscription: SubscriptionFields,
  Tag: TagFields,
  TagEvent: TagEventFields,
  TagSubject: TagSubjectFields,
};
