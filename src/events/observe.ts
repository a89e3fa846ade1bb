import { isDeepStrictEqual } from 'node:util';
import { formatTagReference, type RepositoryName, type TagName } from '../domain/reference.ts';
import type { Ask, Cost, Registry } from '../domain/registry.ts';
import { observeTag } from '../domain/repository-tag-change.ts';
import type { RepositoryTagKey, TagChange, TagEventCause } from '../domain/tag-event.ts';
import type { Clock } from '../lib/clock.ts';
import { createTurns } from '../lib/turns.ts';
import type { Log } from '../lib/log.ts';
import type { Lease, Store, StoredTag } from '../store/store.ts';
import { isScarce } from './budget.ts';
import { createMissingTags } from './missing-tags.ts';
import { nothing, plus, type Observed } from './observed.ts';
import { readTags, type SeenTag } from './read-tags.ts';

/**
 * The one way in which changes of repositories' tags are found out, whoever hinted at them: reads what is true now, past
 * the cache, and tells the store where that is not what was known.
 */
export interface Observer {
  /** Reads some tags of a repository. What the registry fails at is in the answer; rejects with UNAVAILABLE of the store. */
  readonly observe: (
    registry: Registry,
    repository: RepositoryName,
    tags: readonly TagName[],
    how: HowObserved,
  ) => Promise<Observed>;
  /** Takes in what was read of tags elsewhere, as far as they were not known: no events. */
  readonly takeIn: (
    registry: Registry,
    repository: RepositoryName,
    seen: readonly SeenTag[],
    how: HowObserved,
  ) => Promise<Observed>;
  /** What goes with the questions that observing asks. */
  readonly ask: (registry: Registry) => Ask;
  /** Ends what is under way: questions to registries reject. */
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

export interface HowObserved {
  readonly cause: TagEventCause;
  /** Writes only while it is held. */
  readonly lease?: Lease | undefined;
  /** The first look at the repository: tags that are not known are taken in without events. */
  readonly isBaseline?: boolean;
}

export interface ObserverOptions {
  readonly store: Pick<Store, 'change' | 'tags'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Called when the store holds a change of a tag. */
  readonly onMoved: (key: RepositoryTagKey, cause: TagEventCause) => void;
}

/** How often a tag is read again because somebody else wrote its record after it was looked up. */
const mostReadings = 3;

export function createObserver({ store, clock, log, onMoved }: ObserverOptions): Observer {
  const stopping = new AbortController();
  const turns = createTurns();
  /** One for each registry: all that is observed there is one operation among those that wait for it. */
  const costs = new Map<Registry, Cost>();
  const missingTags = createMissingTags({ clock, confirm });

  function ask(registry: Registry): Ask {
    const cost = costs.get(registry) ?? { upstreamRequests: 0, cacheHits: 0, coalesced: 0 };
    costs.set(registry, cost);
    return { signal: stopping.signal, cost, current: true };
  }

  function confirm(
    registry: Registry,
    repository: RepositoryName,
    tags: readonly TagName[],
    cause: TagEventCause,
  ): void {
    observe(registry, repository, tags, { cause }).catch((error: unknown) => {
      if (stopping.signal.aborted) return;
      log.warn({ registry: registry.name, repository, error }, 'missing tags could not be looked for again');
    });
  }

  const observe: Observer['observe'] = (registry, repository, tags, how) =>
    turns.run(
      tags.map((tag) => formatTagReference(registry.name, repository, tag)),
      async () => {
        let observed = nothing;
        let rest = tags;
        for (let readings = 0; rest.length > 0 && readings < mostReadings; readings += 1) {
          const known = await store.tags.get(rest.map((tag) => ({ registry: registry.name, repository, tag })));
          const asking = { registry, repository, tags: rest, known, ask: ask(registry), at: clock.now() };
          const reading = await readTags(asking, missingTags);
          const written = await write(registry, repository, reading.seen, known, how);
          observed = plus(plus(observed, reading), written);
          rest = written.overtaken;
        }
        return observed;
      },
    );

  /** Writes what was seen, except of tags whose records have changed since they were looked up: those come back. */
  async function write(
    registry: Registry,
    repository: RepositoryName,
    seen: readonly SeenTag[],
    known: readonly (StoredTag | undefined)[],
    { cause, lease, isBaseline = false }: HowObserved,
  ): Promise<Observed & { readonly overtaken: readonly TagName[] }> {
    const records = new Map(known.flatMap((record) => (record === undefined ? [] : [[record.tag, record]])));
    const judged = seen.map(({ tag, sighting }) => {
      const key = { registry: registry.name, repository, tag };
      const before = records.get(tag);
      const options = { cause, baseline: isBaseline && before === undefined };
      return { key, before, ...observeTag(key, before, sighting, options) };
    });
    missingTags.watch(
      registry,
      repository,
      judged.flatMap(({ record }) => record ?? []),
      cause,
    );
    const differing = judged.filter(({ before, record }) => record !== before);
    if (differing.length === 0) return { ...nothing, overtaken: [] };
    readAhead(registry, repository, differing);

    const written = await store.change({
      tags: differing.map(({ key }) => key),
      ...(lease && { lease }),
      decide: (now) => {
        const ours = differing.filter(({ key, before }) => isDeepStrictEqual(now.tag(key), before));
        return {
          result: ours,
          tags: ours.flatMap(({ record }) => record ?? []),
          events: ours.flatMap(({ change }) => change ?? []),
        };
      },
    });
    if (written.kind !== 'changed') return { ...nothing, isLeaseLost: true, overtaken: [] };
    const ours = new Set(written.result);
    const changed = written.result.filter(({ change }) => change !== undefined);
    for (const { key } of changed) onMoved(key, cause);
    const overtaken = differing.filter((one) => !ours.has(one)).map(({ key }) => key.tag);
    return { ...nothing, changes: changed.length, overtaken };
  }

  /** So that the manifest is there when the event's readers ask for it. Nothing waits for it, and nothing fails with it. */
  function readAhead(
    registry: Registry,
    repository: RepositoryName,
    differing: readonly { readonly change: TagChange | undefined }[],
  ): void {
    if (isScarce(registry.state())) return;
    const digests = differing.flatMap(({ change }) => change?.digest ?? []);
    if (digests.length === 0) return;
    for (const reading of registry.manifests(repository, [...new Set(digests)], ask(registry))) {
      reading.catch(() => undefined);
    }
  }

  const takeIn: Observer['takeIn'] = (registry, repository, seen, how) =>
    turns.run(
      seen.map(({ tag }) => formatTagReference(registry.name, repository, tag)),
      async () => {
        const known = await store.tags.get(seen.map(({ tag }) => ({ registry: registry.name, repository, tag })));
        const unknown = seen.filter((_, index) => known[index] === undefined);
        return write(registry, repository, unknown, [], { ...how, isBaseline: true });
      },
    );

  return {
    observe,
    takeIn,
    ask,
    stop: () => {
      missingTags.stop();
      stopping.abort(new Error('the gateway stops'));
    },
    isStopped: () => stopping.signal.aborted,
  };
}
