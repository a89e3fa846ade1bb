import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/lib/log.ts';
import type { Outside } from '../../src/open-registries.ts';
import { watchForLeaks } from './leaks.ts';

/** What a query is answered with. */
export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly registry?: string };
  }[];
  readonly extensions?: { readonly cost: { readonly upstreamRequests: number; readonly cacheHits: number } };
}

/** A gateway of a test, on a free port. */
export interface TestGateway {
  readonly url: string;
  /** The lines of its log. */
  readonly log: readonly string[];
  /** Asks over HTTP, as clients do. */
  ask(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** As `ask`; throws where the answer holds errors. */
  data(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  stop(): Promise<void>;
}

/**
 * Starts a gateway on the part of a configuration that follows `registries:`, or on a whole one; with a store in memory
 * where it names none. `change` may put something of the test's own into what the gateway has from its machine. Whatever the
 * gateway gives out until it is stopped is looked through for its secrets, and `stop` rejects where one is found.
 */
export async function startTestGateway(
  yaml: string,
  env: Readonly<Record<string, string>> = {},
  change: (outside: Outside) => Outside = (given) => given,
): Promise<TestGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-gateway-'));
  const head = 'server: { port: 0 }\naccess: { mode: open }\n';
  const store = 'store: { url: ":memory:" }\n';
  const text = (/^access:/m.test(yaml) ? '' : head) + (/^store:/m.test(yaml) ? '' : store) + yaml;
  const loaded = loadConfig(text, { file: join(folder, 'tributary.yaml'), env });
  if (loaded.kind === 'invalid') {
    throw new Error(
      `the configuration is invalid: ${loaded.problems.map(({ path, message }) => `${path}: ${message}`).join('; ')}`,
    );
  }
  const log: string[] = [];
  const leaks = watchForLeaks(text);
  const gateway = await startGateway(loaded.config, change(outside(env, log, leaks.line)));
  leaks.port(Number(new URL(gateway.url).port));
  return {
    url: gateway.url,
    log,
    ask: (query, variables) => ask(gateway.url, query, variables),
    data: (query, variables) => dataOf(gateway.url, query, variables),
    stop: async () => {
      await showMetrics(gateway.url);
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
      leaks.end();
    },
  };
}

/** Has what is counted go over the wire once, where it is looked through. */
async function showMetrics(url: string): Promise<void> {
  const answer = await fetch(`${url}/metrics`).catch(() => undefined);
  await answer?.arrayBuffer().catch(() => undefined);
}

/**
 * What a gateway of a test has from its machine: an environment of its own, no home, and a log of which warnings and errors
 * are kept. `see` is shown every line, whatever its level.
 */
export function outside(
  env: Readonly<Record<string, string>>,
  log: string[],
  see: (line: string) => void = () => undefined,
): Outside {
  const write = (line: string): void => {
    see(line);
    if (/"level":"(?:warn|error)"/.test(line)) log.push(line);
  };
  return {
    env,
    home: undefined,
    log: createLog({ level: 'debug', destination: { write } }),
    userAgent: 'tributary/test',
  };
}

/** Asks a gateway over HTTP. */
export async function ask(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

/** Asks a gateway over HTTP; throws where the answer holds errors. */
export async function dataOf(
  url: string,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { data, errors } = await ask(url, query, variables);
  if (errors !== undefined || data == null) {
    throw new Error(`the gateway answered with errors: ${JSON.stringify(errors)} to ${JSON.stringify(variables)}`);
  }
  return data;
}
