import type { Digest } from './digest.ts';
import type { ImageStreamTagKey } from './image-stream.ts';
import { formatTagReference, type RegistryName, type RepositoryName, type TagName } from './reference.ts';

/** A tag of a repository, as a key. */
export interface RepositoryTagKey {
  readonly registry: RegistryName;
  readonly repository: RepositoryName;
  readonly tag: TagName;
}

/** The tag as references write it, which tells it from all others. */
export function tagKeyText({ registry, repository, tag }: RepositoryTagKey): string {
  return formatTagReference(registry, repository, tag);
}

/** What an event is about: a tag of a repository, or of an image stream. */
export type TagSubject =
  ({ readonly kind: 'TAG' } & RepositoryTagKey) | ({ readonly kind: 'IMAGE_STREAM_TAG' } & ImageStreamTagKey);

/**
 * What became of a tag:
 * - `CREATED`: it had no image, and has one now; or it is a new reference tag
 * - `MOVED`: from one image to another that it had not pointed at before
 * - `ROLLED_BACK`: to an image of its earlier history
 * - `RETARGETED`: the same image, but from elsewhere
 * - `IMPORT_FAILED`: it could not be imported, or fails in another way now
 * - `IMPORT_RECOVERED`: it is imported again, to the same image
 * - `DELETED`: it is gone
 */
export type TagEventKind =
  'CREATED' | 'MOVED' | 'ROLLED_BACK' | 'RETARGETED' | 'IMPORT_FAILED' | 'IMPORT_RECOVERED' | 'DELETED';

/** How a change came to be seen. */
export type TagEventCause = 'WEBHOOK' | 'POLL' | 'WATCH' | 'IMPORT' | 'MUTATION' | 'RELIST';

/** A change of one tag, as whoever saw it tells it to the log. */
export interface TagChange {
  readonly subject: TagSubject;
  readonly kind: TagEventKind;
  /** What the tag points at after the change; `undefined` where at nothing. */
  readonly digest: Digest | undefined;
  readonly previousDigest: Digest | undefined;
  readonly cause: TagEventCause;
  /** Whether changes in between may have gone unseen. */
  readonly coalesced: boolean;
  /** In words for people; of a failed import, its code and message. */
  readonly reason: string | undefined;
}

/** A change that is in the log. */
export interface TagEvent extends TagChange {
  /** Its place in the log: gap-free, in the order of commits. Never shown to clients as a number. */
  readonly sequence: number;
  /** Counts the events of this tag, from 1, for ever: also across its deletion. */
  readonly revision: number;
  /** When it was committed, by the clock of the store; milliseconds since the epoch. */
  readonly observedAt: number;
}

/**
 * Whether a change that was seen this way may stand for several: polls and relists look now and then, and see only what
 * is true by then. Webhooks and watches tell of each change, imports and mutations are changes of our own.
 */
export function mayCoalesce(cause: TagEventCause): boolean {
  return cause === 'POLL' || cause === 'RELIST';
}

/** Where a subject stands: registry, repository and tag; or source, `namespace/stream` and tag. */
export function placeOf(subject: TagSubject): { readonly scope: string; readonly path: string; readonly tag: string } {
  return subject.kind === 'TAG'
    ? { scope: subject.registry, path: subject.repository, tag: subject.tag }
    : { scope: subject.source, path: `${subject.namespace}/${subject.name}`, tag: subject.tag };
}
