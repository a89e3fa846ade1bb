import type { Digest } from './digest.ts';
import type { RepositoryTagKey } from './tag-event.ts';

/** An image stream, as a key: a source of the configuration, a namespace within it, a name within that. */
export interface ImageStreamKey {
  readonly source: string;
  readonly namespace: string;
  readonly name: string;
}

/** A tag of an image stream, as a key. Tags are opaque here: OpenShift stores any text as one. */
export interface ImageStreamTagKey extends ImageStreamKey {
  readonly tag: string;
}

/**
 * A named view over images, with a history for each tag (OpenShift's ImageStream, image.openshift.io/v1). Times are
 * milliseconds since the epoch.
 */
export interface ImageStream extends ImageStreamKey {
  readonly labels: Readonly<Record<string, string>>;
  /** Grows by one with each change of what is wanted: of tags' specifications and of `lookupLocal`. */
  readonly generation: number;
  /** Whether workloads of the namespace may name the stream's images by its short name. */
  readonly lookupLocal: boolean;
  readonly createdAt: number;
  /** Where the source's own registry serves the stream, inside and outside; `undefined` where there is none. */
  readonly dockerImageRepository: string | undefined;
  readonly publicDockerImageRepository: string | undefined;
  /** The version of the object in its source, where that counts them itself; opaque. */
  readonly resourceVersion: string | undefined;
  /** By name, in the order of their names. */
  readonly tags: ReadonlyMap<string, ImageStreamTag>;
}

/** One tag of an image stream: what is wanted of it (`spec`) and what is known (`history`, `conditions`). */
export interface ImageStreamTag {
  readonly name: string;
  /** `undefined` where nothing is wanted any more, or ever was: the tag was pushed to, or its specification was taken away. */
  readonly spec: TagSpec | undefined;
  /** Newest first; the first is what the tag points at. */
  readonly history: readonly TagItem[];
  readonly conditions: readonly Condition[];
}

/** What is wanted of a tag (OpenShift's TagReference). */
export interface TagSpec {
  /** Where its image comes from; `undefined` for a tag that is only pushed to. */
  readonly from: TagSource | undefined;
  /** A mere pointer: nothing is imported. */
  readonly reference: boolean;
  /** The stream's generation when this was last asked for. A greater one than that of the history's head asks for an import. */
  readonly generation: number;
  readonly importPolicy: ImportPolicy;
  /** Whether pulls are to go to the image's own registry or through the source's. */
  readonly referencePolicy: 'SOURCE' | 'LOCAL';
  /** The tag that `from` names, by the configured name of its registry, where it names a tag of a configured registry. */
  readonly upstream: RepositoryTagKey | undefined;
}

/**
 * Where the image of a tag comes from. `name` is a pull specification, `tag` or `stream:tag`, or `stream@digest`;
 * `namespace` only where it is another than the stream's own.
 */
export interface TagSource {
  readonly kind: 'DOCKER_IMAGE' | 'IMAGE_STREAM_TAG' | 'IMAGE_STREAM_IMAGE';
  readonly name: string;
  readonly namespace: string | undefined;
}

export interface ImportPolicy {
  /** Whether it is imported again and again. */
  readonly scheduled: boolean;
  /** Whether plain http and unknown certificates are allowed. In local sources the registry's configuration decides alone. */
  readonly insecure: boolean;
  readonly importMode: ImportMode;
}

/** Of an index: keep one platform's image (`LEGACY`), or the index itself. */
export type ImportMode = 'LEGACY' | 'PRESERVE_ORIGINAL';

/** What a tag pointed at from some time on (OpenShift's TagEvent, which is no event of ours). */
export interface TagItem {
  readonly createdAt: number;
  /** `undefined` for a mere reference. */
  readonly digest: Digest | undefined;
  /** Where it is pulled from, by digest where there is one. */
  readonly dockerImageReference: string;
  /** The generation of the specification that it answers. */
  readonly generation: number;
}

/** What stands in the way of a tag. Only `ImportSuccess`, and only with the status `False`: success takes it away. */
export interface Condition {
  readonly type: 'ImportSuccess';
  readonly status: 'False';
  /** In one word: of a local source an error code of the gateway, of a cluster its reason. */
  readonly reason: string;
  readonly message: string;
  readonly generation: number;
  readonly lastTransitionTime: number;
}
