import { expect } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Access } from '../../demo/registry/access.ts';
import type { Outside } from '../../src/open-registries.ts';
import { createFaultyRegistry, type FaultyRegistry, type FaultyRegistryOptions } from '../support/faulty-registry.ts';
import { startTestGateway } from '../support/gateway.ts';
import { seed } from '../support/registry-seed.ts';
import type { TestServer } from '../transport/support/server.ts';
import { canary, secretsIn } from './canary.ts';

/** The registries of a stand: A and B are healthy, C is what a test makes of it. */
export const names = { a: 'a.example', b: 'b.example', c: 'c.example' } as const;

export interface StandOptions {
  /** Keys of the configuration besides `registries`. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** More keys for C's entry. */
  readonly entry?: Readonly<Record<string, unknown>>;
  /** What C is, besides faulty. */
  readonly c?: FaultyRegistryOptions;
  /** Other servers, which must never see a credential. */
  readonly recorders?: readonly TestServer[];
  readonly change?: (outside: Outside) => Outside;
}

export interface GatewayFailure {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** An answer over HTTP, whole. */
export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: unknown;
  readonly errors: readonly GatewayFailure[];
  readonly extensions: { readonly cost: { readonly upstreamRequests: number }; readonly stale: readonly unknown[] };
  /** How long it took. */
  readonly ms: number;
}

/** A gateway over three registries. */
export interface Stand {
  readonly url: string;
  readonly a: FaultyRegistry;
  readonly b: FaultyRegistry;
  readonly c: FaultyRegistry;
  /** The lines of the gateway's log. */
  readonly log: readonly string[];
  /** Requests that have reached the three registries. */
  upstream(): number;
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Asked>;
  /** Asks all three registries for the same image. */
  askAll(selection?: string, path?: string): Promise<Asked>;
  /** Whatever the gateway has, by GET. */
  get(path: string): Promise<{ readonly status: number; readonly text: string }>;
  /** Takes a text into those that must not hold a secret, a stack or a page. */
  look(text: string): void;
  /** Looks whether anything leaked, and ends everything. */
  end(): Promise<void>;
  /** Stops the gateway alone. */
  stop(): Promise<void>;
  /** Ends the registries, and looks for leaks in what was answered. */
  close(): Promise<void>;
}

/** What C is guarded by unless a test says otherwise, so that there is a credential that could leak. */
const guarded: Access = { kind: 'basic', ...canary };

/** Upstream time and operation time of a stand, in milliseconds. */
export const times = { upstream: 1_000, operation: 3_000 };

/** Starts three registries and a gateway over them. Each holds `team/app:1`, with a label that names the registry. */
export async function startStand(options: StandOptions = {}): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-stand-'));
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, `${canary.password}\n`);
  const [a, b, c] = await Promise.all([
    createFaultyRegistry(),
    createFaultyRegistry(),
    createFaultyRegistry({ access: guarded, ...options.c }),
  ]);
  const registries = { a, b, c };
  const entries = (['a', 'b', 'c'] as const).map((key) => {
    seed(registries[key].store).image('team/app', '1', { labels: { from: names[key] } });
    const { url } = registries[key];
    return { name: names[key], kind: 'oci', url, insecure: url.startsWith('http:'), allowPrivateNetwork: true };
  });
  const credentials = { username: canary.username, passwordFile };
  const { limits, ...config } = { limits: {}, ...options.config };
  const yaml = stringify({
    server: { port: 0 },
    access: { mode: 'open' },
    ...config,
    limits: { upstreamTimeout: `${times.upstream}ms`, operation: `${times.operation}ms`, ...limits },
    registries: entries.map((entry) => (entry.name === names.c ? { ...entry, credentials, ...options.entry } : entry)),
  });
  const gateway = await startTestGateway(yaml, {}, options.change);
  const texts: string[] = [];

  async function get(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(gateway.url + path);
    return { status: response.status, text: await response.text() };
  }

  const ask: Stand['ask'] = async (query, variables = {}) => {
    const answer = await post(gateway.url, { query, variables });
    texts.push(answer.text);
    return answer;
  };

  async function close(): Promise<void> {
    await Promise.all([a.close(), b.close(), c.close()]);
    rmSync(folder, { recursive: true, force: true });
    expectNoLeak(texts, gateway.log, [a, b, ...(options.recorders ?? [])]);
  }

  return {
    url: gateway.url,
    ...registries,
    log: gateway.log,
    upstream: () => a.requests.length + b.requests.length + c.requests.length,
    ask,
    askAll: (selection = whole, path = 'team/app:1') =>
      ask(
        `{ ${Object.entries(names)
          .map(([key, name]) => `${key}: image(reference: "${name}/${path}") { ${selection} }`)
          .join(' ')} }`,
      ),
    get,
    look: (text) => texts.push(text),
    stop: gateway.stop,
    close,
    end: async () => {
      try {
        expect(await get('/livez')).toEqual({ status: 200, text: '{"status":"ok"}' });
        texts.push((await get('/metrics')).text);
        const health = await ask('{ registries { name health { status lastError { code message } } } }');
        expect(health.errors).toEqual([]);
      } finally {
        await gateway.stop();
        await close();
      }
    },
  };
}

