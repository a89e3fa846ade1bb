import { stringify } from 'yaml';
import type { DockerRegistry } from './docker-registry.ts';

/** The configuration of a gateway over one registry on loopback, named by its host and port, with more keys for its entry. */
export function registryEntry({ host, url }: Pick<DockerRegistry, 'host' | 'url'>, more: object = {}): string {
  const entry = { name: host, kind: 'oci', url, insecure: url.startsWith('http:'), allowPrivateNetwork: true, ...more };
  return stringify({ registries: [entry] });
}
