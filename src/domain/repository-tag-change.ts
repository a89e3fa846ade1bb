import type { Digest } from './digest.ts';
import {
  mayCoalesce,
  type RepositoryTagKey,
  type TagChange,
  type TagEventCause,
  type TagEventKind,
} from './tag-event.ts';
import type { WatchedTag } from './watched-tag.ts';

/** What a registry said of one tag. `at` is when it was asked, in milliseconds since the epoch. */
export type TagSighting =
  | {
      readonly kind: 'PRESENT';
      readonly digest: Digest;
      readonly mediaType: string | undefined;
      readonly at: number;
    }
  /** MANIFEST_UNKNOWN for this very tag, or its absence from a complete listing; nothing else. */
  | { readonly kind: 'MISSING'; readonly at: number };

export interface ObserveOptions {
  readonly cause: TagEventCause;
  /** The first look at a repository, which finds how things are: no change of anything. */
  readonly baseline?: boolean;
}

export interface TagObservation {
  /** What is known now: the same object where nothing changed, `undefined` where the tag was never seen. */
  readonly record: WatchedTag | undefined;
  readonly change: TagChange | undefined;
}

/** How long a tag has to be missing, from the first time asked to the second: registries lose one for a moment while it is pushed. */
const surelyMissingAfter = 1000;
/** How many earlier digests are remembered. */
const mostEarlier = 100;

/**
 * What a sighting makes of what is known of a tag, and the one event that tells of it, if any: a tag that comes, moves
 * on, goes back to a digest that it had before, or is gone, which takes two sightings. Sightings of one tag have to be
 * told in the order in which they were asked for.
 */
export function observeTag(
  key: RepositoryTagKey,
  known: WatchedTag | undefined,
  seen: TagSighting,
  { cause, baseline = false }: ObserveOptions,
): TagObservation {
  const record = seen.kind === 'PRESENT' ? present(key, known, seen) : missing(known, seen.at);
  const kind = baseline ? undefined : kindOf(known, record);
  if (kind === undefined) return { record, change: undefined };
  const { registry, repository, tag } = key;
  const change: TagChange = {
    subject: { kind: 'TAG', registry, repository, tag },
    kind,
    digest: record?.digest,
    previousDigest: known?.digest,
    cause,
    coalesced: mayCoalesce(cause),
    reason: undefined,
  };
  return { record, change };
}

function present(
  { registry, repository, tag }: RepositoryTagKey,
  known: WatchedTag | undefined,
  seen: TagSighting & { readonly kind: 'PRESENT' },
): WatchedTag {
  const isSameImage = known?.digest === seen.digest;
  const mediaType = seen.mediaType ?? (isSameImage ? known.mediaType : undefined);
  if (isSameImage && known.missingSince === undefined && known.mediaType === mediaType) return known;
  return {
    registry,
    repository,
    tag,
    digest: seen.digest,
    mediaType,
    changedAt: isSameImage ? known.changedAt : seen.at,
    missingSince: undefined,
    earlier: isSameImage ? known.earlier : earlierOf(known),
  };
}

function missing(known: WatchedTag | undefined, at: number): WatchedTag | undefined {
  if (known?.digest === undefined) return known;
  if (known.missingSince === undefined) return { ...known, missingSince: at };
  if (at - known.missingSince < surelyMissingAfter) return known;
  return {
    ...known,
    digest: undefined,
    mediaType: undefined,
    changedAt: at,
    missingSince: undefined,
    earlier: earlierOf(known),
  };
}

/** Each once, so that a tag that goes to and fro between two images does not forget all others. */
function earlierOf(known: WatchedTag | undefined): readonly Digest[] {
  if (known === undefined) return [];
  const { digest, earlier } = known;
  if (digest === undefined) return earlier;
  return [digest, ...earlier.filter((other) => other !== digest)].slice(0, mostEarlier);
}

function kindOf(known: WatchedTag | undefined, record: WatchedTag | undefined): TagEventKind | undefined {
  const digest = record?.digest;
  if (known?.digest === digest) return undefined;
  if (digest === undefined) return 'DELETED';
  if (known?.digest === undefined) return 'CREATED';
  return known.earlier.includes(digest) ? 'ROLLED_BACK' : 'MOVED';
}
