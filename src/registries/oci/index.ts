import type { Registry } from '../../domain/registry.ts';
import type { RegistryConnection } from '../../transport/registry-transport.ts';
import type { RegistrySetup } from '../setup.ts';
import { fetchBlob, holdsBlob } from './blobs.ts';
import { fetchRepositories } from './catalog.ts';
import type { OciClient } from './client.ts';
import { fetchByDigest, holdsManifest, resolveTag } from './manifests.ts';
import { createReferrersReader } from './referrers.ts';
import { fetchAllNames, fetchTagPage } from './tags.ts';

/**
 * Any registry that speaks the OCI distribution API, with the catalog that Docker's registry added to it. Many keys are
 * asked for in parallel; the transport bounds how many at a time.
 */
export function createOciRegistry(
  kind: string,
  { name, url, limits, now }: RegistrySetup,
  { transport, state }: RegistryConnection,
): Registry & Required<Pick<Registry, 'repositories'>> {
  const client: OciClient = { name, origin: url, limits, now, transport };
  return {
    name,
    kind,
    url: url.origin,
    state,
    resolveTags: (repository, tags, ask) => tags.map((tag) => resolveTag(client, repository, tag, ask)),
    manifests: (repository, digests, ask) => digests.map((digest) => fetchByDigest(client, repository, digest, ask)),
    blobs: (repository, descriptors, ask) =>
      descriptors.map((descriptor) => fetchBlob(client, repository, descriptor, ask)),
    holds: (repository, what, digests, ask) => {
      const holds = what === 'manifests' ? holdsManifest : holdsBlob;
      return digests.map((digest) => holds(client, repository, digest, ask));
    },
    tags: (repository, page, ask) => fetchTagPage(client, repository, page, ask),
    tagNames: (repository, ask) => fetchAllNames(client, repository, ask),
    referrers: createReferrersReader(client),
    repositories: (page, ask) => fetchRepositories(client, page, ask),
  };
}
