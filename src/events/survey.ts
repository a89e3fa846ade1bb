import { isGatewayError } from '../domain/errors.ts';
import type { RepositoryName, TagName } from '../domain/reference.ts';
import type { Ask, ListedTag, Registry } from '../domain/registry.ts';
import type { StoredTag } from '../store/store.ts';

/** What a look at a registry's listing of a repository brings. */
export interface Survey {
  /** What has to be read tag by tag: a listing can be behind, and change while it is paged through. */
  readonly suspects: readonly TagName[];
  /** All that was listed; names alone where the registry lists no more. */
  readonly listed: readonly ListedTag[];
}

export interface SurveyRequest {
  readonly registry: Registry;
  readonly repository: RepositoryName;
  /** The tags that are known, by name. */
  readonly known: ReadonlyMap<TagName, StoredTag>;
  /** Whether the whole list is wanted, as it is to find what is gone; else only its newest part, where it can be had. */
  readonly isFull: boolean;
  readonly ask: Ask;
}

const pageSize = 100;
/** No more than tagNames reads. */
const mostTags = 100_000;

/**
 * Finds out, as cheaply as the registry allows, which tags may be other than they are known to be. Where listings carry
 * digests those are the tags that differ; else all of them. A known tag that a whole list does not show is suspect too.
 * `undefined` where there is no such repository.
 */
export async function survey(request: SurveyRequest): Promise<Survey | undefined> {
  const { registry, repository, known, isFull, ask } = request;
  if (registry.listsTagDetails === undefined) {
    const found = await registry.tagNames(repository, ask);
    if (found === undefined) return undefined;
    const listed = found.names.map((name) => ({ name }));
    return { suspects: [...found.names, ...unlisted(known, listed)], listed };
  }
  if (isFull) return surveyAll(request);
  try {
    return await surveyNewest(request);
  } catch (error) {
    // Docker Hub knows the dates of public repositories only.
    if (!isGatewayError(error, 'UNSUPPORTED')) throw error;
    return surveyAll(request);
  }
}

/** A tag that is listed without its digest can only be told to have changed by reading it. */
async function surveyAll({ registry, repository, known, ask }: SurveyRequest): Promise<Survey | undefined> {
  const listed = await list(
    (token) => registry.tags(repository, { size: pageSize, token }, ask),
    () => true,
  );
  if (listed === undefined) return undefined;
  const differing = listed.filter((tag) => tag.details === undefined || differs(tag, known)).map(({ name }) => name);
  return { suspects: [...new Set([...differing, ...unlisted(known, listed), ...missed(known)])], listed };
}

/** What moved is listed before what did not: behind a page on which nothing has changed, nothing has. */
async function surveyNewest({ registry, repository, known, ask }: SurveyRequest): Promise<Survey | undefined> {
  const listed = await list(
    (token) => registry.tags(repository, { size: pageSize, token, byDate: true }, ask),
    (tags) => tags.some((tag) => differs(tag, known)),
  );
  if (listed === undefined) return undefined;
  const differing = listed.filter((tag) => differs(tag, known)).map(({ name }) => name);
  return { suspects: [...new Set([...differing, ...missed(known)])], listed };
}

async function list(
  fetch: (token: string | undefined) => ReturnType<Registry['tags']>,
  goesOn: (tags: readonly ListedTag[]) => boolean,
): Promise<readonly ListedTag[] | undefined> {
  const listed = new Map<TagName, ListedTag>();
  let token: string | undefined;
  do {
    const page = await fetch(token);
    if (page === undefined) return undefined;
    for (const tag of page.tags) listed.set(tag.name, tag);
    token = goesOn(page.tags) ? page.next : undefined;
  } while (token !== undefined && listed.size < mostTags);
  return [...listed.values()];
}

function differs({ name, details }: ListedTag, known: ReadonlyMap<TagName, StoredTag>): boolean {
  const record = known.get(name);
  if (record?.digest === undefined) return true;
  return details !== undefined && details.digest !== record.digest;
}

function unlisted(known: ReadonlyMap<TagName, StoredTag>, listed: readonly ListedTag[]): readonly TagName[] {
  const names = new Set(listed.map(({ name }) => name));
  return [...known.keys()].filter((name) => !names.has(name));
}

/** Tags that were seen to be missing once: whether they are gone is still to be found out. */
function missed(known: ReadonlyMap<TagName, StoredTag>): readonly TagName[] {
  return [...known.values()].filter(({ missingSince }) => missingSince !== undefined).map(({ tag }) => tag);
}
