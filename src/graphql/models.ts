import type { Descriptor } from '../domain/descriptor.ts';
import type { Digest } from '../domain/digest.ts';
import type { ImageStream, ImageStreamTag, TagItem } from '../domain/image-stream.ts';
import type { TagEvent, TagEventCause, TagEventKind, TagSubject } from '../domain/tag-event.ts';
import type { EventPosition } from '../events/delivery.ts';
import type { TagName } from '../domain/reference.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { Registry, TagDetails } from '../domain/registry.ts';
import type { PlatformImage } from '../images/platform-images.ts';
import type { Image, Repository } from '../images/repository.ts';

/** What stands behind each type of the schema. Most are the domain's own. */
export type RegistryModel = Registry;
export type RepositoryModel = Repository;
export type ImageModel = Image;
export type ImageStreamModel = ImageStream;

export interface TagModel {
  readonly repository: Repository;
  readonly name: TagName;
  /** What the listing that the tag was found in tells of it, and how fresh that listing is. */
  readonly listed?: { readonly details: TagDetails; readonly freshness: Freshness } | undefined;
}

export interface ImageStreamTagModel {
  readonly imageStream: ImageStream;
  /** What the image stream holds under the tag's name. */
  readonly held: ImageStreamTag;
}

/** An item of an image stream's history. */
export interface ImageStreamTagItemModel {
  readonly imageStream: ImageStream;
  readonly item: TagItem;
}

export interface ImageStreamImageModel extends ImageStreamTagItemModel {
  readonly digest: Digest;
}

interface EdgeModel<Node> {
  readonly cursor: string;
  readonly node: Node;
}

interface ConnectionModel<Node> {
  readonly edges: readonly EdgeModel<Node>[];
  readonly nodes: readonly Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | undefined;
    readonly endCursor: string | undefined;
  };
  readonly totalCount: number | undefined;
  readonly truncated: boolean;
}

export type RepositoryEdgeModel = EdgeModel<Repository>;
export type RepositoryConnectionModel = ConnectionModel<Repository>;
export type TagEdgeModel = EdgeModel<TagModel>;
export type TagConnectionModel = ConnectionModel<TagModel>;

export type ImageStreamEdgeModel = EdgeModel<ImageStream>;
export type ImageStreamTagEdgeModel = EdgeModel<ImageStreamTagModel>;
export type ImageStreamTagConnectionModel = ConnectionModel<ImageStreamTagModel>;

export interface ImageStreamConnectionModel extends Omit<ConnectionModel<ImageStream>, 'totalCount'> {
  /** Asks the store, and so is asked only where the field is. */
  readonly count: () => Promise<number | undefined>;
}

export interface PlatformImageModel extends PlatformImage {
  readonly name: string;
}

export interface LayerModel {
  readonly digest: Digest;
  readonly size: number | undefined;
  readonly mediaType: string | undefined;
  /** The commands that made the layers of its image, read once for all of them, and its place there, lowest first. */
  readonly commands: () => Promise<readonly (string | undefined)[]>;
  readonly index: number;
}

export interface ReferrerModel {
  readonly repository: Repository;
  readonly descriptor: Descriptor;
}

/** An event, or what a subscription is told besides. */
export interface TagEventModel {
  readonly position: EventPosition;
  readonly kind: TagEventKind | 'RESYNC' | 'BOOKMARK';
  readonly observedAt: number;
  readonly revision: TagEvent['revision'] | undefined;
  readonly subject: TagSubject | undefined;
  readonly digest: Digest | undefined;
  readonly previousDigest: Digest | undefined;
  readonly cause: TagEventCause | undefined;
  readonly coalesced: boolean;
  readonly reason: string | undefined;
  readonly scope: string | undefined;
}

export type TagEventEdgeModel = EdgeModel<TagEventModel>;
export type TagEventConnectionModel = Omit<ConnectionModel<TagEventModel>, 'truncated'>;
