import { openAccess as everything, type Access } from './access/access.ts';
import { createClusterAccess } from './access/cluster/cluster-access.ts';
import { createDecisions } from './access/cluster/decisions.ts';
import { createReview } from './access/cluster/review.ts';
import { createSubjectOf } from './access/cluster/subject.ts';
import { createDelegatingAccess, type Delegation } from './access/delegating.ts';
import { createPolicy } from './access/policy/policy.ts';
import type { Rule } from './access/policy/rule.ts';
import type { AccessConfig, ClusterConfig, Config } from './config.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { clusterNamed, openCluster } from './open-clusters.ts';
import type { Outside } from './open-registries.ts';
import type { StoredImageStreams } from './store/store.ts';

export interface OpenAccess extends Access {
  /** Ends the connections to clusters that decide. */
  readonly close: () => Promise<void>;
}

export interface OpenAccessOptions {
  readonly outside: Pick<Outside, 'env' | 'log' | 'userAgent'>;
  /** What is known of the image streams of clusters: by their names rights are asked about. */
  readonly store: Pick<StoredImageStreams, 'list'>;
  readonly clock?: Clock;
}

type PolicyConfig = Extract<AccessConfig, { readonly mode: 'policy' }>;
type DelegationConfig = PolicyConfig['clusters'][number];

/** Image streams of one namespace that are asked about by name, to find out whether anything there may be seen. */
const mostStreams = 500;

/** Who decides, by `access.mode`. Connects nothing yet. */
export function openAccess(
  { access: config, streams }: Pick<Config, 'access' | 'streams'>,
  options: OpenAccessOptions,
): OpenAccess {
  const close = (): Promise<void> => Promise.resolve();
  if (config.mode === 'open') return { ...everything, close };
  const policy = createPolicy(config.rules);
  if (config.clusters.length === 0) return { ...policy, close };
  const opened = config.clusters.map((entry) => openDelegation(entry, clusterNamed(streams, entry.source), options));
  return {
    ...createDelegatingAccess({ policy, bounds: createPolicy(boundsOf(config)), delegations: opened }),
    close: async () => {
      await Promise.all(opened.map((delegation) => delegation.close()));
    },
  };
}

function openDelegation(
  { source, registries, callers }: DelegationConfig,
  cluster: ClusterConfig,
  { outside, store, clock = systemClock }: OpenAccessOptions,
): Delegation & Pick<OpenAccess, 'close'> {
  const transport = openCluster(cluster, outside);
  const review = createReview({ source, transport, clock });
  const access = createClusterAccess({
    subjectOf: createSubjectOf(callers),
    decisions: createDecisions({ source, review, clock, log: outside.log }),
    streamsIn: async (namespace) => {
      const found = await store.list({ source, namespace, limit: mostStreams });
      return found.map(({ name }) => name);
    },
    clock,
  });
  return { source, registries, cluster: access, close: transport.close };
}

/** The rules by which a cluster's word is bounded: each may all that is its own to those whom it knows, and denies still win. */
function boundsOf({ rules, clusters }: PolicyConfig): readonly Rule[] {
  const denying = rules.filter(({ deny }) => deny.length > 0);
  const allowing = clusters.map(({ source, registries, callers }): Rule => ({
    users: callers.map(({ kind, name }) => `${kind}:${name}:*`),
    groups: [],
    allow: ['list', 'get', 'inspect', 'watch', 'tag', 'import', 'delete'],
    deny: [],
    repositories: registries.map((name) => `${name}/**`),
    imageStreams: [`${source}/**`],
  }));
  return [...denying, ...allowing];
}
