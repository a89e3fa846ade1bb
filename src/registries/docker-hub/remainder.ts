import { LRUCache } from 'lru-cache';
import { GatewayError, isGatewayError } from '../../domain/errors.ts';
import type { RegistryName, RepositoryName, TagName } from '../../domain/reference.ts';
import type { Freshness } from '../../domain/freshness.ts';
import type { Ask, Registry, TagNames } from '../../domain/registry.ts';
import { largestPage, type HubApi } from './hub-api.ts';
import type { RestPosition } from './position.ts';

export interface RemainderOptions {
  readonly name: RegistryName;
  readonly hub: HubApi;
  readonly registry: Pick<Registry, 'tagNames'>;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** The names that the Hub's listing has not shown, in the order of their bytes. */
export interface Remainder {
  readonly names: readonly TagName[];
  /** Whether there are more than the registry was asked for. */
  readonly truncated: boolean;
  readonly freshness: Freshness;
}

/** How long a remainder serves whoever pages on, in milliseconds, and how many names are kept of all. */
const keptFor = 5 * 60_000;
const mostNames = 200_000;
/** Requests that reading again what was shown may take. The Hub has refused to show more than 1,000 to everyone. */
const mostPages = 30;

/**
 * Finds which tags are left where the Hub's listing ends before its end: the registry's list of names without those that
 * the Hub has shown. What it has shown is asked of it again rather than remembered, so that a position holds after a
 * restart and on every replica. `undefined` where there is no such repository.
 */
export function createRemainder(options: RemainderOptions) {
  const { registry, now } = options;
  const kept = new LRUCache<string, Remainder>({
    maxSize: mostNames,
    sizeCalculation: ({ names }) => names.length + 1,
  });

  return async function remainder(
    repository: RepositoryName,
    position: RestPosition,
    ask: Ask,
  ): Promise<Remainder | undefined> {
    const key = `${repository} ${String(position.shown)}`;
    const known = kept.get(key);
    if (known !== undefined && now() - known.freshness.fetchedAt < keptFor) return known;
    const [all, shown] = await Promise.all([
      registry.tagNames(repository, ask),
      shownNames(options, repository, position, ask),
    ]);
    if (all === undefined) return undefined;
    const found = without(all, shown);
    kept.set(key, found);
    return found;
  };
}

function without({ names, truncated, freshness }: TagNames, shown: ReadonlySet<TagName>): Remainder {
  const left = names.filter((name) => !shown.has(name)).sort();
  return { names: left, truncated, freshness };
}

/** The names in the first so many places of the Hub's listing. */
async function shownNames(
  { hub, name }: RemainderOptions,
  repository: RepositoryName,
  { shown, pageSize }: RestPosition,
  ask: Ask,
): Promise<ReadonlySet<TagName>> {
  const whole = Math.floor(shown / largestPage);
  if (whole > mostPages) throw refusal(name, repository, shown);

  async function read(page: number, size: number): Promise<readonly TagName[]> {
    const found = await hub.tagPage(repository, page, size, ask);
    const ours = found?.rows.slice(0, Math.max(0, shown - (page - 1) * size)) ?? [];
    return ours.flatMap((row) => (row === undefined ? [] : [row.name]));
  }

  /** A large page may reach beyond what the Hub shows; pages as they were shown do not. */
  async function readRest(from: number): Promise<readonly TagName[]> {
    try {
      return await read(from / largestPage + 1, largestPage);
    } catch (error) {
      const pages = range(Math.floor(from / pageSize) + 1, Math.ceil(shown / pageSize));
      if (!isGatewayError(error, 'UPSTREAM_UNAUTHORIZED')) throw error;
      if (pages.length > mostPages) throw refusal(name, repository, shown);
      return (await Promise.all(pages.map((page) => read(page, pageSize)))).flat();
    }
  }

  const names = await Promise.all([
    ...range(1, whole).map((page) => read(page, largestPage)),
    ...(shown % largestPage === 0 ? [] : [readRest(whole * largestPage)]),
  ]);
  return new Set(names.flat());
}

function refusal(registry: RegistryName, repository: RepositoryName, shown: number): GatewayError {
  const message = `${registry} shows the newest ${String(shown)} tags of ${repository} only; order by NAME or VERSION to see all`;
  return new GatewayError('UNSUPPORTED', message, { registry });
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
