import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { portAfter, startSampleRegistries, type RunningSample } from '../../demo/index.ts';
import { startSampleCluster, type RunningCluster } from '../../demo/sample-cluster.ts';
import { loadConfig, type Config } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import type { Outside } from '../open-registries.ts';
import type { Output } from './output.ts';

/** A query that all three sample registries answer. */
const query = `{
  images(references: ["nginx:1.27", "registry.redhat.io/ubi9/ubi", "registry.internal/shop/web"], platform: "linux/arm64") {
    reference
    size
    platform { os architecture variant }
    config { created entrypoint }
    layers { digest size }
  }
}`;

/** Image streams of the demo: their tags follow those of the internal registry. */
const followed = [
  { from: 'registry.internal/shop/web:latest', to: 'web:prod' },
  { from: 'registry.internal/shop/nightly:edge', to: 'nightly:edge' },
] as const;

const tagging = `mutation ($from: String!, $to: String!) {
  tagImageStream(input: { source: "local", namespace: "shop", from: { kind: DOCKER_IMAGE, name: $from }, to: [$to], scheduled: true }) {
    imports { state }
    userErrors { message }
  }
}`;

/** Starts the sample registries, a sample cluster and a gateway over them, and says how to use it. Needs no network. */
export async function demo(port: number, outside: Outside, output: Output): Promise<Pick<Gateway, 'url' | 'stop'>> {
  const samples = await startSampleRegistries({ firstPort: port === 0 ? 0 : port + 1 });
  const folder = mkdtempSync(join(tmpdir(), 'tributary-demo-'));
  let cluster: RunningCluster | undefined;
  const close = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    await cluster?.close();
    await samples.close();
  };
  try {
    const firstPort = port === 0 ? 0 : port + 1;
    cluster = await startSampleCluster(portAfter(firstPort, samples.registries.length), samples.registries);
    const config = sampleConfig(port, samples.registries, cluster, folder);
    // The user's own credentials are none of the samples' business.
    const gateway = await startGateway(config, { ...outside, env: {}, home: undefined });
    for (const variables of followed) await send(gateway.url, tagging, variables);
    samples.begin({ url: `${gateway.url}${webhook.path}`, authorization: webhook.secret });
    output.stdout.write(welcome(gateway.url, samples.registries, cluster));
    return {
      url: gateway.url,
      stop: async () => {
        await gateway.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** How the internal registry reaches the gateway. What it says is known to everyone, and good for nothing but the demo. */
const webhook = { path: '/webhooks/registry.internal', secret: 'sample-webhook-secret' };

/** Asks the gateway as any client does. */
async function send(url: string, query: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = (await answer.json()) as { readonly errors?: unknown };
  if (errors !== undefined) throw new Error(`the demo could not make its image streams: ${JSON.stringify(errors)}`);
}

function sampleConfig(
  port: number,
  samples: readonly RunningSample[],
  cluster: RunningCluster,
  folder: string,
): Config {
  const text = stringify({
    server: { port },
    access: { mode: 'open' },
    cache: { disk: 0 },
    store: { url: ':memory:' },
    writes: true,
    streams: [
      { name: 'local', kind: 'local', schedule: '1m' },
      {
        name: cluster.name,
        kind: 'openshift',
        server: cluster.url,
        tokenFile: passwordFile(folder, 'cluster-token', cluster.token),
        insecure: true,
        allowPrivateNetwork: true,
      },
    ],
    registries: samples.map(({ name, kind, url, aliases, credentials }) => ({
      name,
      kind,
      url,
      aliases,
      insecure: true,
      allowPrivateNetwork: true,
      ...(kind === 'oci' && {
        watch: { interval: '30s', repositories: ['**'] },
        webhook: { secretFile: passwordFile(folder, 'webhook', webhook.secret) },
      }),
      ...(credentials && {
        credentials: { username: credentials.username, passwordFile: passwordFile(folder, name, credentials.password) },
      }),
    })),
  });
  const loaded = loadConfig(text, { file: join(folder, 'tributary.yaml') });
  if (loaded.kind === 'valid') return loaded.config;
  throw new Error(
    `the demo's configuration is invalid: ${loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
  );
}

function passwordFile(folder: string, name: string, password: string): string {
  const file = join(folder, name);
  writeFileSync(file, password, { mode: 0o600 });
  return file;
}

function welcome(url: string, samples: readonly RunningSample[], cluster: RunningCluster): string {
  const internal = samples.find(({ kind }) => kind === 'oci');
  const host = internal?.url.replace('http://', '') ?? '';
  const curl = `curl -s ${url}/graphql -H 'content-type: application/json' --data '${JSON.stringify({ query: query.replace(/\s+/g, ' ') })}'`;
  return `
Tributary is at   ${url}/graphql
over the sample registries
${samples.map(({ name, url: at, persona }) => `  ${name.padEnd(20)} ${at}   ${persona}`).join('\n')}
and the image streams of two sources
  ${'local'.padEnd(20)} its own${' '.repeat(17)}kept in the store, here in memory
  ${cluster.name.padEnd(20)} ${cluster.url}   ${cluster.persona}

A query that all three answer:

${query}

the same for a shell:

${curl}

Tags of registry.internal/shop/nightly move every few seconds. Watch them, and the image streams of both sources that follow one:

  npx tributary watch --server ${url} 'registry.internal/shop/nightly:*' 'shop/*:*'

Push over a tag, see local/shop/web:prod and, a little later, east/shop/web:latest follow it, and take one back:

  skopeo copy --all --src-tls-verify=false --dest-tls-verify=false docker://${host}/shop/web:1.0.0 docker://${host}/shop/web:latest
  npx tributary rollback --server ${url} local/shop/web:prod

and look at what it was: { imageStreamTag(source: "local", namespace: "shop", name: "web:prod") { digest history { created digest } drift { state } } }
or at who follows it in the cluster: { imageStreamTag(source: "east", namespace: "shop", name: "web:stable") { digest from { name } triggers { kind name } } }

Ctrl-C ends it.
`;
}
