import { empty, failure, json } from './exchange.ts';
import type { Answer, RegistryRequest } from './exchange.ts';
import type { RegistryStore, SampleRepository, StoredManifest } from './store.ts';

/** How a listing is paged. */
export interface Paging {
  /** Entries of a page that was asked for without `n`; all where absent. */
  readonly standard?: number;
  /** The most entries of a page. */
  readonly most: number;
  /** What happens to a larger `n`: fewer entries, or a refusal. */
  readonly excess: 'clamp' | 'refuse';
}

const indexType = 'application/vnd.oci.image.index.v1+json';

/** `GET /v2/<name>/tags/list` (OCI distribution specification, "Listing Tags"). */
export function listTags(request: RegistryRequest, repository: SampleRepository, paging: Paging): Answer {
  return page(request, [...repository.tags.keys()], paging, (tags) => ({ name: repository.name, tags }));
}

/** `GET /v2/_catalog`, which is no part of the specification but of the Docker Registry HTTP API V2. */
export function listRepositories(request: RegistryRequest, store: RegistryStore, paging: Paging): Answer {
  return page(request, [...store.repositories.keys()], paging, (repositories) => ({ repositories }));
}

function page(
  request: RegistryRequest,
  names: readonly string[],
  paging: Paging,
  document: (names: readonly string[]) => unknown,
): Answer {
  const asked = request.query.get('n');
  const wanted = asked === null ? (paging.standard ?? names.length) : Number(asked);
  const isRefused = asked !== null && paging.excess === 'refuse' && wanted > paging.most;
  if (!Number.isSafeInteger(wanted) || wanted < 0 || isRefused)
    return failure(400, 'PAGINATION_NUMBER_INVALID', 'invalid number of results requested', { n: asked });
  const size = asked === null ? wanted : Math.min(wanted, paging.most);
  const last = request.query.get('last');
  const remaining = names.toSorted(byBytes).filter((name) => last === null || byBytes(name, last) > 0);
  const shown = remaining.slice(0, size);
  const end = shown.at(-1);
  if (end === undefined || remaining.length <= size) return json(200, document(shown));
  const next = new URLSearchParams({ n: String(size), last: end });
  return json(200, document(shown), { link: `<${request.path}?${next.toString()}>; rel="next"` });
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `GET /v2/<name>/referrers/<digest>` (OCI distribution specification, "Listing Referrers"). */
export function listReferrers(request: RegistryRequest, repository: SampleRepository, digest: string): Answer {
  const wanted = request.query.get('artifactType');
  const manifests = [...repository.manifests.values()]
    .filter((manifest) => manifest.document?.subject?.digest === digest)
    .map(referrerDescriptor)
    .filter((descriptor) => wanted === null || descriptor.artifactType === wanted);
  const headers = { 'content-type': indexType, ...(wanted !== null && { 'oci-filters-applied': 'artifactType' }) };
  if (request.method === 'HEAD') return empty(200, headers);
  return json(200, { schemaVersion: 2, mediaType: indexType, manifests }, headers);
}

/** The descriptor by which a referrer is listed: its type, or its config's where it has none. */
export function referrerDescriptor({ digest, mediaType, bytes, document }: StoredManifest) {
  const artifactType = document?.artifactType ?? document?.config?.mediaType;
  const annotations = document?.annotations;
  return {
    mediaType,
    digest,
    size: bytes.byteLength,
    ...(artifactType !== undefined && { artifactType }),
    ...(annotations !== undefined && { annotations }),
  };
}
