import { GatewayError, isGatewayError } from '../../domain/errors.ts';
import type { RepositoryName, TagName } from '../../domain/reference.ts';
import type { Ask, PageRequest, TagNames, TagPage } from '../../domain/registry.ts';
import { endpoint, fresh, refusal, repositoryRequest, type OciClient } from './client.ts';
import { nextPage } from './link.ts';
import { readTagList } from './wire.ts';

/** Pages for reading a whole list: the largest that registries allow, and what those take that refuse large ones. */
const largePage = 1000;
const safePage = 100;

/** How many pages on end may bring nothing new before the list is held to be going in circles. A page of nothing but digests, which are no tags, is none (Artifactory). */
const fruitlessPages = 5;

/** A page of tags in the registry's own order (distribution-spec, "Listing Tags"). */
export async function fetchTagPage(
  client: OciClient,
  repository: RepositoryName,
  page: PageRequest,
  ask: Ask,
): Promise<TagPage | undefined> {
  const found = await fetchNames(client, repository, page, ask);
  if (found === undefined) return undefined;
  return { tags: found.names.map((name) => ({ name })), next: found.next, freshness: fresh(client) };
}

/** The names of all tags, page by page, up to the limits. */
export async function fetchAllNames(
  client: OciClient,
  repository: RepositoryName,
  ask: Ask,
): Promise<TagNames | undefined> {
  const { tagPages, tagNames } = client.limits;
  const names = new Set<TagName>();
  let page = await firstLargePage(client, repository, ask);
  if (page === undefined) return undefined;
  let fruitless = 0;
  for (let pages = 1; ; pages += 1) {
    const before = names.size;
    for (const name of page.names) names.add(name);
    const isLast = page.next === undefined && names.size <= tagNames;
    if (isLast || pages >= tagPages || names.size >= tagNames) {
      return { names: [...names].slice(0, tagNames), truncated: !isLast, freshness: fresh(client) };
    }
    fruitless = names.size === before ? fruitless + 1 : 0;
    if (fruitless === fruitlessPages) throw goesInCircles(client, repository);
    const following = await fetchNames(client, repository, { size: largePage, token: page.next }, ask);
    if (following === undefined) throw goesInCircles(client, repository);
    page = following;
  }
}

interface NamePage {
  readonly names: readonly TagName[];
  readonly next: string | undefined;
}

/** Quay has refused pages of more than 100, ECR those of more than 1,000: such a refusal is no reason to fail. */
async function firstLargePage(client: OciClient, repository: RepositoryName, ask: Ask): Promise<NamePage | undefined> {
  try {
    return await fetchNames(client, repository, { size: largePage }, ask);
  } catch (error) {
    if (!isGatewayError(error, 'UPSTREAM_INVALID')) throw error;
    return fetchNames(client, repository, { size: safePage }, ask);
  }
}

async function fetchNames(
  client: OciClient,
  repository: RepositoryName,
  page: PageRequest,
  ask: Ask,
): Promise<NamePage | undefined> {
  const asked = `the tags of ${repository}`;
  const request = {
    method: 'GET',
    headers: { accept: 'application/json' },
    maxBytes: client.limits.tagPageBytes,
  } as const;
  const first = repositoryRequest(client, repository, `tags/list?n=${page.size}`, request, ask);
  const response = await client.transport(
    page.token === undefined ? first : { ...first, url: endpoint(client, page.token) },
  );
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw refusal(client, response, asked);
  const next = nextPage(client, response);
  if (next !== undefined && next === page.token) throw goesInCircles(client, repository);
  return { names: readTagList(response.body, client.name, asked), next };
}

function goesInCircles(client: OciClient, repository: RepositoryName): GatewayError {
  const message = `${client.name} lists the tags of ${repository} in a circle: a page links to a next one that brings nothing new`;
  return new GatewayError('UPSTREAM_INVALID', message, { registry: client.name });
}
