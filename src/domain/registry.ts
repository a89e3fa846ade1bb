import type { Descriptor } from './descriptor.ts';
import type { Digest } from './digest.ts';
import type { ErrorCode } from './errors.ts';
import type { Freshness } from './freshness.ts';
import type { Manifest } from './manifest.ts';
import type { Platform } from './platform.ts';
import type { RegistryName, RepositoryName, TagName } from './reference.ts';

/**
 * The port to a registry: reading, nothing else. A vendor is a folder under `registries/` that spreads the OCI client and
 * adds abilities; an ability that a registry lacks is `undefined`, never a stub that throws.
 *
 * Methods whose subject is plural take many keys at once and answer each with a promise of its own, in the order asked: a
 * vendor with a batch call answers all from it, and one slow or failing key holds up no other. `undefined` means that
 * there is no such thing; a failure rejects with a {@link GatewayError}; an abort rejects with the signal's reason.
 */
export interface Registry {
  readonly name: RegistryName;
  /** The vendor, as the configuration says it: `oci`, `docker-hub`. */
  readonly kind: string;
  /** Where it is reached: an origin. */
  readonly url: string;
  /**
   * That it is read with the credential of who asks, so that it decides on each caller itself, and nothing of it is read for
   * nobody. Absent where the gateway's own credential, or none, is for all.
   */
  readonly readWith?: 'callers-credential';

  /** What tags point at now. */
  resolveTags(repository: RepositoryName, tags: readonly TagName[], ask: Ask): Each<TagTarget | undefined>;
  /** Manifests and indexes by digest, verified over the bytes that came. */
  manifests(repository: RepositoryName, digests: readonly Digest[], ask: Ask): Each<Manifest | undefined>;
  /** Small blobs, such as image configurations, verified over the bytes that came. Never layers. */
  blobs(repository: RepositoryName, descriptors: readonly Descriptor[], ask: Ask): Each<Uint8Array | undefined>;
  /** Whether the repository itself holds these manifests or blobs. */
  holds(repository: RepositoryName, what: 'manifests' | 'blobs', digests: readonly Digest[], ask: Ask): Each<boolean>;
  /** A page of tags in the registry's cheapest order, or by date where `tagOrders` says so; `undefined` where there is no such repository. */
  tags(repository: RepositoryName, page: TagPageRequest, ask: Ask): Promise<TagPage | undefined>;
  /** The names of all tags, at most 100,000; `undefined` where there is no such repository. */
  tagNames(repository: RepositoryName, ask: Ask): Promise<TagNames | undefined>;
  /** What refers to a manifest; empty where nothing does. */
  referrers(repository: RepositoryName, digest: Digest, artifactType: string | undefined, ask: Ask): Promise<Referrers>;
  /** How it has been answering, learnt from the traffic to it. */
  state(): RegistryState;

  /** Ability: lists its repositories. Resolves to `undefined` where the registry turns out to have no catalog for us. */
  readonly repositories?: (page: PageRequest, ask: Ask) => Promise<RepositoryPage | undefined>;
  /** Ability: describes repositories. */
  readonly describe?: (repository: RepositoryName, ask: Ask) => Promise<RepositoryDescription | undefined>;
  /** Ability: its tag pages carry details, newest first if asked for. */
  readonly listsTagDetails?: true;
}

/** One promise per key, in the order of the keys. */
export type Each<T> = readonly Promise<T>[];

/** What goes with every question to a registry. */
export interface Ask {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** What the operation has cost so far; the object stands for the operation where queues are shared fairly. */
  readonly cost: Cost;
  /** Only what the registry says now will do: what is remembered of tags is not used, but the answer is remembered. */
  readonly current?: boolean;
}

/** Counts of one operation, shown as `extensions.cost`. Mutable: whoever does the work adds to it. */
export interface Cost {
  /** Requests sent to registries and their token servers. */
  upstreamRequests: number;
  /** Facts answered from memory. */
  cacheHits: number;
  /** Facts awaited that another question had already asked for. */
  coalesced: number;
  /** How many requests may be sent for the operation; absent where nothing bounds them. */
  readonly mostRequests?: number;
}

/** What a tag points at. */
export interface TagTarget {
  readonly digest: Digest;
  readonly mediaType: string | undefined;
  /** The manifest itself, where the registry would not tell the digest without it. */
  readonly manifest?: Manifest | undefined;
  readonly freshness: Freshness;
}

/** A page of a listing: how many are wanted, and where to go on, as an earlier page said. */
export interface PageRequest {
  /** How many at most, 1 to 100; a registry may send fewer. */
  readonly size: number;
  /** `next` of the page before. */
  readonly token?: string | undefined;
}

export interface TagPageRequest extends PageRequest {
  /** By date, newest first, instead of the cheapest order; only where `listsTagDetails` is there. */
  readonly byDate?: boolean;
}

export interface TagPage {
  readonly tags: readonly ListedTag[];
  /** Where the next page begins; `undefined` on the last. Opaque, but safe to show to the registry only. */
  readonly next: string | undefined;
  /** How many tags there are in all, where the registry says so. */
  readonly total?: number | undefined;
  readonly freshness: Freshness;
}

/** A tag as a listing shows it. */
export interface ListedTag {
  readonly name: TagName;
  /** What else the listing tells; `undefined` where it tells names only. */
  readonly details?: TagDetails | undefined;
}

export interface TagDetails extends KnownImage {
  readonly digest: Digest;
  /** When the tag last moved, in milliseconds since the epoch. */
  readonly updatedAt: number | undefined;
}

/** What a listing tells of an image without its manifest having been read. */
export interface KnownImage {
  readonly mediaType?: string | undefined;
  readonly kind?: ImageKind | undefined;
  /** Its platforms, attestations left out. */
  readonly platforms?: readonly KnownPlatform[] | undefined;
}

export interface KnownPlatform {
  readonly platform: Platform | undefined;
  readonly digest: Digest;
  /** Compressed bytes to pull this platform. */
  readonly size: number | undefined;
}

export type ImageKind = 'IMAGE' | 'INDEX' | 'ARTIFACT';

export interface TagNames {
  readonly names: readonly TagName[];
  /** Whether there are more than were read. */
  readonly truncated: boolean;
  readonly freshness: Freshness;
}

export interface Referrers {
  readonly descriptors: readonly Descriptor[];
  readonly freshness: Freshness;
}

export interface RepositoryPage {
  readonly repositories: readonly RepositoryName[];
  readonly next: string | undefined;
  readonly freshness: Freshness;
}

export interface RepositoryDescription {
  readonly description: string | undefined;
  readonly pulls: number | undefined;
  readonly stars: number | undefined;
  readonly freshness: Freshness;
}

/** How a registry has been answering. */
export interface RegistryState {
  readonly status: 'UP' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';
  /** Smoothed milliseconds from sending to the whole answer. */
  readonly latencyMs: number | undefined;
  /** The last failure, if no success came after it. */
  readonly lastError: { readonly code: ErrorCode; readonly message: string; readonly at: number } | undefined;
  readonly rateLimit: RateLimit | undefined;
}

/** What a registry says about how much it may still be asked. */
export interface RateLimit {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly windowSeconds: number | undefined;
  /** When asking is allowed again, in milliseconds since the epoch. */
  readonly resetsAt: number | undefined;
  readonly source: string | undefined;
}
