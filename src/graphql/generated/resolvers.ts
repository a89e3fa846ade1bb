import type { Digest } from '../../domain/digest.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { RegistryModel, RepositoryModel, RepositoryConnectionModel, RepositoryEdgeModel, TagModel, TagConnectionModel, TagEdgeModel, ImageModel, PlatformImageModel, LayerModel, ReferrerModel } from '../models.ts';
import type { Freshness as FreshnessModel } from '../../domain/freshness.ts';
import type { GraphQLContext as Context } from '../context.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null | undefined;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A size in bytes: always a JSON number, an integer from 0 to 2^53-1. */
  ByteSize: { input: number; output: number; }
  /** A position in a list. Opaque: keep it, pass it back, never build one. */
  Cursor: { input: string; output: string; }
  /** A moment in time, ISO 8601 in UTC. */
  DateTime: { input: number; output: number; }
  /** A content digest, `algorithm:hex`: sha256, sha384 or sha512, in lower case. */
  Digest: { input: Digest; output: Digest; }
};

/** What a viewer may do with a resource. */
export type AccessVerb =
  /** See tags and digests. */
  | 'GET'
  /** See manifests, configuration, layers and what refers to an image. */
  | 'INSPECT'
  /** Know that it exists. */
  | 'LIST';

/** A fact that one or more requests to a registry teach. */
export type Fact =
  /** One page of a registry's catalog: one request. */
  | 'CATALOG'
  /** The configuration of an image: one request. */
  | 'CONFIG'
  /** A repository's description and statistics: one request. */
  | 'DESCRIPTION'
  /** The manifest or index with a digest: one request. */
  | 'MANIFEST'
  /** What refers to an image, with the fallback for registries without a referrers API: two requests. */
  | 'REFERRERS'
  /** Which digest a tag points at: one request. */
  | 'TAG'
  /** All names of a repository's tags, read page by page: counts as eight requests. */
  | 'TAG_NAMES'
  /** One page of a repository's tags: one request. */
  | 'TAG_PAGE';

/** How current an answer is. */
export type Freshness = {
  /** When the registry said so. */
  readonly fetchedAt: Scalars['DateTime']['output'];
  /** Why it is not fresh. */
  readonly reason?: Maybe<Scalars['String']['output']>;
  /** The short answer. */
  readonly state: FreshnessState;
};

/** How current an answer is, in one word. */
export type FreshnessState =
  /** Read from the registry within the time that the configuration allows. */
  | 'FRESH'
  /** Older than that: the registry is being asked again, or could not be asked. */
  | 'STALE';

/** A step of an image's build. */
export type HistoryEntry = {
  /** Who. */
  readonly author?: Maybe<Scalars['String']['output']>;
  /** What was said about it. */
  readonly comment?: Maybe<Scalars['String']['output']>;
  /** When. */
  readonly created?: Maybe<Scalars['DateTime']['output']>;
  /** The command. */
  readonly createdBy?: Maybe<Scalars['String']['output']>;
  /** Whether it made no layer. */
  readonly emptyLayer: Scalars['Boolean']['output'];
};

