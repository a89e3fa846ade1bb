import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Each, Registry } from '../domain/registry.ts';

/**
 * Stands for a registry that images are known to be in, but that is not configured: it is never asked, and every question
 * fails with REGISTRY_UNKNOWN.
 */
export function unconfiguredRegistry(name: RegistryName): Registry {
  return {
    name,
    kind: 'unconfigured',
    url: `https://${name}`,
    ...refusing(() => unknownRegistry(name)),
    state: () => ({ status: 'UNKNOWN', latencyMs: undefined, lastError: undefined, rateLimit: undefined }),
  };
}

/**
 * A registry that is read with the credentials of callers, as it is for the gateway itself, which has none: never asked, and every
 * question fails with UNSUPPORTED. How it has been answering is still known.
 */
export function unattendedRegistry({ name, kind, url, state }: Registry): Registry {
  return { name, kind, url, readWith: 'callers-credential', ...refusing(() => notForUs(name)), state };
}

function refusing(
  why: () => GatewayError,
): Pick<Registry, 'resolveTags' | 'manifests' | 'blobs' | 'holds' | 'tags' | 'tagNames' | 'referrers'> {
  const refuse = (): Promise<never> => Promise.reject(why());
  const refuseEach = (_: unknown, subjects: readonly unknown[]): Each<never> => subjects.map(refuse);
  return {
    resolveTags: refuseEach,
    manifests: refuseEach,
    blobs: refuseEach,
    holds: (repository, _, digests) => refuseEach(repository, digests),
    tags: refuse,
    tagNames: refuse,
    referrers: refuse,
  };
}

/** UNSUPPORTED, for what the gateway would have to read of such a registry by itself, now or later. */
export function notForUs(name: RegistryName, argument?: string): GatewayError {
  return new GatewayError(
    'UNSUPPORTED',
    `${name} is read with the credential of who asks, and the gateway has none of its own for it: what it does by itself, as imports are, takes a registry that the configuration has a credential for`,
    { registry: name, ...(argument !== undefined && { argument }) },
  );
}

export function unknownRegistry(name: string): GatewayError {
  return new GatewayError(
    'REGISTRY_UNKNOWN',
    `no registry ${JSON.stringify(name)} is configured; the query \`registries\` lists those that are`,
    {},
  );
}
