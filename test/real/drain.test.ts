import { afterEach, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCommandLine } from '../support/command-line.ts';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import { ask } from '../support/gateway.ts';
import { scrape } from '../support/metrics.ts';
import { registryEntry } from '../support/registry-entry.ts';
import { seed } from '../support/registry-seed.ts';
import { connectSocket, openSocket } from '../support/socket-client.ts';
import { until } from '../support/stream-gateway.ts';

const subscriptions = 500;
/** How long the sockets are closed over, and how long balancers are given to take note, in milliseconds. */
const drain = 3_000;
const delay = 1_000;

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Where the process says that it listens. */
async function urlOf(written: { readonly stderr: string }): Promise<string> {
  let url: string | undefined;
  await until(() => {
    url = /"url":"(http:[^"]+)"/.exec(written.stderr)?.[1];
    return url !== undefined;
  }, 'the gateway to listen');
  return url ?? '';
}

/** A client of the WebSocket that takes everything and says nothing more, not even when it is asked to go. */
async function connectSilent(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  ends.push(() => {
    socket.destroy();
  });
  socket.on('error', () => undefined);
  const headers = [
    'GET /graphql HTTP/1.1',
    `host: ${hostname}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
    'sec-websocket-protocol: graphql-transport-ws',
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  // connection_init, as a masked frame whose mask is nought.
  const init = Buffer.from('{"type":"connection_init"}');
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 + init.length, 0, 0, 0, 0]), init]));
}

it('O01: SIGTERM ends queries well, closes 500 subscriptions step by step, waits for no silent client, and ends with 0', async () => {
  const registry = await createFaultyRegistry();
  ends.push(registry.close);
  seed(registry.store).image('team/app', '1');
  const folder = mkdtempSync(join(tmpdir(), 'tributary-drain-'));
  ends.push(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, 'tributary.yaml');
  const head = stringify({
    server: { port: 0 },
    access: { mode: 'open' },
    store: { url: ':memory:' },
    limits: { drain: `${drain}ms`, drainDelay: `${delay}ms` },
  });
  writeFileSync(file, head + registryEntry(registry, { watch: { interval: '1h', repositories: ['team/app'] } }));
  const gateway = startCommandLine(['serve', '--config', file]);
  ends.push(() => {
    gateway.kill('SIGKILL');
  });
  const url = await urlOf(gateway.written);

  const closes: { readonly code: number; readonly at: number }[] = [];
  const socketUrl = `${url.replace('http:', 'ws:')}/graphql`;
  for (let opened = 0; opened < subscriptions; opened += 50) {
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        const client = await openSocket(socketUrl);
        client.subscribe('s', 'subscription { tagEvents { kind } }');
        void client.closed.then((code) => closes.push({ code, at: performance.now() }));
      }),
    );
  }
  await connectSilent(url);
  await until(
    async () => (await scrape(url)).value('tributary_subscriptions_active') === subscriptions,
    'all subscriptions',
  );
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const before = registry.requests.length;
  registry.fail(() => ({ kind: 'wait', until: held }));
  const underWay = ask(url, `{ image(reference: "${registry.host}/team/app:held") { digest } registries { name } }`);
  await until(() => registry.requests.length > before, 'the query to be under way');

  const stoppedAt = performance.now();
  gateway.kill('SIGTERM');
  await until(async () => (await fetch(`${url}/readyz`)).status === 503, 'the gateway to say that it is not ready');
  // It says so before anything else changes.
  expect(closes).toEqual([]);
  await until(() => closes.length > 0, 'the first socket to be closed');
  await expect(connectSocket(socketUrl)).rejects.toThrow('status 503');
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  release();
  expect(await underWay).toMatchObject({ data: { image: null, registries: [{ name: registry.host }] } });
  expect(await gateway.ended).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(30_000);

  await until(() => closes.length === subscriptions, 'every socket to be closed');
  expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([1012]));
  const times = closes.map(({ at }) => at - stoppedAt).toSorted((one, other) => one - other);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  expect(first).toBeGreaterThan(delay / 2);
  // Spread over the window: neither all at once nor most of them at its beginning.
  expect(last - first).toBeGreaterThan(drain / 2);
  expect(times.filter((time) => time < first + drain / 4).length).toBeLessThan(subscriptions / 2);
}, 90_000);
