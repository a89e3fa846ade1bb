import type { Registry } from '../../domain/registry.ts';
import { createOciRegistry } from '../oci/index.ts';
import type { RegistrySetup } from '../setup.ts';
import { createHubApi } from './hub-api.ts';
import { createListing } from './listing.ts';

/**
 * Docker Hub: the distribution API without a catalog, and beside it the Hub's REST API, which tells of repositories and
 * lists their tags with dates and digests. The two have limits of their own; a tenth of the limit on pulls is left to
 * others that share our address. A configured credential goes to the registry only: the REST API is asked without signing
 * in. How Docker Hub is doing is told by the registry, which all but listings depend on.
 */
export function createDockerHub(setup: RegistrySetup): Registry {
  const { name, limits, now } = setup;
  const way = setup.connect(setup.url, { reserve: 0.1, tokenRealms: ['https://auth.docker.io'] });
  const { repositories: _, ...registry } = createOciRegistry('docker-hub', setup, way);
  const origin = setup.hubUrl ?? setup.url;
  const { transport } = setup.connect(origin, { anonymous: true });
  const hub = createHubApi({ name, origin, limits, now, transport });
  return {
    ...registry,
    tags: createListing({ name, hub, registry, now }),
    describe: (repository, ask) => hub.describe(repository, ask),
    listsTagDetails: true,
  };
}
