import type { RepositoryName } from '../../domain/reference.ts';
import type { Ask, RepositoryDescription } from '../../domain/registry.ts';
import { endpoint, fresh, refusal, type OciClient } from '../oci/client.ts';
import { readRepository, readTagPage, type HubTagPage } from './wire.ts';

/** The part of Docker Hub's REST API that is read here. */
export interface HubApi {
  /**
   * A page of tags, the one updated last first. `page` counts from 1, `size` is at most 100. `undefined` where the Hub knows
   * no such repository, or the repository has no such page any more.
   */
  tagPage(repository: RepositoryName, page: number, size: number, ask: Ask): Promise<HubTagPage | undefined>;
  /** What is said of a repository; `undefined` where the Hub knows none of that name. */
  describe(repository: RepositoryName, ask: Ask): Promise<RepositoryDescription | undefined>;
}

/** The most tags that the Hub puts on one page. */
export const largestPage = 100;

/** A description and some numbers. */
const maxRepositoryBytes = 256 * 1024;

/**
 * Asks Docker Hub's REST API (https://docs.docker.com/reference/api/hub/latest/) as everyone may: without signing in, so
 * it tells of public repositories only, and of about a thousand tags of each. Rejects with the codes of the transport:
 * refusals, that of deep pages among them, are UPSTREAM_UNAUTHORIZED.
 */
export function createHubApi(client: OciClient): HubApi {
  async function read(path: string, maxBytes: number, asked: string, ask: Ask): Promise<Uint8Array | undefined> {
    const url = endpoint(client, path);
    const headers = { accept: 'application/json' };
    const response = await client.transport({ method: 'GET', url, headers, maxBytes, ask });
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw refusal(client, response, asked);
    return response.body;
  }

  return {
    async tagPage(repository, page, size, ask) {
      const path = pathOf(repository);
      if (path === undefined) return undefined;
      const query = `page=${String(page)}&page_size=${String(size)}&ordering=last_updated`;
      const asked = `the tags of ${repository}`;
      const body = await read(`${path}/tags?${query}`, client.limits.tagPageBytes, asked, ask);
      return body && readTagPage(body, client.name, asked);
    },
    async describe(repository, ask) {
      const path = pathOf(repository);
      if (path === undefined) return undefined;
      const body = await read(path, maxRepositoryBytes, repository, ask);
      return body && { ...readRepository(body, client.name, repository), freshness: fresh(client) };
    },
  };
}

/** The Hub's repositories are all `namespace/name`; mirrors of it have others, which it does not know. */
function pathOf(repository: RepositoryName): string | undefined {
  const [namespace, name, more] = repository.split('/');
  if (namespace === undefined || name === undefined || more !== undefined) return undefined;
  return `/v2/namespaces/${namespace}/repositories/${name}`;
}
