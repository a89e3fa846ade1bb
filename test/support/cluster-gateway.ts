import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createSampleCluster, type SampleCluster, type SampleClusterOptions } from '../../demo/openshift-server.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { startSharedRegistry, type SharedRegistry } from './shared-registry.ts';
import { until } from './stream-gateway.ts';

/** A gateway over a sample registry, `registry.example`, with image streams of its own, `local`, and those of a sample cluster, `prod`. */
export interface ClusterGateway extends TestGateway {
  readonly registry: SharedRegistry;
  readonly cluster: SampleCluster;
  readonly clusterUrl: string;
}

export interface ClusterGatewayOptions extends SampleClusterOptions {
  /** The token that the gateway has. */
  readonly token?: string;
  /** Whether the registry is configured for the gateway, too: the cluster imports from it in any case. */
  readonly knowsRegistry?: boolean;
  /** The group `access` of its configuration; open where absent. */
  readonly access?: object;
}

const metricsToken = 'token-that-metrics-are-read-with';
/** What a request to `/metrics` of such a gateway has to show. */
const readsMetrics = { authorization: `Bearer ${metricsToken}` };

/** Starts all of it, and waits until the cluster is followed. Its namespace is `shop`. */
export async function startClusterGateway(options: ClusterGatewayOptions = {}): Promise<ClusterGateway> {
  const { token = 'sample-token', knowsRegistry = true, access = { mode: 'open' }, ...clusterOptions } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tributary-cluster-'));
  writeFileSync(join(folder, 'token'), token);
  writeFileSync(join(folder, 'metrics-token'), metricsToken);
  const registry = await startSharedRegistry();
  const cluster = createSampleCluster({ controllers: true, registryOrigin: () => registry.url, ...clusterOptions });
  const { url: clusterUrl } = await cluster.listen(0);
  cluster.addNamespace('shop');
  const reached = { insecure: true, allowPrivateNetwork: true };
  const gateway = await startTestGateway(
    stringify({
      server: { port: 0, ...(options.access && { metrics: { tokenFile: join(folder, 'metrics-token') } }) },
      access,
      writes: true,
      registries: knowsRegistry ? [{ name: 'registry.example', kind: 'oci', url: registry.url, ...reached }] : [],
      streams: [
        { name: 'local', kind: 'local' },
        { name: 'prod', kind: 'openshift', server: clusterUrl, tokenFile: join(folder, 'token'), ...reached },
      ],
    }),
  );
  await until(async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`, { headers: readsMetrics })).text();
    return /tributary_cluster_watches\{source="prod"\} [1-9]/.test(metrics);
  }, 'the gateway to follow the cluster');
  return {
    ...gateway,
    registry,
    cluster,
    clusterUrl,
    stop: async () => {
      await gateway.stop();
      await cluster.close();
      await registry.close();
      rmSync(folder, { recursive: true });
    },
  };
}
