import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { createSampleRegistry } from '../../demo/registry-server.ts';
import type { SampleRegistry, SampleRegistryOptions } from '../../demo/registry-server.ts';

/** A sample registry that listens, with a way to ask it. */
export interface TestRegistry extends SampleRegistry {
  readonly url: string;
  /** Sends a request to a path of it, without following redirects. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

const started: SampleRegistry[] = [];

/** Closes what the file's tests started, whatever became of them. */
export async function closeRegistries(): Promise<void> {
  await Promise.all(started.splice(0).map((registry) => registry.close()));
}

/** Starts a sample registry on a free port. */
export async function startRegistry(options: SampleRegistryOptions = {}): Promise<TestRegistry> {
  const registry = createSampleRegistry(options);
  const { url } = await registry.listen(0);
  started.push(registry);
  return { ...registry, url, ask: (path, init) => fetch(new URL(path, url), { redirect: 'manual', ...init }) };
}

/** A field of a JSON answer, by its path: `['errors', 0, 'code']`. */
export async function field(response: Response, ...path: readonly (string | number)[]): Promise<unknown> {
  return path.reduce<unknown>((value, key) => fieldOf(value, key), await response.json());
}

function fieldOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([name]) => name === String(key))?.[1];
}

/** A request whose path stays exactly as it is written, which `fetch` would normalise. */
export function askRaw(
  url: string,
  path: string,
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const sent = httpRequest({ hostname, port, path }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    sent.once('error', reject);
    sent.end();
  });
}