/** An image, known by its digest: one for a platform, an index of several, or an artifact of another kind. */
export type Image = Node & {
  /** The annotations of its manifest. */
  readonly annotations?: Maybe<ReadonlyArray<KeyValue>>;
  /** What kind of artifact, where it is one. */
  readonly artifactType?: Maybe<Scalars['String']['output']>;
  /** Its configuration; null where there is none that describes an image. */
  readonly config?: Maybe<ImageConfig>;
  /** The digest of its manifest. */
  readonly digest: Scalars['Digest']['output'];
  /** The global identifier. */
  readonly id: Scalars['ID']['output'];
  /** The digest of its configuration, which `docker images` shows as the image ID; null on an index. */
  readonly imageId?: Maybe<Scalars['Digest']['output']>;
  /** What it is. */
  readonly kind?: Maybe<ImageKind>;
  /** Its layers, lowest first; null on an index. */
  readonly layers?: Maybe<ReadonlyArray<Layer>>;
  /** Bytes of the manifest itself. */
  readonly manifestSize?: Maybe<Scalars['ByteSize']['output']>;
  /** The media type of its manifest. */
  readonly mediaType?: Maybe<Scalars['String']['output']>;
  /** The platform that it runs on; null on an index and where it names none. */
  readonly platform?: Maybe<Platform>;
  /** The platforms that it offers: of an index one entry each, of a single image one entry, itself. Attestations are not among them. */
  readonly platforms?: Maybe<ReadonlyArray<PlatformImage>>;
  /** The manifest as the registry served it, byte for byte. */
  readonly raw?: Maybe<Scalars['String']['output']>;
  /** `registry/repository@digest`: the same however the image was reached. */
  readonly reference: Scalars['String']['output'];
  /** What refers to it: signatures, attestations, bills of materials. */
  readonly referrers?: Maybe<ReadonlyArray<Referrer>>;
  /** The first 12 hex digits of the digest. */
  readonly shortDigest: Scalars['String']['output'];
  /** Compressed bytes to pull it: its layers, each once. Null on an index, which is pulled one platform at a time. */
  readonly size?: Maybe<Scalars['ByteSize']['output']>;
};


/** An image, known by its digest: one for a platform, an index of several, or an artifact of another kind. */
export type ImageReferrersArgs = {
  artifactType?: InputMaybe<Scalars['String']['input']>;
};

/** How an image runs, and how it was made. */
export type ImageConfig = {
  /** Who built it. */
  readonly author?: Maybe<Scalars['String']['output']>;
  /** The command, or its default arguments. */
  readonly command: ReadonlyArray<Scalars['String']['output']>;
  /** When it was built. */
  readonly created?: Maybe<Scalars['DateTime']['output']>;
  /** The entry point. */
  readonly entrypoint: ReadonlyArray<Scalars['String']['output']>;
  /** Environment, `NAME=value`. */
  readonly env: ReadonlyArray<Scalars['String']['output']>;
  /** Ports it listens on, `80/tcp`. */
  readonly exposedPorts: ReadonlyArray<Scalars['String']['output']>;
  /** The steps of its build, first one first. */
  readonly history: ReadonlyArray<HistoryEntry>;
  /** Labels. */
  readonly labels: ReadonlyArray<KeyValue>;
  /** The signal that stops it. */
  readonly stopSignal?: Maybe<Scalars['String']['output']>;
  /** The user it runs as; null or empty for root. */
  readonly user?: Maybe<Scalars['String']['output']>;
  /** Paths that are volumes. */
  readonly volumes: ReadonlyArray<Scalars['String']['output']>;
  /** The working directory. */
  readonly workingDir?: Maybe<Scalars['String']['output']>;
};

/** What an image is. */
export type ImageKind =
  /** Something else that a registry keeps: a chart, a signature, a module. */
  | 'ARTIFACT'
  /** An image for one platform. */
  | 'IMAGE'
  /** An index of images, one for each platform. */
  | 'INDEX';

/** A name with a value, as labels and annotations have. */
export type KeyValue = {
  /** The name. */
  readonly key: Scalars['String']['output'];
  /** The value. */
  readonly value: Scalars['String']['output'];
};

/** A layer of an image. */
export type Layer = {
  /** The command that made it, from the configuration's history; null where the history does not tell. */
  readonly command?: Maybe<Scalars['String']['output']>;
  /** The digest of the compressed layer. */
  readonly digest: Scalars['Digest']['output'];
  /** Its media type; null in Docker's first format. */
  readonly mediaType?: Maybe<Scalars['String']['output']>;
  /** Its compressed size; null in Docker's first format, which does not record it. */
  readonly size?: Maybe<Scalars['ByteSize']['output']>;
};

/** An object with an identifier that holds across restarts and replicas. */
export type Node = {
  /** The identifier, opaque to clients; made of the object's natural key, so it survives any rebuild. */
  readonly id: Scalars['ID']['output'];
};

/** A direction. */
export type OrderDirection =
  /** From small to large, old to new, A to Z. */
  | 'ASC'
  /** From large to small, new to old, Z to A. */
  | 'DESC';

