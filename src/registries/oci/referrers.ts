import { LRUCache } from 'lru-cache';
import type { Descriptor } from '../../domain/descriptor.ts';
import type { Digest } from '../../domain/digest.ts';
import { isGatewayError, type GatewayError } from '../../domain/errors.ts';
import type { ImageIndex } from '../../domain/manifest.ts';
import { readManifest } from '../../domain/read-manifest.ts';
import type { RepositoryName } from '../../domain/reference.ts';
import type { Ask, Referrers } from '../../domain/registry.ts';
import { header, type UpstreamResponse } from '../../transport/transport.ts';
import { endpoint, fresh, refusal, repositoryRequest, type OciClient } from './client.ts';
import { nextPage } from './link.ts';
import { fetchByTag } from './manifests.ts';

const indexType = 'application/vnd.oci.image.index.v1+json';
const mostPages = 10;

/** What registries without a referrers API answer (distribution-spec asks for 404; others have been seen). */
const unsupportedStatus: ReadonlySet<number> = new Set([400, 404, 405, 406]);

/** How long a repository is taken to have no referrers API, in milliseconds, and for how many that is kept. */
const unsupportedFor = 10 * 60_000;
const mostRepositories = 1_000;

/** Lists what refers to a manifest. */
export type ReferrersReader = (
  repository: RepositoryName,
  digest: Digest,
  artifactType: string | undefined,
  ask: Ask,
) => Promise<Referrers>;

/**
 * Reads referrers by the API, or by the fallback tag where there is none (distribution-spec, "Listing Referrers" and
 * "Referrers Tag Schema"). Which of the two it is, is remembered for some minutes; by repository, since behind one name
 * there may be several registries, and a repository that does not exist says nothing about others.
 */
export function createReferrersReader(client: OciClient): ReferrersReader {
  const unsupportedUntil = new LRUCache<RepositoryName, number>({ max: mostRepositories });

  async function read(
    repository: RepositoryName,
    digest: Digest,
    artifactType: string | undefined,
    ask: Ask,
  ): Promise<readonly Descriptor[]> {
    let failure: GatewayError | undefined;
    if (client.now() >= (unsupportedUntil.get(repository) ?? 0)) {
      try {
        const listed = await fromApi(client, repository, digest, artifactType, ask);
        if (listed !== undefined) return listed;
        unsupportedUntil.set(repository, client.now() + unsupportedFor);
      } catch (error) {
        if (!isInternalError(error)) throw error;
        failure = error;
      }
    }
    const listed = await fromFallbackTag(client, repository, digest, ask);
    // Some registries fail where others say that they have no such API; but that nothing is found then proves nothing.
    if (listed === undefined && failure !== undefined) throw failure;
    return listed ?? [];
  }

  return async function referrers(repository, digest, artifactType, ask) {
    const found = await read(repository, digest, artifactType, ask);
    // A registry may ignore the filter, so it is applied here whatever the registry says that it did.
    const wanted = found.filter((descriptor) => artifactType === undefined || descriptor.artifactType === artifactType);
    return { descriptors: wanted, freshness: fresh(client) };
  };
}

function isInternalError(error: unknown): error is GatewayError {
  if (!isGatewayError(error, 'UPSTREAM_UNAVAILABLE')) return false;
  return error.details.status === 500 || error.details.status === 501;
}

async function fromApi(
  client: OciClient,
  repository: RepositoryName,
  digest: Digest,
  artifactType: string | undefined,
  ask: Ask,
): Promise<readonly Descriptor[] | undefined> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const request = { method: 'GET', headers: { accept: indexType }, maxBytes: client.limits.manifestBytes } as const;
  const first = repositoryRequest(client, repository, `referrers/${digest}${query}`, request, ask);
  const descriptors = new Map<Digest, Descriptor>();
  let url: URL | undefined = first.url;
  for (let page = 0; url !== undefined && page < mostPages; page += 1) {
    const response = await client.transport({ ...first, url });
    if (page === 0 && unsupportedStatus.has(response.status)) return undefined;
    if (response.status !== 200) throw refusal(client, response, `the referrers of ${repository}@${digest}`);
    const listed = readIndex(response);
    if (listed === undefined) return undefined;
    for (const descriptor of listed) descriptors.set(descriptor.digest, descriptor);
    const next = nextPage(client, response);
    url = next === undefined ? undefined : endpoint(client, next);
  }
  return [...descriptors.values()];
}

/** Some registries answer 200 with something else, which means that they know nothing of referrers. */
function readIndex(response: UpstreamResponse): readonly Descriptor[] | undefined {
  try {
    const { content } = readManifest(response.body, header(response, 'content-type'));
    return content.kind === 'INDEX' ? everyDescriptor(content) : undefined;
  } catch (error) {
    if (isGatewayError(error, 'UPSTREAM_INVALID')) return undefined;
    throw error;
  }
}

/** `undefined` where there is no such tag. */
async function fromFallbackTag(
  client: OciClient,
  repository: RepositoryName,
  digest: Digest,
  ask: Ask,
): Promise<readonly Descriptor[] | undefined> {
  const manifest = await fetchByTag(client, repository, fallbackTag(digest), ask);
  return manifest?.content.kind === 'INDEX' ? everyDescriptor(manifest.content) : undefined;
}

/** Attestations too, which are set apart in the index of an image, but here are what is asked for. */
function everyDescriptor({ manifests, attestations }: ImageIndex): readonly Descriptor[] {
  return [...manifests, ...attestations];
}

/** The tag that stands in for the API: the algorithm to 32 and the encoding to 64 characters. */
export function fallbackTag(digest: Digest): string {
  const colon = digest.indexOf(':');
  return `${digest.slice(0, Math.min(colon, 32))}-${digest.slice(colon + 1, colon + 65)}`;
}