/** What stands at a path of an answer, as `c.tags.nodes.0.name`; `undefined` where there is nothing. */
export function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, key) => {
    const entries = typeof found === 'object' && found !== null ? Object.entries(found) : [];
    return entries.find(([name]) => name === key)?.[1];
  }, value);
}

/** Posts any body; answers with all that came back. */
export async function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Asked> {
  const startedAt = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  const { data, errors = [], extensions } = JSON.parse(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    data,
    errors,
    extensions,
    ms: performance.now() - startedAt,
  };
}

/** What is asked of an image where a test says nothing else. */
const whole = 'config { labels { key value } }';

/** What a healthy registry answers to that. */
export function wholeOf(key: keyof typeof names): unknown {
  return { config: { labels: [{ key: 'from', value: names[key] }] } };
}

const retryable = ['UPSTREAM_RATE_LIMITED', 'UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE'];

/** How much later than promised an answer may come on a slow and busy machine. */
const slack = 1_500;

/** The answer failed for C with a code, in time, and for C alone. */
export function expectOnlyC(asked: Asked, code: string): GatewayFailure {
  expectCoded(asked, code);
  expect(asked.data).toMatchObject({ a: wholeOf('a'), b: wholeOf('b') });
  return asked.errors[0]!;
}

/** Every error is C's, of a code, and complete. */
export function expectCoded(asked: Asked, code: string): void {
  expect(asked.errors).not.toEqual([]);
  for (const { message, path, extensions } of asked.errors) {
    expect({ code: extensions.code, registry: extensions['registry'], at: path?.[0], message }).toEqual({
      code,
      registry: names.c,
      at: 'c',
      message: expect.stringMatching(/^[^\n]{1,512}$/),
    });
    expect(extensions['requestId']).toBe(asked.headers.get('x-request-id'));
    expect(extensions['retryable']).toBe(retryable.includes(code));
  }
  expect(asked.status).toBe(200);
  expect(asked.ms).toBeLessThan(times.operation + slack);
}

/** C is well again, and nothing of what it said before is remembered. */
export async function expectHealed(stand: Stand): Promise<void> {
  stand.c.fail(undefined);
  const asked = await stand.askAll();
  expect(asked.errors).toEqual([]);
  expect(asked.data).toEqual({ a: wholeOf('a'), b: wholeOf('b'), c: wholeOf('c') });
  expect(asked.extensions.stale).toEqual([]);
}

/** Pages for people, and stacks; in JSON a line break is two characters. */
const inside = /^\s*<|(?:\n|\\n) +at |node_modules|\.[jt]s:\d+/i;

function expectNoLeak(
  texts: readonly string[],
  log: readonly string[],
  others: readonly { readonly requests: readonly object[] }[],
): void {
  for (const text of texts) expect(inside.exec(text)).toBeNull();
  for (const text of [...texts, ...log]) expect(secretsIn(text)).toEqual([]);
  for (const { requests } of others) {
    const sent = JSON.stringify(requests);
    expect(secretsIn(sent)).toEqual([]);
    expect(sent).not.toMatch(/"(?:authorization|cookie|proxy-authorization)"/);
  }
}
