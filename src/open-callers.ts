import { readFileSync } from 'node:fs';
import { anonymous } from './access/access.ts';
import type { CallerKind } from './access/callers/caller-kind.ts';
import type { Callers } from './access/callers/callers.ts';
import { createCallers } from './access/callers/create-callers.ts';
import { createKubernetesCallers } from './access/callers/kubernetes.ts';
import { createOidcCallers } from './access/callers/oidc.ts';
import { createStaticTokens } from './access/callers/static-tokens.ts';
import type { CallersConfig, Config } from './config.ts';
import { systemClock } from './lib/clock.ts';
import { clusterNamed, openCluster } from './open-clusters.ts';
import type { Outside } from './open-registries.ts';
import type { ClusterTransport } from './transport/cluster/transport.ts';

export interface OpenCallers extends Callers {
  readonly close: () => Promise<void>;
}

/** Makes what finds out who calls, as the configuration says. Connects nothing yet. */
export function openCallers({ access, streams }: Pick<Config, 'access' | 'streams'>, outside: Outside): OpenCallers {
  const close = (): Promise<void> => Promise.resolve();
  if (outside.openCallers !== undefined) return { ...outside.openCallers(access), close };
  // Whoever reaches the port, whatever they show.
  if (access.mode === 'open') return { identify: () => Promise.resolve({ viewer: anonymous }), close };
  const ways: ClusterTransport[] = [];
  const kinds = access.callers.map((entry) => openKind(entry, streams, outside, ways));
  return {
    ...createCallers({ kinds, anonymous: access.anonymous, clock: systemClock, log: outside.log }),
    close: async () => {
      await Promise.all(ways.map((way) => way.close()));
    },
  };
}

function openKind(
  entry: CallersConfig,
  streams: Config['streams'],
  outside: Outside,
  ways: ClusterTransport[],
): CallerKind {
  const { env, log, userAgent } = outside;
  switch (entry.kind) {
    case 'token':
      return createStaticTokens({ ...entry, clock: systemClock, log });
    case 'oidc': {
      const { jwksUrl, caFile, ...rest } = entry;
      return createOidcCallers({
        ...rest,
        jwksUrl: jwksUrl === undefined ? undefined : new URL(jwksUrl),
        ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
        proxy: env,
        userAgent,
        clock: systemClock,
      });
    }
    case 'kubernetes': {
      const transport = openCluster(clusterNamed(streams, entry.source), outside);
      ways.push(transport);
      return createKubernetesCallers({ ...entry, transport, clock: systemClock });
    }
  }
}
