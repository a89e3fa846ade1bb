import type { Config } from './config.ts';
import { kubeconfigPaths } from './transport/cluster/kubeconfig.ts';

/**
 * The files that a gateway reads once, when it is configured, so that a change of one takes a reload: certificates of registries and
 * issuers, and kubeconfigs. All others are read again as they change.
 */
export function filesReadOnce(
  { registries, access, streams }: Config,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const callers = access.mode === 'open' ? [] : access.callers;
  return [
    ...registries.flatMap(({ caFile }) => caFile ?? []),
    ...callers.flatMap((entry) => (entry.kind === 'oidc' ? (entry.caFile ?? []) : [])),
    ...streams.flatMap((stream) => {
      if (stream.kind === 'local' || stream.server !== undefined || stream.inCluster) return [];
      return stream.kubeconfig ?? kubeconfigPaths(env);
    }),
  ];
}
