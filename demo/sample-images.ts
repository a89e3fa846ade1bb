import { putDockerHubImages } from './images/docker-hub.ts';
import { putInternalImages } from './images/internal.ts';
import { createParts } from './images/parts.ts';
import { putRedHatImages } from './images/red-hat.ts';
import { createRegistryStore } from './registry/store.ts';
import type { RegistryStore } from './registry/store.ts';

/** The content of the three sample registries. */
export interface SampleImages {
  readonly dockerHub: RegistryStore;
  readonly redHat: RegistryStore;
  readonly internal: RegistryStore;
}

/**
 * Builds all sample images: invented content under familiar names. Bytes and digests are the same at every run on every
 * machine, since nothing but the names and versions in the code goes into them. Layers shared between registries are
 * built once.
 */
export function buildSampleImages(): SampleImages {
  const parts = createParts();
  const [dockerHub, redHat, internal] = [createRegistryStore(), createRegistryStore(), createRegistryStore()];
  putDockerHubImages(dockerHub, parts);
  putRedHatImages(redHat, parts);
  putInternalImages(internal, parts);
  return { dockerHub, redHat, internal };
}
