import type { Registry } from '../../domain/registry.ts';
import { createOciRegistry } from '../oci/index.ts';
import type { RegistrySetup } from '../setup.ts';

/**
 * Red Hat's registries: registry.redhat.io with a registry service account, whose user name has a `|` in it,
 * registry.access.redhat.com with nothing. They speak the distribution API; what sets them apart the OCI client sees to for
 * all: answers to HEAD without a digest, no referrers API, "Not Found" under the code UNKNOWN. They have no catalog.
 */
export function createRedHatRegistry(setup: RegistrySetup): Registry {
  const { repositories: _, ...registry } = createOciRegistry('red-hat', setup, setup.connect(setup.url));
  return registry;
}