/** Where a page of a connection stands in the whole. */
export type PageInfo = {
  /** The cursor to go on from: pass it as `after`. Null on an empty last page. */
  readonly endCursor?: Maybe<Scalars['Cursor']['output']>;
  /** Whether more follows `endCursor`. */
  readonly hasNextPage: Scalars['Boolean']['output'];
  /** Whether something precedes `startCursor`. */
  readonly hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the page's first edge; null on an empty page. */
  readonly startCursor?: Maybe<Scalars['Cursor']['output']>;
};

/** An operating system and a processor. */
export type Platform = {
  /** The processor: `amd64`. */
  readonly architecture: Scalars['String']['output'];
  /** The operating system: `linux`. */
  readonly os: Scalars['String']['output'];
  /** The version of the operating system, as Windows images need it. */
  readonly osVersion?: Maybe<Scalars['String']['output']>;
  /** Its variant: `v7`. */
  readonly variant?: Maybe<Scalars['String']['output']>;
};

/** An image for one platform. */
export type PlatformImage = {
  /** The digest of the image's manifest. */
  readonly digest: Scalars['Digest']['output'];
  /** The image. */
  readonly image: Image;
  /** `os/arch[/variant]`; `unknown` where the index does not say. */
  readonly name: Scalars['String']['output'];
  /** The platform; null where the index does not say. */
  readonly platform?: Maybe<Platform>;
  /** Compressed bytes to pull it, where the index or the listing tells. */
  readonly size?: Maybe<Scalars['ByteSize']['output']>;
};

/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type Query = {
  /** The image that a reference names; null where it does not exist. */
  readonly image?: Maybe<Image>;
  /** The images that these references name, in the order asked, null where one does not exist or failed. At most 100. */
  readonly images: ReadonlyArray<Maybe<Image>>;
  /** The object with a global identifier; null where there is none. */
  readonly node?: Maybe<Node>;
  /** The objects with these identifiers, in the order asked, null where there is none. At most 100. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** The registries that the viewer may list, in the order of the configuration. Asks nothing upstream. */
  readonly registries: ReadonlyArray<Registry>;
  /** The registry that a name or one of its aliases means; null where none is configured. Asks nothing upstream. */
  readonly registry?: Maybe<Registry>;
  /** The repository that a reference names. Asks nothing upstream: where the repository does not exist, its `tags` and `tag` are null. */
  readonly repository?: Maybe<Repository>;
  /** The tag that a reference names, `latest` where it names none; null where it does not exist. */
  readonly tag?: Maybe<Tag>;
};


/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type QueryImageArgs = {
  platform?: InputMaybe<Scalars['String']['input']>;
  reference: Scalars['String']['input'];
};


/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type QueryImagesArgs = {
  platform?: InputMaybe<Scalars['String']['input']>;
  references: ReadonlyArray<Scalars['String']['input']>;
};


/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
};


/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type QueryRegistryArgs = {
  name: Scalars['String']['input'];
};


/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type QueryRepositoryArgs = {
  reference: Scalars['String']['input'];
};


/**
 * Questions about registries, repositories, tags and images. What does not exist is null, without an error; a registry that
 * fails nulls its own fields and adds an error with a code.
 */
export type QueryTagArgs = {
  reference: Scalars['String']['input'];
};

/** What a registry says about how much it may still be asked. */
export type RateLimit = {
  /** Requests allowed in a window. */
  readonly limit?: Maybe<Scalars['Int']['output']>;
  /** Requests left of it. */
  readonly remaining?: Maybe<Scalars['Int']['output']>;
  /** When asking is allowed again, where the registry has said so. */
  readonly resetsAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whom the registry counts: an address or an account. */
  readonly source?: Maybe<Scalars['String']['output']>;
  /** The window's length in seconds. */
  readonly windowSeconds?: Maybe<Scalars['Int']['output']>;
};

