import type { RepositoryName, TagName } from '../domain/reference.ts';
import type { Ask, Registry, TagTarget } from '../domain/registry.ts';
import { tagKeyText, type RepositoryTagKey, type TagEvent } from '../domain/tag-event.ts';
import type { Store, StoredTag } from '../store/store.ts';
import type { Checks } from './checks.ts';
import type { WatchedRepositories } from './watched-repositories.ts';

export interface LiveTagsOptions {
  readonly store: Pick<Store, 'tags'>;
  readonly watched: WatchedRepositories;
  readonly checks: Checks;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** How many tags are kept in memory at most. */
  readonly most?: number;
}

/** What tags of watched repositories point at, as the store knows it, with a part of that in memory. */
export interface LiveTags {
  /** A registry that answers what watched tags point at from the store, while that is known to be current. */
  readonly wrap: (registry: Registry) => Registry;
  /** Takes in what the log tells. Afterwards no answer is older than these events. */
  readonly apply: (events: readonly TagEvent[]) => void;
  /** Forgets all that is in memory: events may have been missed. */
  readonly reset: () => void;
  /** Forgets one tag: the store holds something else now, and the log will tell of it. */
  readonly forget: (key: RepositoryTagKey) => void;
  /** A tag that was read at this time, and that the store is right about since. */
  readonly read: (key: RepositoryTagKey, at: number) => void;
}

/** How long after its interval a poll may be late, in milliseconds. */
const grace = 5000;
/** Some 30 MB. */
const mostTags = 100_000;

interface Held {
  /** Undefined where the store has not been asked. */
  readonly record: StoredTag | undefined;
  /** When this very tag was last read, other than by a poll; milliseconds since the epoch. */
  readonly readAt: number;
}

export function createLiveTags({ store, watched, checks, now, most = mostTags }: LiveTagsOptions): LiveTags {
  /** The least recently loaded first. */
  const held = new Map<string, Held>();
  /** Loads that are under way, with the keys that events have told of since: what they bring of those may be old. */
  const loads = new Set<{ readonly spoiled: Set<string> }>();

  function keep(key: string, value: Held): void {
    held.delete(key);
    held.set(key, value);
    for (const [oldest] of held) {
      if (held.size <= most) break;
      held.delete(oldest);
    }
  }

  function forget(key: string): void {
    const readAt = held.get(key)?.readAt ?? 0;
    if (readAt > 0) held.set(key, { record: undefined, readAt });
    else held.delete(key);
    for (const { spoiled } of loads) spoiled.add(key);
  }

  async function load(keys: readonly RepositoryTagKey[]): Promise<ReadonlyMap<string, StoredTag>> {
    const spoiled = new Set<string>();
    const loading = { spoiled };
    loads.add(loading);
    try {
      const found = new Map<string, StoredTag>();
      for (const record of await store.tags.get(keys)) {
        if (record === undefined) continue;
        const key = tagKeyText(record);
        found.set(key, record);
        if (loads.has(loading) && !spoiled.has(key)) keep(key, { record, readAt: held.get(key)?.readAt ?? 0 });
      }
      return found;
    } finally {
      loads.delete(loading);
    }
  }

  /** When the store was last seen to be right about a tag, if that is recent enough. */
  function checkedAt(registry: Registry, repository: RepositoryName, key: string): number | undefined {
    const interval = watched.registries.find((patterns) => patterns.registry === registry.name)?.interval ?? 0;
    const at = Math.max(checks.of(registry.name, repository)?.checkedAt ?? 0, held.get(key)?.readAt ?? 0);
    return now() - at < 2 * interval + grace ? at : undefined;
  }

  function targetOf(record: StoredTag | undefined, at: number | undefined): TagTarget | undefined {
    // A tag that the store does not have may have come since; one that is missed may be gone.
    if (record?.digest === undefined || record.missingSince !== undefined || at === undefined) return undefined;
    return {
      digest: record.digest,
      mediaType: record.mediaType,
      freshness: { state: 'LIVE', fetchedAt: Math.min(at, now()) },
    };
  }

  async function find(
    registry: Registry,
    repository: RepositoryName,
    tags: readonly TagName[],
  ): Promise<readonly (TagTarget | undefined)[]> {
    const keys = tags.map((tag) => ({ registry: registry.name, repository, tag }));
    const texts = keys.map(tagKeyText);
    const isCurrent = texts.map((key) => checkedAt(registry, repository, key) !== undefined);
    const wanted = keys.filter((_, index) => isCurrent[index] && held.get(texts[index] ?? '')?.record === undefined);
    // Where the store cannot be reached, the registry can still be asked.
    const loaded = wanted.length === 0 ? undefined : await load(wanted).catch(() => undefined);
    return texts.map((key) =>
      targetOf(held.get(key)?.record ?? loaded?.get(key), checkedAt(registry, repository, key)),
    );
  }

  /** Answers from the store, and asks the registry for the rest in one question. */
  async function resolve(
    registry: Registry,
    repository: RepositoryName,
    tags: readonly TagName[],
    ask: Ask,
  ): Promise<readonly Promise<TagTarget | undefined>[]> {
    const found = await find(registry, repository, tags);
    const rest = tags.filter((_, index) => found[index] === undefined);
    ask.cost.cacheHits += tags.length - rest.length;
    const asked = (rest.length === 0 ? [] : registry.resolveTags(repository, rest, ask)).values();
    return found.map((target) =>
      target === undefined ? (asked.next().value ?? Promise.resolve(undefined)) : Promise.resolve(target),
    );
  }

  return {
    wrap: (registry) => ({
      ...registry,
      resolveTags: (repository, tags, ask) => {
        if (ask.current === true || !watched.isWatched(registry.name, repository)) {
          return registry.resolveTags(repository, tags, ask);
        }
        const resolving = resolve(registry, repository, tags, ask);
        return tags.map(async (_, index) => (await resolving)[index]);
      },
    }),
    apply: (events) => {
      for (const { subject } of events) if (subject.kind === 'TAG') forget(tagKeyText(subject));
    },
    forget: (key) => {
      forget(tagKeyText(key));
    },
    reset: () => {
      loads.clear();
      held.clear();
    },
    read: (key, at) => {
      forget(tagKeyText(key));
      keep(tagKeyText(key), { record: undefined, readAt: at });
    },
  };
}
