import { GatewayError } from '../../domain/errors.ts';
import type { RegistryName, RepositoryName } from '../../domain/reference.ts';
import type { Freshness } from '../../domain/freshness.ts';
import type { Ask } from '../../domain/registry.ts';
import { errorSummary } from '../../transport/answer.ts';
import type { Transport, UpstreamRequest, UpstreamResponse } from '../../transport/transport.ts';

/** How much of an answer is read, in bytes after decompression. */
export interface AnswerLimits {
  readonly manifestBytes: number;
  readonly blobBytes: number;
  readonly tagPageBytes: number;
  /** How many pages, and how many names, a whole list of tags is read to. */
  readonly tagPages: number;
  readonly tagNames: number;
}

/** What the calls of the distribution API share: whom they ask, through what, and how much they take. */
export interface OciClient {
  readonly name: RegistryName;
  readonly origin: URL;
  readonly limits: AnswerLimits;
  readonly transport: Transport;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** A request to one of a repository's endpoints, `rest` being what follows the repository's name in the path. */
export function repositoryRequest(
  client: OciClient,
  repository: RepositoryName,
  rest: string,
  request: Pick<UpstreamRequest, 'method' | 'headers' | 'maxBytes'> & { readonly isPull?: boolean },
  ask: Ask,
): UpstreamRequest {
  return {
    ...request,
    url: endpoint(client, `/v2/${repository}/${rest}`),
    repository,
    scope: `repository:${repository}:pull`,
    ask,
  };
}

/** A URL on the registry. What goes in is of checked grammar; a URL that came out otherwise must not be asked. */
export function endpoint(client: OciClient, pathAndQuery: string): URL {
  const url = new URL(pathAndQuery, client.origin);
  const [path] = pathAndQuery.split('?');
  if (url.origin !== client.origin.origin || url.pathname !== path) {
    throw new GatewayError('REFERENCE_INVALID', `${JSON.stringify(path)} does not name anything on ${client.name}`, {});
  }
  return url;
}

/**
 * The error of an answer that is neither success nor "not found". Refusals, rate limits and outages never come so far: the
 * transport has made errors of them.
 */
export function refusal(client: OciClient, response: UpstreamResponse, asked: string): GatewayError {
  const message = `${client.name} answered ${response.status} for ${asked}${errorSummary(response)}`;
  return new GatewayError('UPSTREAM_INVALID', message, { registry: client.name, status: response.status });
}

/** A fact learnt just now. */
export function fresh(client: OciClient): Freshness {
  return { state: 'FRESH', fetchedAt: client.now() };
}
