import type { Digest } from './digest.ts';
import type { GatewayError } from './errors.ts';
import type { Freshness } from './freshness.ts';
import type { ImageConfig } from './image-config.ts';
import type { ImageStream, ImageStreamKey, ImageStreamTagKey, ImportMode, TagSource, TagSpec } from './image-stream.ts';
import type { Platform } from './platform.ts';
import type { RegistryName } from './reference.ts';
import type { Ask, Cost } from './registry.ts';

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
  /** The name of the registry that a host means within references of this source, where it means another there than elsewhere. */
  readonly registryOf: (host: string) => RegistryName | undefined;
  /** Ability: knows images that its streams hold, also where their registry does not answer. */
  readonly images?: ImagesOfStreams;
  /** Ability: knows which workloads follow a tag. Rejects with UPSTREAM_UNAUTHORIZED where it may not look at all kinds of them. */
  readonly triggers?: (tag: ImageStreamTagKey, ask: Ask) => Promise<readonly ImageTrigger[]>;
  /**
   * How current the store is for a namespace, or for all; `undefined` where it was never brought up to date yet, so that
   * what is missing there is not known to be missing.
   */
  readonly freshness: (namespace: string | undefined) => Promise<Freshness | undefined>;
  readonly writes: ImageStreamWrites;
  /** Ends what it does by itself. */
  readonly stop: () => Promise<void>;
}

/** What a source knows of the images in its streams by itself. */
export interface ImagesOfStreams {
  /**
   * Every image that a stream holds: those of its tags' histories, and of each index among them its parts. `undefined` where
   * there is no such stream.
   */
  readonly held: (stream: ImageStreamKey, ask: Ask) => Promise<readonly HeldImage[] | undefined>;
  /** What the source recorded of an image when it was imported or pushed; `undefined` where the stream holds no such image. */
  readonly recorded: (stream: ImageStreamKey, digest: Digest, ask: Ask) => Promise<RecordedImage | undefined>;
}

/** An image that a stream holds. */
export interface HeldImage {
  readonly digest: Digest;
  /** Of an index: the images and indexes that it names; else empty. */
  readonly parts: readonly Digest[];
}

/** What is known of an image without its registry: no bytes, and so neither its manifest's text nor what only that tells. */
export interface RecordedImage {
  readonly digest: Digest;
  readonly mediaType: string | undefined;
  /** Where it is pulled from, by digest. */
  readonly dockerImageReference: string | undefined;
  /** Of an index its parts; else empty. */
  readonly manifests: readonly RecordedManifest[];
  /** Of an image, lowest first; else empty. */
  readonly layers: readonly {
    readonly digest: Digest;
    readonly size: number;
    readonly mediaType: string | undefined;
  }[];
  /** Of an image: its configuration's digest, and what was kept of it. */
  readonly config: { readonly digest: Digest | undefined; readonly content: ImageConfig } | undefined;
}

/** A part of an index that was recorded. */
export interface RecordedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes of the manifest. */
  readonly size: number;
  readonly platform: Platform | undefined;
}

/** A workload whose container gets another image when a tag points at one. */
export interface ImageTrigger {
  /** As the API calls it: `Deployment`, `CronJob`, `BuildConfig`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Which part of the workload names the image, as a path within it. */
  readonly fieldPath: string;
  /** Whether it is not to act for now. */
  readonly paused: boolean;
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
  /** Where no tag is named: of those that the stream has, only these. `undefined`: all. */
  readonly tags?: ReadonlySet<string> | undefined;
  /** Of a repository with `all`: whether one of its tags is meant. A cluster, which lists it itself, does not ask. */
  readonly isMeant?: (tag: string) => boolean | Promise<boolean>;
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
