import type { Digest } from './digest.ts';
import type { GatewayError } from './errors.ts';
import type { ImageStream, ImageStreamKey, ImportMode, TagSource, TagSpec } from './image-stream.ts';
import type { Cost } from './registry.ts';

/**
 * The port to where image streams come from. Whatever the source, its streams and their events are in the store, and are
 * read there; the port is what a source does: it keeps the store true, and it writes.
 */
export interface ImageStreamSource {
  /** As the configuration names it. */
  readonly name: string;
  readonly kind: 'local' | 'openshift';
  /** The namespaces that it shows; `undefined` where it shows all. */
  readonly namespaces: readonly string[] | undefined;
  readonly writes: ImageStreamWrites;
  /** Ends what it does by itself. */
  readonly stop: () => Promise<void>;
}

/**
 * What can be done to image streams, each as the `oc` command of its name does it. All reject with a GatewayError:
 * NOT_FOUND, CONFLICT (also where a tag is not what was expected), ARGUMENT_INVALID, REFERENCE_INVALID, REGISTRY_UNKNOWN,
 * UNSUPPORTED. What an import came to is part of the answer, never a rejection.
 */
export interface ImageStreamWrites {
  readonly create: (
    key: ImageStreamKey,
    wanted: { readonly labels: Readonly<Record<string, string>>; readonly lookupLocal: boolean },
    how: WriteMode,
  ) => Promise<ImageStream>;
  readonly delete: (key: ImageStreamKey, how: WriteMode) => Promise<void>;
  /** Points tags at a source; makes their streams where they are missing. All of them or none. */
  readonly tag: (to: readonly TagAt[], wanted: WantedTag, how: GuardedWrite) => Promise<Tagged>;
  readonly untag: (at: TagAt, how: GuardedWrite) => Promise<void>;
  /** Points a tag at an image of its history again: at the one before, where none is named. */
  readonly rollBack: (at: TagAt, to: Digest | undefined, how: GuardedWrite) => Promise<ImageStream>;
  readonly import: (key: ImageStreamKey, what: WantedImport, how: GuardedWrite) => Promise<Imported>;
  readonly setLookup: (key: ImageStreamKey, local: boolean, how: WriteMode) => Promise<ImageStream>;
}

export interface TagAt {
  readonly stream: ImageStreamKey;
  readonly tag: string;
}

/** How something is written. */
export interface WriteMode {
  /** Says what would come of it, and writes nothing. */
  readonly dryRun: boolean;
  /** A key under which it is done once only, with a fingerprint of all that was asked for. */
  readonly once: { readonly key: string; readonly fingerprint: string } | undefined;
  /** What it costs in requests to registries is added here. */
  readonly cost: Cost;
}

export interface GuardedWrite extends WriteMode {
  /** What the tag must point at for this to be done: `null` means that it must not exist; `undefined`, no guard. */
  readonly expectedDigest: Digest | null | undefined;
}

/** What a tag is to be. */
export interface WantedTag extends Pick<TagSpec, 'reference' | 'referencePolicy'> {
  readonly from: TagSource;
  /** Whether the tag is to follow another of its stream, rather than be pinned to what that points at now. */
  readonly alias: boolean;
  readonly scheduled: boolean;
  readonly insecure: boolean;
  /** `undefined`: as the source has it by default. */
  readonly importMode: ImportMode | undefined;
}

/** What is to be imported: one tag, all that the stream has from elsewhere, or all tags of a repository. */
export interface WantedImport {
  /** Only this tag. */
  readonly tag: string | undefined;
  /** From here, instead of from where the specification says; of a repository with `all`. */
  readonly from: string | undefined;
  readonly all: boolean;
  /** `undefined` leaves the following as they are. */
  readonly scheduled: boolean | undefined;
  readonly insecure: boolean | undefined;
  readonly importMode: ImportMode | undefined;
}

export interface Tagged {
  /** The streams that the tags are in, as they are now, each once. */
  readonly streams: readonly ImageStream[];
  readonly imports: readonly TagImport[];
}

export interface Imported {
  /** `undefined` where a dry run found that there is none. */
  readonly stream: ImageStream | undefined;
  readonly imports: readonly TagImport[];
}

/** What became of the import of one tag. `PENDING`: not known yet, it goes on. */
export type TagImport =
  | { readonly tag: string; readonly state: 'IMPORTED' | 'UNCHANGED'; readonly digest: Digest }
  | { readonly tag: string; readonly state: 'FAILED'; readonly error: GatewayError }
  | { readonly tag: string; readonly state: 'PENDING' };
