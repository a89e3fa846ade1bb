import { readFileSync } from 'node:fs';
import type { ClusterConfig, Config, FindClusterProblem } from './config.ts';
import { GatewayError, isGatewayError } from './domain/errors.ts';
import type { Outside } from './open-registries.ts';
import {
  createClusterTransport,
  type ClusterTransportOptions,
  type ClusterWay,
} from './transport/cluster/cluster-transport.ts';
import type { FileOrText } from './transport/cluster/file-or-text.ts';
import { inClusterWay } from './transport/cluster/in-cluster.ts';
import { kubeconfigPaths, readKubeconfig } from './transport/cluster/kubeconfig.ts';
import type { ClusterTransport } from './transport/cluster/transport.ts';

export interface OpenClusterOptions extends Pick<ClusterTransportOptions, 'onExchange'> {
  /** Where a pod's service account is; the usual place where it is left out. */
  readonly serviceAccount?: string;
  /** For each exchange, in milliseconds, unless a request says otherwise. */
  readonly timeoutMs?: number;
}

type Environment = Outside['env'];

/** The entry of a cluster under `streams`, which another key names. Throws where there is none, which the configuration refuses before. */
export function clusterNamed(streams: Config['streams'], name: string): ClusterConfig {
  const found = streams.find((stream) => stream.name === name);
  if (found?.kind !== 'openshift') throw new Error(`${name} is no cluster`);
  return found;
}

/**
 * Makes the way to a configured cluster. Connects nothing, and reads a kubeconfig but none of the files that it names: an
 * identity that is missing fails the requests that need it, each time until it is there. Throws CONFIG_INVALID where a
 * kubeconfig or pod does not lead to a cluster, which {@link createClusterCheck} tells before.
 */
export function openCluster(
  config: ClusterConfig,
  outside: Pick<Outside, 'env' | 'log' | 'userAgent'>,
  { onExchange, serviceAccount, timeoutMs }: OpenClusterOptions = {},
): ClusterTransport {
  const { name: source, insecure, inCluster } = config;
  const { env, log, userAgent } = outside;
  let way: ClusterWay;
  try {
    way = wayTo(config, env, serviceAccount);
  } catch (error) {
    if (!isGatewayError(error, 'CONFIG_INVALID')) throw error;
    throw new GatewayError(
      'CONFIG_INVALID',
      `${source}: ${inCluster ? 'inCluster' : 'its kubeconfig'} ${error.message}`,
      {},
    );
  }
  return createClusterTransport({
    source,
    ...way,
    proxy: way.proxy ?? env,
    insecure,
    // What the kubelet says is where the cluster is; who else reads a kubeconfig or names a server may have been led astray.
    allowPrivateNetwork: config.allowPrivateNetwork || inCluster,
    environment: env,
    timeoutMs,
    userAgent,
    log,
    onExchange,
  });
}

function wayTo(config: ClusterConfig, env: Environment, serviceAccount: string | undefined): ClusterWay {
  if (config.server !== undefined && config.tokenFile !== undefined)
    return wayToServer(config.server, config.tokenFile, config.caFile);
  if (config.inCluster) return requireInCluster(env, serviceAccount);
  return wayByKubeconfig(config.kubeconfig, config.context, env);
}

function wayToServer(server: string, tokenFile: string, caFile: string | undefined): ClusterWay {
  return {
    server: new URL(server),
    identity: { kind: 'given', token: { kind: 'file', path: tokenFile }, certificate: undefined },
    ca: caFile === undefined ? undefined : { kind: 'file', path: caFile },
  };
}

function requireInCluster(env: Environment, serviceAccount?: string): ClusterWay {
  const way = inClusterWay(env, serviceAccount);
  if (way !== undefined) return way;
  const message =
    'needs a pod of a cluster to run in, where KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are set: name a server or a kubeconfig';
  throw new GatewayError('CONFIG_INVALID', message, {});
}

function wayByKubeconfig(kubeconfig: string | undefined, context: string | undefined, env: Environment): ClusterWay {
  const paths = kubeconfig === undefined ? kubeconfigPaths(env) : [kubeconfig];
  return readKubeconfig({ paths, context, readFile: readText });
}

const largestFile = 1024 * 1024;

function readText(path: string): string {
  const bytes = readFileSync(path);
  if (bytes.length > largestFile) throw new Error(`${path} is too large`);
  return bytes.toString('utf8');
}

/** Finds out for the configuration whether kubeconfigs and pods lead to a cluster, and whether the files that they name are there. */
export function createClusterCheck(env: Environment): FindClusterProblem {
  return (named) => {
    try {
      const isPod = named.kind === 'in-cluster';
      const way = isPod ? requireInCluster(env) : wayByKubeconfig(named.kubeconfig, named.context, env);
      // The kubelet puts a pod's files there, maybe later than it starts the pod.
      return isPod
        ? undefined
        : filesOf(way)
            .map(fileProblem)
            .find((problem) => problem !== undefined);
    } catch (error) {
      if (isGatewayError(error, 'CONFIG_INVALID')) return error.message;
      throw error;
    }
  };
}

function filesOf({ ca, identity }: ClusterWay): readonly string[] {
  const given =
    identity.kind === 'given' ? [identity.token, identity.certificate?.cert, identity.certificate?.key] : [];
  return [ca, ...given].flatMap((from: FileOrText | undefined) => (from?.kind === 'file' ? [from.path] : []));
}

function fileProblem(path: string): string | undefined {
  try {
    readText(path);
    return undefined;
  } catch {
    return `leads to the file ${JSON.stringify(path)}, which cannot be read: make it, or correct the kubeconfig`;
  }
}
