import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startSampleRegistries, type RunningSample } from '../../demo/index.ts';
import { loadConfig, type Config } from '../config.ts';
import { startGateway, type Gateway } from '../gateway.ts';
import type { Outside } from '../open-registries.ts';
import type { Output } from './config-check.ts';

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

/** A mutation that makes an image stream. */
const tagging = `mutation {
  tagImageStream(input: { namespace: "shop", from: { kind: DOCKER_IMAGE, name: "registry.internal/shop/web:latest" }, to: ["web:prod"] }) {
    imageStreamTags { name digest }
    imports { tag state error { message } }
    userErrors { message field }
  }
}`;

/** Starts the sample registries and a gateway over them, and says how to use it. Needs no network. */
export async function demo(port: number, outside: Outside, output: Output): Promise<Gateway> {
  const samples = await startSampleRegistries({ firstPort: port === 0 ? 0 : port + 1 });
  const folder = mkdtempSync(join(tmpdir(), 'tributary-demo-'));
  const close = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    await samples.close();
  };
  try {
    const config = sampleConfig(port, samples.registries, folder);
    // The user's own credentials are none of the samples' business.
    const gateway = await startGateway(config, { ...outside, env: {}, home: undefined });
    output.stdout.write(welcome(gateway.url, samples.registries));
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

function sampleConfig(port: number, samples: readonly RunningSample[], folder: string): Config {
  const text = stringify({
    server: { port },
    access: { mode: 'open' },
    cache: { disk: 0 },
    store: { url: ':memory:' },
    writes: true,
    streams: [{ name: 'local', kind: 'local' }],
    registries: samples.map(({ name, kind, url, aliases, credentials }) => ({
      name,
      kind,
      url,
      aliases,
      insecure: true,
      allowPrivateNetwork: true,
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

function welcome(url: string, samples: readonly RunningSample[]): string {
  const internal = samples.find(({ kind }) => kind === 'oci');
  const host = internal?.url.replace('http://', '') ?? '';
  const curl = `curl -s ${url}/graphql -H 'content-type: application/json' --data '${JSON.stringify({ query: query.replace(/\s+/g, ' ') })}'`;
  return `
Tributary is at   ${url}/graphql
over the sample registries
${samples.map(({ name, url: at, persona }) => `  ${name.padEnd(20)} ${at}   ${persona}`).join('\n')}

A query that all three answer:

${query}

the same for a shell:

${curl}

Push an image of your own and ask for it:

  skopeo copy --dest-tls-verify=false docker://${host}/shop/web:latest docker://${host}/mine/app:1 --src-tls-verify=false --all
  then: { image(reference: "${host}/mine/app:1") { digest platforms { name } } }

Point a tag of an image stream at it, which keeps a history of what it pointed at:

${tagging}

and ask for it: { imageStreamTag(namespace: "shop", name: "web:prod") { digest history { created digest } drift { state } image { platforms { name } } } }

Ctrl-C ends it.
`;
}