/** Something that refers to an image. */
export type Referrer = {
  /** What the registry's list says about it. */
  readonly annotations: ReadonlyArray<KeyValue>;
  /** What it is. */
  readonly artifactType?: Maybe<Scalars['String']['output']>;
  /** Its digest. */
  readonly digest: Scalars['Digest']['output'];
  /** The artifact itself. */
  readonly image: Image;
  /** The media type of its manifest. */
  readonly mediaType: Scalars['String']['output'];
  /** Bytes of its manifest. */
  readonly size: Scalars['ByteSize']['output'];
};

/** A host that serves images, as configured. */
export type Registry = Node & {
  /** What it can do besides serving images by tag and digest. */
  readonly abilities: ReadonlyArray<RegistryAbility>;
  /** How it has been answering, learnt from the traffic to it. */
  readonly health: RegistryHealth;
  /** The global identifier. */
  readonly id: Scalars['ID']['output'];
  /** The kind that the configuration gives it: `oci`, `docker-hub`, `red-hat`. */
  readonly kind: Scalars['String']['output'];
  /** The name used in references. */
  readonly name: Scalars['String']['output'];
  /** What it last said about its rate limit; null where it has said nothing. */
  readonly rateLimit?: Maybe<RateLimit>;
  /** Its repositories; null where it has no catalog, or none that our credentials may read. */
  readonly repositories?: Maybe<RepositoryConnection>;
  /** Where it is reached. */
  readonly url: Scalars['String']['output'];
};


/** A host that serves images, as configured. */
export type RegistryRepositoriesArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
};

/** Something that only some registries can do. */
export type RegistryAbility =
  /** Lists its repositories. */
  | 'CATALOG'
  /** Describes repositories and counts pulls and stars. */
  | 'DESCRIPTIONS'
  /** Lists tags with digests, platforms and dates in one call. */
  | 'TAG_DETAILS';

/** A failure to get an answer from a registry. */
export type RegistryFailure = {
  /** When. */
  readonly at: Scalars['DateTime']['output'];
  /** The error's code, as in `extensions.code`. */
  readonly code: Scalars['String']['output'];
  /** What happened. */
  readonly message: Scalars['String']['output'];
};

/** How a registry has been answering. */
export type RegistryHealth = {
  /** The last failure, if it came after the last success. */
  readonly lastError?: Maybe<RegistryFailure>;
  /** Milliseconds that answers take, smoothed over recent ones; null before the first. */
  readonly latencyMs?: Maybe<Scalars['Float']['output']>;
  /** The short answer. */
  readonly status: RegistryStatus;
};

/** A registry's state in one word. */
export type RegistryStatus =
  /** It answers some requests and fails others. */
  | 'DEGRADED'
  /** It fails, or is not asked because it kept failing. */
  | 'DOWN'
  /** It has not been asked yet. */
  | 'UNKNOWN'
  /** It answers. */
  | 'UP';

/** A named set of images in a registry, with tags. */
export type Repository = Node & {
  /** What its owner says about it, where the registry keeps such a text. */
  readonly description?: Maybe<Scalars['String']['output']>;
  /** The global identifier. */
  readonly id: Scalars['ID']['output'];
  /** The name within the registry: `library/nginx`. */
  readonly name: Scalars['String']['output'];
  /** The name with the registry: `docker.io/library/nginx`. */
  readonly reference: Scalars['String']['output'];
  /** The registry that holds it. */
  readonly registry: Registry;
  /** How much it is used, where the registry counts that. */
  readonly stats?: Maybe<RepositoryStats>;
  /** A tag by its name; null where there is none. */
  readonly tag?: Maybe<Tag>;
  /** Its tags. Null where the repository does not exist. */
  readonly tags?: Maybe<TagConnection>;
};


/** A named set of images in a registry, with tags. */
export type RepositoryTagArgs = {
  name: Scalars['String']['input'];
};


/** A named set of images in a registry, with tags. */
export type RepositoryTagsArgs = {
  after?: InputMaybe<Scalars['Cursor']['input']>;
  filter?: InputMaybe<TagFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<TagOrder>;
};

