import { GatewayError } from '../domain/errors.ts';
import type { RepositoryName, TagName } from '../domain/reference.ts';
import type { ListedTag, Registry } from '../domain/registry.ts';
import type { Lease, Store } from '../store/store.ts';
import { isScarce } from './budget.ts';
import type { HowObserved, Observer } from './observe.ts';
import { nothing, plus, type Observed } from './observed.ts';
import type { PollNote } from './poll-note.ts';
import type { SeenTag } from './read-tags.ts';
import { survey } from './survey.ts';

export interface PollRequest {
  readonly registry: Registry;
  readonly repository: RepositoryName;
  readonly note: PollNote;
  /** The lease as it is held by now. */
  readonly lease: () => Lease;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** What one look at all of a repository came to. */
export type Polled =
  /** There is no such repository, or it is not shown to us. That says nothing of its tags. */
  | { readonly kind: 'no-repository' }
  | {
      readonly kind: 'read';
      readonly observed: Observed;
      /** How many tags were to be read one by one. */
      readonly suspects: number;
      /** The last tag that was read, where the rest had to be left for the next time. */
      readonly after: TagName | undefined;
    };

/** How many tags are read and written together: few enough for a hint about one of them to have its turn soon. */
const batchSize = 100;
/** Where listings by date show what moved without reading all of them, every so many polls reads all, to find what is gone. */
const pollsToWhole = 12;

/**
 * Looks at a whole repository, and tells the store of the changes. The first look only takes in how things are. Rejects
 * where the registry does not list the tags, and with UNAVAILABLE of the store.
 */
export async function pollRepository(
  { store, observer }: { readonly store: Pick<Store, 'tags'>; readonly observer: Observer },
  { registry, repository, note, lease, now }: PollRequest,
): Promise<Polled> {
  const records = await store.tags.ofRepository(registry.name, repository);
  const known = new Map(records.map((record) => [record.tag, record]));
  const isBaseline = !note.hasBaseline;
  const isFull = isBaseline || note.polls % pollsToWhole === 0;
  const at = now();
  const found = await survey({ registry, repository, known, isFull, ask: observer.ask(registry) });
  if (found === undefined) return { kind: 'no-repository' };

  const how = (): HowObserved => ({ cause: 'POLL', lease: lease(), isBaseline });
  const told = isBaseline
    ? found.listed.filter(({ name }) => !known.has(name)).flatMap((tag) => sightingOf(tag, at))
    : [];
  let observed = nothing;
  for (const batch of batches(told)) {
    observed = plus(observed, await observer.takeIn(registry, repository, batch, how()));
    if (observed.isLeaseLost) return { kind: 'read', observed, suspects: 0, after: undefined };
  }

  const taken = new Set(told.map(({ tag }) => tag));
  const suspects = startingAfter(
    found.suspects.filter((tag) => !taken.has(tag)),
    note.after,
  );
  let after: TagName | undefined;
  for (const batch of batches(suspects)) {
    if (after !== undefined && isScarce(registry.state())) {
      return { kind: 'read', observed: plus(observed, leftOver(registry)), suspects: suspects.length, after };
    }
    observed = plus(observed, await observer.observe(registry, repository, batch, how()));
    if (observed.isLeaseLost) break;
    after = batch.at(-1);
  }
  return { kind: 'read', observed, suspects: suspects.length, after: undefined };
}

function sightingOf({ name, details }: ListedTag, at: number): readonly SeenTag[] {
  if (details === undefined) return [];
  const { digest, mediaType } = details;
  return [{ tag: name, sighting: { kind: 'PRESENT', digest, mediaType, at } }];
}

/** In the order of names, from the one after a place on, and then from the beginning: so that each has its turn. */
function startingAfter(tags: readonly TagName[], after: TagName | undefined): readonly TagName[] {
  const ordered = [...tags].sort();
  const begin =
    after === undefined
      ? 0
      : Math.max(
          0,
          ordered.findIndex((tag) => tag > after),
        );
  return [...ordered.slice(begin), ...ordered.slice(0, begin)];
}

function leftOver({ name }: Registry): Observed {
  const message = `${name}: little is left of its rate limit, and that is for those who ask`;
  return { ...nothing, failures: 1, failure: new GatewayError('UPSTREAM_RATE_LIMITED', message, { registry: name }) };
}

function* batches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let begin = 0; begin < items.length; begin += batchSize) yield items.slice(begin, begin + batchSize);
}
