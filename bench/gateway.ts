import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { pidOf, stopProcess } from './child.ts';
import { plainEnvironment } from './environment.ts';

/** `tributary serve` in a process of its own. */
export interface GatewayProcess {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/** The configuration of a registry of any kind on a port of this machine; everything else is left at its default. */
export function configOf(registry: { readonly name: string; readonly kind: string; readonly port: number }): string {
  return `server: { port: 0 }
access: { mode: open }
store: { url: ":memory:" }
registries:
  - name: ${registry.name}
    kind: ${registry.kind}
    url: http://127.0.0.1:${registry.port}
    insecure: true
    allowPrivateNetwork: true
`;
}

/** The same, with tags that stay fresh for as long as anything here takes: what is measured is memory alone. */
export function hotConfigOf(port: number): string {
  return `${configOf({ name: hotRegistry, kind: 'oci', port })}cache: { tagTtl: 1h }\n`;
}

/** The registry in the references of hot queries. */
export const hotRegistry = 'registry.example';

/** Starts the built gateway on a configuration and waits until `/readyz` says that it is ready. */
export async function startGatewayProcess(config: string, profileFolder?: string): Promise<GatewayProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const file = join(folder, 'tributary.yaml');
  writeFileSync(file, config);
  const main = fileURLToPath(new URL('../src/main.js', import.meta.url));
  const profiling = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = spawn(process.execPath, [...profiling, main, 'serve', '--config', file], {
    env: plainEnvironment(),
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const url = await servedUrl(child.stderr);
  const ready = await request(`${url}/readyz`);
  await ready.body.dump();
  if (ready.statusCode !== 200) throw new Error(`/readyz answered ${ready.statusCode}`);
  return {
    url,
    pid: pidOf(child),
    stop: async () => {
      await stopProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The log names the URL once the port is open. What else it says, warnings of Node among it, is shown. */
function servedUrl(log: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: log });
    lines.on('line', (line) => {
      const url = /"url":"([^"]+)"/.exec(line)?.[1];
      if (url === undefined) console.error(line);
      else resolve(url);
    });
    lines.once('close', () => {
      reject(new Error('the gateway did not start'));
    });
  });
}