/** A page of repositories. */
export type RepositoryConnection = {
  /** The repositories with their cursors. */
  readonly edges: ReadonlyArray<RepositoryEdge>;
  /** The repositories. */
  readonly nodes: ReadonlyArray<Repository>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
  /** How many there are in all; null when unknown. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
};

/** A repository in a page. */
export type RepositoryEdge = {
  /** Its position. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The repository. */
  readonly node: Repository;
};

/** How much a repository is used. */
export type RepositoryStats = {
  /** Pulls so far. */
  readonly pulls?: Maybe<Scalars['Float']['output']>;
  /** Stars. */
  readonly stars?: Maybe<Scalars['Int']['output']>;
};

/** A movable name for an image in a repository. */
export type Tag = Node & {
  /** The digest that the tag points at. */
  readonly digest?: Maybe<Scalars['Digest']['output']>;
  /** How current the digest is. */
  readonly freshness?: Maybe<Freshness>;
  /** The global identifier. */
  readonly id: Scalars['ID']['output'];
  /** The image that the tag points at. */
  readonly image?: Maybe<Image>;
  /** The name: `1.27`. */
  readonly name: Scalars['String']['output'];
  /** The name with registry and repository: `docker.io/library/nginx:1.27`. */
  readonly reference: Scalars['String']['output'];
  /** When the tag last moved; null where the registry does not say. */
  readonly updatedAt?: Maybe<Scalars['DateTime']['output']>;
};


/** A movable name for an image in a repository. */
export type TagImageArgs = {
  platform?: InputMaybe<Scalars['String']['input']>;
};

/** A page of tags. */
export type TagConnection = {
  /** The tags with their cursors. */
  readonly edges: ReadonlyArray<TagEdge>;
  /** The tags. */
  readonly nodes: ReadonlyArray<Tag>;
  /** Where this page stands. */
  readonly pageInfo: PageInfo;
  /** How many there are in all; null when unknown. */
  readonly totalCount?: Maybe<Scalars['Int']['output']>;
  /** Whether the list was too long to be read whole: then the order holds only among the names that were read. */
  readonly truncated: Scalars['Boolean']['output'];
};

/** A tag in a page. */
export type TagEdge = {
  /** Its position. */
  readonly cursor: Scalars['Cursor']['output'];
  /** The tag. */
  readonly node: Tag;
};

/** Which tags of a repository. */
export type TagFilter = {
  /** Include tags that stand for signatures, attestations and digests rather than for images. */
  readonly includeArtifacts?: InputMaybe<Scalars['Boolean']['input']>;
  /** A glob over the tag's name: `*` any characters, `?` one; without these an exact name. */
  readonly name?: InputMaybe<Scalars['String']['input']>;
};

/** In which order tags are listed. */
export type TagOrder = {
  /** In which direction. By default VERSION and UPDATED put the newest first, NAME begins at A; NATIVE has one direction only. */
  readonly direction?: InputMaybe<OrderDirection>;
  /** By what. */
  readonly field?: TagOrderField;
};

/** What tags are ordered by. */
export type TagOrderField =
  /** The name, by code point. Reads the whole list of names once. */
  | 'NAME'
  /** The registry's own cheapest order. */
  | 'NATIVE'
  /** When the tag last moved; only where the registry lists tags by date. */
  | 'UPDATED'
  /** The version that the name tells: 1.10 after 1.9. Reads the whole list of names once. */
  | 'VERSION';



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;




/** Mapping of interface types */
export type ResolversInterfaceTypes<_RefType extends Record<string, unknown>> = {
  Node:
    | ( ImageModel )
    | ( RegistryModel )
    | ( RepositoryModel )
    | ( TagModel )
  ;
};

/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AccessVerb: AccessVerb;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ByteSize: ResolverTypeWrapper<Scalars['ByteSize']['output']>;
  Cursor: ResolverTypeWrapper<Scalars['Cursor']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Digest: ResolverTypeWrapper<Scalars['Digest']['output']>;
  Fact: Fact;
  Float: ResolverTypeWrapper<Scalars['Float']['output']>;
  Freshness: ResolverTypeWrapper<FreshnessModel>;
  FreshnessState: FreshnessState;
  HistoryEntry: ResolverTypeWrapper<HistoryEntry>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Image: ResolverTypeWrapper<ImageModel>;
  ImageConfig: ResolverTypeWrapper<ImageConfig>;
  ImageKind: ImageKind;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  KeyValue: ResolverTypeWrapper<KeyValue>;
  Layer: ResolverTypeWrapper<LayerModel>;
  Node: ResolverTypeWrapper<ResolversInterfaceTypes<ResolversTypes>['Node']>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Platform: ResolverTypeWrapper<Platform>;
  PlatformImage: ResolverTypeWrapper<PlatformImageModel>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RateLimit: ResolverTypeWrapper<RateLimit>;
  Referrer: ResolverTypeWrapper<ReferrerModel>;
  Registry: ResolverTypeWrapper<RegistryModel>;
  RegistryAbility: RegistryAbility;
  RegistryFailure: ResolverTypeWrapper<RegistryFailure>;
  RegistryHealth: ResolverTypeWrapper<RegistryHealth>;
  RegistryStatus: RegistryStatus;
  Repository: ResolverTypeWrapper<RepositoryModel>;
  RepositoryConnection: ResolverTypeWrapper<RepositoryConnectionModel>;
  RepositoryEdge: ResolverTypeWrapper<RepositoryEdgeModel>;
  RepositoryStats: ResolverTypeWrapper<RepositoryStats>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Tag: ResolverTypeWrapper<TagModel>;
  TagConnection: ResolverTypeWrapper<TagConnectionModel>;
  TagEdge: ResolverTypeWrapper<TagEdgeModel>;
  TagFilter: TagFilter;
  TagOrder: TagOrder;
  TagOrderField: TagOrderField;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  Boolean: Scalars['Boolean']['output'];
  ByteSize: Scalars['ByteSize']['output'];
  Cursor: Scalars['Cursor']['output'];
  DateTime: Scalars['DateTime']['output'];
  Digest: Scalars['Digest']['output'];
  Float: Scalars['Float']['output'];
  Freshness: FreshnessModel;
  HistoryEntry: HistoryEntry;
  ID: Scalars['ID']['output'];
  Image: ImageModel;
  ImageConfig: ImageConfig;
  Int: Scalars['Int']['output'];
  KeyValue: KeyValue;
  Layer: LayerModel;
  Node: ResolversInterfaceTypes<ResolversParentTypes>['Node'];
  PageInfo: PageInfo;
  Platform: Platform;
  PlatformImage: PlatformImageModel;
  Query: Record<PropertyKey, never>;
  RateLimit: RateLimit;
  Referrer: ReferrerModel;
  Registry: RegistryModel;
  RegistryFailure: RegistryFailure;
  RegistryHealth: RegistryHealth;
  Repository: RepositoryModel;
  RepositoryConnection: RepositoryConnectionModel;
  RepositoryEdge: RepositoryEdgeModel;
  RepositoryStats: RepositoryStats;
  String: Scalars['String']['output'];
  Tag: TagModel;
  TagConnection: TagConnectionModel;
  TagEdge: TagEdgeModel;
  TagFilter: TagFilter;
  TagOrder: TagOrder;
};

