import type { RepositoryName, TagName } from '../domain/reference.ts';
import type { Registry } from '../domain/registry.ts';
import { tagKeyText, type TagEventCause } from '../domain/tag-event.ts';
import type { Clock } from '../lib/clock.ts';
import type { StoredTag } from '../store/store.ts';

export interface MissingTagsOptions {
  readonly clock: Clock;
  /** Looks for tags a second time. */
  readonly confirm: (
    registry: Registry,
    repository: RepositoryName,
    tags: readonly TagName[],
    cause: TagEventCause,
  ) => void;
}

/** Tags that were seen to be missing once, which registries let happen for a moment while a tag is pushed. */
export interface MissingTags {
  /** Has those of a repository's tags looked for again whose records are marked as missing. */
  readonly watch: (
    registry: Registry,
    repository: RepositoryName,
    records: readonly StoredTag[],
    cause: TagEventCause,
  ) => void;
  /**
   * The time to tell of a tag that is missing now, asked for at a time; `undefined` where it is too early to be told. The
   * mark in its record may be of another gateway, whose clock is its own: what counts is the time since we saw the mark.
   */
  readonly sightingAt: (record: StoredTag, askedAt: number) => number | undefined;
  readonly stop: () => void;
}

/** From the first time that a tag is seen to be missing to the request that decides, in milliseconds. */
const confirmAfter = 1000;
/** Timers may be early by a little. */
const slack = 50;
/** How long a mark is remembered: a registry that fails may not let it be confirmed for long. */
const forgetAfter = 3_600_000;

interface Mark {
  readonly missingSince: number;
  readonly seenAt: number;
}

export function createMissingTags({ clock, confirm }: MissingTagsOptions): MissingTags {
  /** Oldest first. */
  const marks = new Map<string, Mark>();
  const timers = new Set<() => void>();

  function isNew({ missingSince, ...key }: StoredTag): boolean {
    return missingSince !== undefined && marks.get(tagKeyText(key))?.missingSince !== missingSince;
  }

  function mark(record: StoredTag): void {
    const key = tagKeyText(record);
    marks.delete(key);
    marks.set(key, { missingSince: record.missingSince ?? 0, seenAt: clock.now() });
    for (const [old, { seenAt }] of marks) {
      if (clock.now() - seenAt <= forgetAfter) break;
      marks.delete(old);
    }
  }

  return {
    watch: (registry, repository, records, cause) => {
      const fresh = records.filter(isNew);
      if (fresh.length === 0) return;
      fresh.forEach(mark);
      const cancel = clock.setTimeout(() => {
        timers.delete(cancel);
        confirm(
          registry,
          repository,
          fresh.map(({ tag }) => tag),
          cause,
        );
      }, confirmAfter + slack);
      timers.add(cancel);
    },
    sightingAt: (record, askedAt) => {
      const { missingSince } = record;
      if (missingSince === undefined) return askedAt;
      const known = marks.get(tagKeyText(record));
      if (known?.missingSince !== missingSince) return missingSince;
      return askedAt - known.seenAt >= confirmAfter ? Math.max(askedAt, missingSince + confirmAfter) : undefined;
    },
    stop: () => {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
