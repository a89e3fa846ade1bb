import { GatewayError, isGatewayError } from '../../domain/errors.ts';
import type { RegistryName, RepositoryName, TagName } from '../../domain/reference.ts';
import type { Ask, ListedTag, Registry, TagPage, TagPageRequest } from '../../domain/registry.ts';
import type { HubApi } from './hub-api.ts';
import { formatPosition, readPosition, type HubPosition, type RestPosition } from './position.ts';
import { createRemainder } from './remainder.ts';
import type { HubTagPage } from './wire.ts';

export interface ListingOptions {
  readonly name: RegistryName;
  readonly hub: HubApi;
  /** Docker Hub by the distribution API. */
  readonly registry: Pick<Registry, 'tagNames'>;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Lists tags as the Hub does: newest first, with their digests and platforms, one request a page. Where the Hub lets nobody
 * page on, the registry's list of names brings what it has not shown; where the Hub fails at the start, or does not know
 * the repository, as with private ones, that list brings all.
 */
export function createListing({ name, hub, registry, now }: ListingOptions): Registry['tags'] {
  const remainder = createRemainder({ name, hub, registry, now });

  async function hubPage(
    repository: RepositoryName,
    { offset }: HubPosition,
    wanted: number,
    ask: Ask,
  ): Promise<TagPage | undefined> {
    const size = pageSize(offset, wanted);
    const found = await hub.tagPage(repository, offset / size + 1, size, ask);
    if (found === undefined) return undefined;
    const hasNext = found.hasNext && found.rows.length > 0;
    return {
      tags: each(found),
      next: hasNext ? formatPosition({ kind: 'hub', offset: offset + size }) : undefined,
      total: found.total,
      freshness: { state: 'FRESH', fetchedAt: now() },
    };
  }

  async function restPage(
    repository: RepositoryName,
    position: RestPosition,
    wanted: number,
    ask: Ask,
  ): Promise<TagPage | undefined> {
    const rest = await remainder(repository, position, ask);
    if (rest === undefined) return undefined;
    const { names, truncated, freshness } = rest;
    const begin = placeAfter(names, position.last);
    const page = names.slice(begin, begin + wanted);
    if (page.length === 0 && truncated) {
      const message = `${name} has more tags of ${repository} than are listed (${String(names.length)})`;
      throw new GatewayError('UPSTREAM_TOO_LARGE', message, { registry: name });
    }
    const hasNext = truncated || begin + wanted < names.length;
    return {
      tags: page.map((tag) => ({ name: tag })),
      next: hasNext ? formatPosition({ ...position, last: page.at(-1) }) : undefined,
      total: truncated ? undefined : position.shown + names.length,
      freshness,
    };
  }

  /** The first page where the Hub has none to show: by name, since without the Hub nobody knows the dates. */
  async function pageWithoutHub(
    repository: RepositoryName,
    { size, byDate }: TagPageRequest,
    ask: Ask,
    failure: GatewayError | undefined,
  ): Promise<TagPage | undefined> {
    if (byDate === true && failure !== undefined) throw failure;
    const start = { kind: 'rest', shown: 0, pageSize: size, last: undefined } as const;
    try {
      const page = await restPage(repository, start, size, ask);
      if (byDate !== true || page === undefined) return page;
    } catch (error) {
      // Neither the Hub nor the registry would tell a repository that is not there from one that we may not see.
      if (failure === undefined && isGatewayError(error, 'UPSTREAM_UNAUTHORIZED')) return undefined;
      throw error;
    }
    const message = `${name} does not list the tags of ${repository} by date, which it does for public repositories only; order by VERSION, NAME or NATIVE`;
    throw new GatewayError('UNSUPPORTED', message, { registry: name });
  }

  async function firstPage(repository: RepositoryName, page: TagPageRequest, ask: Ask): Promise<TagPage | undefined> {
    let failure: GatewayError | undefined;
    try {
      const found = await hubPage(repository, { kind: 'hub', offset: 0 }, page.size, ask);
      if (found !== undefined) return found;
    } catch (error) {
      if (ask.signal.aborted || !isGatewayError(error)) throw error;
      failure = error;
    }
    return pageWithoutHub(repository, page, ask, failure);
  }

  /** Only a refusal leads elsewhere: after any other failure, asking again goes on without a seam. */
  async function laterPage(
    repository: RepositoryName,
    position: HubPosition,
    { size }: TagPageRequest,
    ask: Ask,
  ): Promise<TagPage | undefined> {
    try {
      const found = await hubPage(repository, position, size, ask);
      // Tags have gone since the page before, and with them this page.
      return found ?? { tags: [], next: undefined, freshness: { state: 'FRESH', fetchedAt: now() } };
    } catch (error) {
      if (ask.signal.aborted || !isGatewayError(error, 'UPSTREAM_UNAUTHORIZED')) throw error;
      const { offset } = position;
      const rest = { kind: 'rest', shown: offset, pageSize: pageSize(offset, size), last: undefined } as const;
      return restPage(repository, rest, size, ask);
    }
  }

  return async function tags(repository, page, ask) {
    const position = readPosition(page.token);
    if (position.kind === 'rest') return restPage(repository, position, page.size, ask);
    return position.offset === 0 ? firstPage(repository, page, ask) : laterPage(repository, position, page, ask);
  };
}

/** The largest size up to the wanted one whose pages begin at an offset: the Hub counts pages, not tags. */
function pageSize(offset: number, wanted: number): number {
  let size = wanted;
  while (offset % size !== 0) size -= 1;
  return size;
}

function each({ rows }: HubTagPage): readonly ListedTag[] {
  return [...new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.name, row]]))).values()];
}

function placeAfter(names: readonly TagName[], last: TagName | undefined): number {
  if (last === undefined) return 0;
  const place = names.findIndex((name) => name > last);
  return place < 0 ? names.length : place;
}
