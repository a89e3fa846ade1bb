import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSampleRegistry } from '../../demo/registry-server.ts';
import { loadConfig } from '../../src/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/lib/log.ts';
import { formats } from '../../src/webhooks/formats.ts';
import { deliveries, documents } from './samples.ts';
import { openSocketTargets } from './socket-door.ts';
import { checkErrors } from './check-errors.ts';
import type { Target } from './target.ts';

const words = [
  ...['query ', 'mutation ', 'subscription ', 'fragment F on Image ', '...F', '... on Tag ', '@skip(if: true)', '@a'],
  ...[
    '{ ',
    '} ',
    '$a',
    '$a: Int = 1',
    'first: 101',
    'after: "',
    '"""',
    '\\u{1F600}',
    '__typename',
    '__schema',
    '#',
    '!',
  ],
];
const secret = 'fuzz-webhook-secret';

/** The doors of a whole gateway over a sample registry, in this process: GraphQL over HTTP, SSE and WebSocket, and webhooks. */
export async function openDoors(): Promise<{
  readonly targets: readonly Target[];
  readonly stop: () => Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-fuzz-'));
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, secret);
  const registry = createSampleRegistry();
  const { url: registryUrl } = await registry.listen(0);
  const entries = Object.keys(formats).map((format) => ({
    ...{ name: `${format}.example`, kind: 'oci', url: registryUrl, insecure: true, allowPrivateNetwork: true },
    ...{ aliases: format === 'generic' ? ['registry.example'] : [], webhook: { format, secretFile } },
  }));
  const yaml = `server: { port: 0, introspection: false }
access: { mode: open }
writes: true
store: { url: ":memory:" }
limits: { socketMessages: 1000000 }
registries: ${JSON.stringify(entries)}
streams: [{ name: local, kind: local }]
`;
  const loaded = loadConfig(yaml, { file: join(folder, 'tributary.yaml') });
  if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('; '));
  const faults: string[] = [];
  const write = (line: string): void => {
    if (line.includes('"level":"error"')) faults.push(line);
  };
  const log = createLog({ level: 'error', destination: { write } });
  const gateway = await startGateway(loaded.config, { env: {}, home: undefined, log, userAgent: 'tributary-fuzz' });
  const sockets = openSocketTargets(gateway.url, documents, words);

  async function post(path: string, body: string, accept = 'application/json'): Promise<Response> {
    return fetch(gateway.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body,
      signal: AbortSignal.timeout(20_000),
    });
  }

  const http: readonly Target[] = [
    {
      name: 'document',
      ...{ samples: documents, words },
      take: async (text) => {
        const answer = await post('/graphql', JSON.stringify({ query: text }));
        checkErrors(await answer.json());
      },
    },
    {
      name: 'request',
      samples: documents.map((query) =>
        JSON.stringify({ query, variables: { r: 'a', after: null }, operationName: null }),
      ),
      words: [...words, '"query":', '"variables":', '"extensions":', '"operationName":', '[', ']'],
      take: async (text) => {
        checkErrors(await (await post('/graphql', text)).json());
      },
    },
    {
      name: 'stream',
      ...{ samples: documents.filter((text) => text.startsWith('subscription')), words },
      take: async (text) => {
        const answer = await post('/graphql/stream', JSON.stringify({ query: text }), 'text/event-stream');
        if (answer.headers.get('content-type')?.includes('json') === true) checkErrors(await answer.json());
        else await answer.body?.cancel();
      },
    },
    {
      name: 'webhook',
      ...{ samples: deliveries, words: ['"repository":', '"tag":', '"events":', '"action":', '"digest":'] },
      take: async (text) => {
        for (const { name } of entries) {
          const answer = await post(`/webhooks/${name}/${secret}`, text);
          await answer.arrayBuffer();
          if (answer.status >= 500) throw new Error(`${name} answered ${answer.status}`);
        }
      },
    },
  ];

  /** What the gateway says of itself counts, too: a fault that was masked is one. */
  const watched = (target: Target): Target => ({
    ...target,
    take: async (text) => {
      await target.take(text);
      const [line] = faults.splice(0);
      if (line !== undefined) throw new Error(`the gateway logged a fault: ${line}`);
    },
  });
  return {
    targets: [...http, ...sockets.targets].map(watched),
    stop: async () => {
      sockets.close();
      await gateway.stop();
      await registry.close();
      rmSync(folder, { recursive: true });
    },
  };
}