export type AccessDirectiveArgs = {
  verb: AccessVerb;
};

export type AccessDirectiveResolver<Result, Parent, ContextType = Context, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type CostDirectiveArgs = {
  facts: ReadonlyArray<Fact>;
};

export type CostDirectiveResolver<Result, Parent, ContextType = Context, Args = CostDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export interface ByteSizeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['ByteSize'], any> {
  name: 'ByteSize';
}

export interface CursorScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Cursor'], any> {
  name: 'Cursor';
}

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface DigestScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['Digest'], any> {
  name: 'Digest';
}

export type FreshnessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Freshness'] = ResolversParentTypes['Freshness']> = {
  fetchedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<ResolversTypes['FreshnessState'], ParentType, ContextType>;
};

export type HistoryEntryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['HistoryEntry'] = ResolversParentTypes['HistoryEntry']> = {
  author?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  comment?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  created?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdBy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  emptyLayer?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type ImageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Image'] = ResolversParentTypes['Image']> = {
  annotations?: Resolver<Maybe<ReadonlyArray<ResolversTypes['KeyValue']>>, ParentType, ContextType>;
  artifactType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  config?: Resolver<Maybe<ResolversTypes['ImageConfig']>, ParentType, ContextType>;
  digest?: Resolver<ResolversTypes['Digest'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  imageId?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['ImageKind']>, ParentType, ContextType>;
  layers?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Layer']>>, ParentType, ContextType>;
  manifestSize?: Resolver<Maybe<ResolversTypes['ByteSize']>, ParentType, ContextType>;
  mediaType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  platform?: Resolver<Maybe<ResolversTypes['Platform']>, ParentType, ContextType>;
  platforms?: Resolver<Maybe<ReadonlyArray<ResolversTypes['PlatformImage']>>, ParentType, ContextType>;
  raw?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  reference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  referrers?: Resolver<Maybe<ReadonlyArray<ResolversTypes['Referrer']>>, ParentType, ContextType, Partial<ImageReferrersArgs>>;
  shortDigest?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['ByteSize']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ImageConfigResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ImageConfig'] = ResolversParentTypes['ImageConfig']> = {
  author?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  command?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  created?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  entrypoint?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  env?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  exposedPorts?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  history?: Resolver<ReadonlyArray<ResolversTypes['HistoryEntry']>, ParentType, ContextType>;
  labels?: Resolver<ReadonlyArray<ResolversTypes['KeyValue']>, ParentType, ContextType>;
  stopSignal?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  user?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  volumes?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
  workingDir?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type KeyValueResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KeyValue'] = ResolversParentTypes['KeyValue']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type LayerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Layer'] = ResolversParentTypes['Layer']> = {
  command?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  digest?: Resolver<ResolversTypes['Digest'], ParentType, ContextType>;
  mediaType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['ByteSize']>, ParentType, ContextType>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Image' | 'Registry' | 'Repository' | 'Tag', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['Cursor']>, ParentType, ContextType>;
};

export type PlatformResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Platform'] = ResolversParentTypes['Platform']> = {
  architecture?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  os?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  osVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  variant?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PlatformImageResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PlatformImage'] = ResolversParentTypes['PlatformImage']> = {
  digest?: Resolver<ResolversTypes['Digest'], ParentType, ContextType>;
  image?: Resolver<ResolversTypes['Image'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  platform?: Resolver<Maybe<ResolversTypes['Platform']>, ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['ByteSize']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  image?: Resolver<Maybe<ResolversTypes['Image']>, ParentType, ContextType, RequireFields<QueryImageArgs, 'reference'>>;
  images?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Image']>>, ParentType, ContextType, RequireFields<QueryImagesArgs, 'references'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  registries?: Resolver<ReadonlyArray<ResolversTypes['Registry']>, ParentType, ContextType>;
  registry?: Resolver<Maybe<ResolversTypes['Registry']>, ParentType, ContextType, RequireFields<QueryRegistryArgs, 'name'>>;
  repository?: Resolver<Maybe<ResolversTypes['Repository']>, ParentType, ContextType, RequireFields<QueryRepositoryArgs, 'reference'>>;
  tag?: Resolver<Maybe<ResolversTypes['Tag']>, ParentType, ContextType, RequireFields<QueryTagArgs, 'reference'>>;
};

export type RateLimitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RateLimit'] = ResolversParentTypes['RateLimit']> = {
  limit?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  remaining?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  resetsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  windowSeconds?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type ReferrerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Referrer'] = ResolversParentTypes['Referrer']> = {
  annotations?: Resolver<ReadonlyArray<ResolversTypes['KeyValue']>, ParentType, ContextType>;
  artifactType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  digest?: Resolver<ResolversTypes['Digest'], ParentType, ContextType>;
  image?: Resolver<ResolversTypes['Image'], ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  size?: Resolver<ResolversTypes['ByteSize'], ParentType, ContextType>;
};

