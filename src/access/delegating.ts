import type { Access, Resource } from './access.ts';
import type { ClusterAccess } from './cluster/cluster-access.ts';

/** What one cluster decides about. */
export interface Delegation {
  readonly source: string;
  /** Registries whose repositories are image streams of the source. */
  readonly registries: readonly string[];
  readonly cluster: ClusterAccess;
}

export interface DelegatingOptions {
  /** Decides about all that no cluster does. */
  readonly policy: Access;
  /** What clusters may allow: everything on their own things to those whom they know, less what a rule denies. Decides at once. */
  readonly bounds: Access;
  readonly delegations: readonly Delegation[];
}

/**
 * Leaves it to clusters to decide about their own things, within bounds. A viewer whom a cluster knows is a scope of their own: what they may
 * do depends on who they are.
 */
export function createDelegatingAccess({ policy, bounds, delegations }: DelegatingOptions): Access {
  const bySource = new Map(delegations.map(({ source, cluster }) => [source, cluster]));
  const byRegistry = new Map(
    delegations.flatMap(({ registries, cluster }) => registries.map((name) => [name, cluster] as const)),
  );
  const clusterOf = (resource: Resource): ClusterAccess | undefined =>
    'registry' in resource ? byRegistry.get(resource.registry) : bySource.get(resource.source);

  return {
    may: (viewer, verb, resource) => {
      const cluster = clusterOf(resource);
      if (cluster === undefined) return policy.may(viewer, verb, resource);
      if (bounds.may(viewer, verb, resource) !== true) return false;
      const decided = cluster.may(viewer, verb, resource);
      // Who asks ahead, and does not wait for the answer, must not fail by it.
      if (typeof decided !== 'boolean') decided.catch(() => undefined);
      return decided;
    },
    scopeOf: (viewer) =>
      delegations.some(({ cluster }) => cluster.knows(viewer)) ? undefined : policy.scopeOf?.(viewer),
  };
}
