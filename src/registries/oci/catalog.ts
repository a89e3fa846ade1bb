import { isGatewayError } from '../../domain/errors.ts';
import type { Ask, PageRequest, RepositoryPage } from '../../domain/registry.ts';
import { endpoint, fresh, refusal, type OciClient } from './client.ts';
import { nextPage } from './link.ts';
import { readCatalog } from './wire.ts';

/**
 * A page of the registry's repositories, by Docker's `_catalog`, which no specification asks for: `undefined` where the
 * registry does not have it or does not let us see it.
 */
export async function fetchRepositories(
  client: OciClient,
  page: PageRequest,
  ask: Ask,
): Promise<RepositoryPage | undefined> {
  const asked = 'its catalog';
  try {
    const response = await client.transport({
      method: 'GET',
      url: endpoint(client, page.token ?? `/v2/_catalog?n=${page.size}`),
      headers: { accept: 'application/json' },
      maxBytes: client.limits.tagPageBytes,
      scope: 'registry:catalog:*',
      ask,
    });
    if ([404, 405].includes(response.status)) return undefined;
    if (response.status !== 200) throw refusal(client, response, asked);
    const next = nextPage(client, response);
    return { repositories: readCatalog(response.body, client.name, asked), next, freshness: fresh(client) };
  } catch (error) {
    if (isGatewayError(error, 'UPSTREAM_UNAUTHORIZED')) return undefined;
    throw error;
  }
}