export type RegistryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Registry'] = ResolversParentTypes['Registry']> = {
  abilities?: Resolver<ReadonlyArray<ResolversTypes['RegistryAbility']>, ParentType, ContextType>;
  health?: Resolver<ResolversTypes['RegistryHealth'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  rateLimit?: Resolver<Maybe<ResolversTypes['RateLimit']>, ParentType, ContextType>;
  repositories?: Resolver<Maybe<ResolversTypes['RepositoryConnection']>, ParentType, ContextType, RequireFields<RegistryRepositoriesArgs, 'first'>>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RegistryFailureResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RegistryFailure'] = ResolversParentTypes['RegistryFailure']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type RegistryHealthResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RegistryHealth'] = ResolversParentTypes['RegistryHealth']> = {
  lastError?: Resolver<Maybe<ResolversTypes['RegistryFailure']>, ParentType, ContextType>;
  latencyMs?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['RegistryStatus'], ParentType, ContextType>;
};

export type RepositoryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Repository'] = ResolversParentTypes['Repository']> = {
  description?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  registry?: Resolver<ResolversTypes['Registry'], ParentType, ContextType>;
  stats?: Resolver<Maybe<ResolversTypes['RepositoryStats']>, ParentType, ContextType>;
  tag?: Resolver<Maybe<ResolversTypes['Tag']>, ParentType, ContextType, RequireFields<RepositoryTagArgs, 'name'>>;
  tags?: Resolver<Maybe<ResolversTypes['TagConnection']>, ParentType, ContextType, RequireFields<RepositoryTagsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type RepositoryConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RepositoryConnection'] = ResolversParentTypes['RepositoryConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['RepositoryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Repository']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type RepositoryEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RepositoryEdge'] = ResolversParentTypes['RepositoryEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Repository'], ParentType, ContextType>;
};

