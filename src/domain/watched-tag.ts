import type { Digest } from './digest.ts';
import type { RepositoryTagKey } from './tag-event.ts';

/** What is known of a tag of a watched repository. The record stays when the tag goes. */
export interface WatchedTag extends RepositoryTagKey {
  /** `undefined` where the tag is gone. */
  readonly digest: Digest | undefined;
  readonly mediaType: string | undefined;
  /** When it was last seen to have moved, come or gone; milliseconds since the epoch. */
  readonly changedAt: number;
  /** When it was first seen to be missing, while that is not certain yet. */
  readonly missingSince: number | undefined;
  /** What it pointed at before, newest first, each once, at most 100. */
  readonly earlier: readonly Digest[];
}