export type RepositoryStatsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RepositoryStats'] = ResolversParentTypes['RepositoryStats']> = {
  pulls?: Resolver<Maybe<ResolversTypes['Float']>, ParentType, ContextType>;
  stars?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type TagResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tag'] = ResolversParentTypes['Tag']> = {
  digest?: Resolver<Maybe<ResolversTypes['Digest']>, ParentType, ContextType>;
  freshness?: Resolver<Maybe<ResolversTypes['Freshness']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  image?: Resolver<Maybe<ResolversTypes['Image']>, ParentType, ContextType, Partial<TagImageArgs>>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  reference?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TagConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TagConnection'] = ResolversParentTypes['TagConnection']> = {
  edges?: Resolver<ReadonlyArray<ResolversTypes['TagEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  truncated?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TagEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['TagEdge'] = ResolversParentTypes['TagEdge']> = {
  cursor?: Resolver<ResolversTypes['Cursor'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Tag'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  ByteSize?: GraphQLScalarType;
  Cursor?: GraphQLScalarType;
  DateTime?: GraphQLScalarType;
  Digest?: GraphQLScalarType;
  Freshness?: FreshnessResolvers<ContextType>;
  HistoryEntry?: HistoryEntryResolvers<ContextType>;
  Image?: ImageResolvers<ContextType>;
  ImageConfig?: ImageConfigResolvers<ContextType>;
  KeyValue?: KeyValueResolvers<ContextType>;
  Layer?: LayerResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Platform?: PlatformResolvers<ContextType>;
  PlatformImage?: PlatformImageResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RateLimit?: RateLimitResolvers<ContextType>;
  Referrer?: ReferrerResolvers<ContextType>;
  Registry?: RegistryResolvers<ContextType>;
  RegistryFailure?: RegistryFailureResolvers<ContextType>;
  RegistryHealth?: RegistryHealthResolvers<ContextType>;
  Repository?: RepositoryResolvers<ContextType>;
  RepositoryConnection?: RepositoryConnectionResolvers<ContextType>;
  RepositoryEdge?: RepositoryEdgeResolvers<ContextType>;
  RepositoryStats?: RepositoryStatsResolvers<ContextType>;
  Tag?: TagResolvers<ContextType>;
  TagConnection?: TagConnectionResolvers<ContextType>;
  TagEdge?: TagEdgeResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
  cost?: CostDirectiveResolver<any, any, ContextType>;
};
