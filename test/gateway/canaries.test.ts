import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCollector, type Collector } from '../support/collector.ts';
import { createFaultyRegistry, type Fault, type FaultyRegistry } from '../support/faulty-registry.ts';
import { openStream } from '../support/event-stream.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { seed } from '../support/registry-seed.ts';
import { connectSocket } from '../support/socket-client.ts';
import { until } from '../support/stream-gateway.ts';

const name = 'registry.example';
const folder = mkdtempSync(join(tmpdir(), 'tributary-canaries-'));
const fileOf = (key: string): string => join(folder, key);

let canaries: Record<'password' | 'hook' | 'cluster' | 'caller' | 'stranger' | 'jwt', string>;
let registry: FaultyRegistry;
let cluster: Server;
let collector: Collector;
let gateway: TestGateway | undefined;
/** What the servers behind were shown. */
let shown: string[];

beforeEach(async () => {
  const canary = (): string => `${randomBytes(9).toString('base64')}/canary+%`;
  canaries = {
    ...{ password: canary(), hook: canary(), cluster: randomBytes(20).toString('hex') },
    ...{ caller: randomBytes(32).toString('hex'), stranger: randomBytes(32).toString('hex') },
    jwt: [{ alg: 'RS256' }, { iss: 'https://sso.example', sub: randomBytes(9).toString('hex') }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(randomBytes(32).toString('base64url'))
      .join('.'),
  };
  shown = [];
  for (const key of ['password', 'hook', 'cluster'] as const) writeFileSync(fileOf(key), `${canaries[key]}\n`);
  const hash = createHash('sha256').update(canaries.caller).digest('hex');
  writeFileSync(fileOf('tokens'), `bot ${hash} devs\n`);
  collector = await startCollector();
  registry = await createFaultyRegistry({ access: { kind: 'basic', username: 'robot', password: canaries.password } });
  // A cluster that says at length what it was shown, whatever it is asked.
  cluster = createServer((request, response) => {
    shown.push(request.headers.authorization ?? '');
    const message = `the token ${request.headers.authorization ?? ''} may not do that`;
    response.writeHead(403, { 'content-type': 'application/json', warning: message });
    response.end(JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403, message }));
  });
  await new Promise<void>((resolve) => cluster.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await gateway?.stop().catch(() => undefined);
  gateway = undefined;
  cluster.closeAllConnections();
  await Promise.all([registry.close(), collector.close(), new Promise((resolve) => cluster.close(resolve))]);
});

async function start(): Promise<TestGateway> {
  const reached = { insecure: true, allowPrivateNetwork: true };
  const clusterUrl = `http://127.0.0.1:${String((cluster.address() as AddressInfo).port)}`;
  const everything = { repositories: [`*/**`], imageStreams: ['*/**'] };
  const entry = {
    ...{ name, kind: 'oci', url: registry.url, ...reached, watch: { repositories: ['team/app'] } },
    credentials: { username: 'robot', passwordFile: fileOf('password') },
    webhook: { format: 'generic', secretFile: fileOf('hook') },
  };
  gateway = await startTestGateway(
    stringify({
      server: { port: 0 },
      access: {
        mode: 'policy',
        callers: [{ name: 'ci', kind: 'token', tokensFile: fileOf('tokens') }],
        rules: [{ groups: ['token:ci:devs'], allow: ['get', 'inspect', 'watch', 'tag', 'import'], ...everything }],
      },
      writes: true,
      telemetry: { otlp: collector.url },
      audit: { file: fileOf('audit') },
      limits: { upstreamTimeout: '1s', operation: '3s' },
      registries: [entry],
      streams: [
        { name: 'local', kind: 'local' },
        { name: 'east', kind: 'openshift', server: clusterUrl, tokenFile: fileOf('cluster'), ...reached },
      ],
    }),
  );
  return gateway;
}

/** All that is answered to, whoever shows a token, over HTTP. */
async function post(url: string, token: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return response.json();
}

/** What registries do with a credential that they were shown: say it again, wherever they can. */
function echoes(authorization = ''): readonly Fault[] {
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: `you said ${authorization}` }] });
  const headers = { 'content-type': 'application/json', 'x-said': authorization };
  const echo = (status: number): Fault => ({ kind: 'status', status, headers, body });
  return [
    ...[echo(401), echo(403), echo(500), echo(429), { kind: 'html' } as const],
    { kind: 'challenge', challenge: `Bearer realm="https://evil.example/${authorization}",service="s"` },
    { kind: 'redirect', location: `https://evil.example/?token=${encodeURIComponent(authorization)}` },
  ];
}

const selection = 'config { user } layers { digest }';
const subscription = 'subscription { tagEvents { kind subject { text } } }';

describe('a gateway with a secret of every kind', () => {
  it('O05: gives none of them out: in answers, sockets, streams, metrics, traces, the audit log and lines of the log of any level', async () => {
    const { url, stop } = await start();
    seed(registry.store).image('team/app', '1', {});
    const { caller, stranger, jwt, hook } = canaries;
    let broken = 0;
    registry.fail(({ headers: { authorization } }) => {
      shown.push(authorization ?? '');
      return authorization === undefined ? undefined : echoes(authorization)[broken];
    });
    for (; broken < echoes().length; broken += 1) {
      const one = `one: image(reference: "${name}/team/app:n${broken}") { ${selection} }`;
      const tags = `tags: repository(reference: "${name}/team/app") { tags { nodes { name } } }`;
      await post(url, caller, { query: `{ ${one} ${tags} registries { health { lastError { message } } } }` });
    }
    const from = `{ kind: DOCKER_IMAGE, name: "${name}/team/app:1" }`;
    await post(url, caller, {
      query: `mutation { tagImageStream(input: { source: "local", namespace: "shop", from: ${from}, to: ["a:b"] }) { imports { error { message } } } }`,
    });
    await post(url, caller, { query: '{ imageStreams(source: "east") { nodes { name } } }' });
    for (const token of [stranger, jwt, `${caller}x`]) {
      await post(url, token, { query: '{ asOf }' });
      const socket = await connectSocket(`${url.replace('http', 'ws')}/graphql`);
      socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
      expect(await socket.closed).toBe(4403);
      const stream = await openStream(`${url}/graphql/stream`, {
        headers: { authorization: `Bearer ${token}` },
        body: { query: subscription },
      });
      expect(stream.status).toBe(401);
      stream.close();
    }
    const socket = await connectSocket(`${url.replace('http', 'ws')}/graphql`);
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${caller}` } });
    await until(() => socket.messages.length > 0, 'the acknowledgement');
    for (const query of ['subscription { nothing }', 'subscription {', '{ asOf }']) socket.subscribe(query, query);
    await until(() => socket.messages.length === 4, 'what is refused');
    for (const secret of [hook, `${hook}x`]) {
      const sent = { method: 'POST', headers: { 'content-type': 'application/json' } };
      const body = JSON.stringify({ repository: 'team/app', tag: '1' });
      await fetch(`${url}/webhooks/${name}/${encodeURIComponent(secret)}`, { ...sent, body });
      await fetch(`${url}/webhooks/${name}`, { ...sent, headers: { ...sent.headers, authorization: secret }, body });
    }
    await until(() => shown.includes(`Bearer ${canaries.cluster}`), 'the cluster to be asked');
    await socket.close();
    await expect(stop()).resolves.toBeUndefined();

    const pair = Buffer.from(`robot:${canaries.password}`).toString('base64');
    expect(shown).toContain(`Basic ${pair}`);
    expect(collector.spans).not.toEqual([]);
    expect(readFileSync(fileOf('audit'), 'utf8')).toContain('tagImageStream');
  });

  const encodings: readonly (readonly [string, (secret: string) => string])[] = [
    ['plain', String],
    ['in a URL', encodeURIComponent],
    ['in base64', (secret) => Buffer.from(`user:${secret}`).toString('base64')],
    ['in base64url', (secret) => Buffer.from(`of${secret}`).toString('base64url')],
    ['in hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
  ];

  it.each(encodings)('O05: would be found out if it gave one out: %s', async (_, encoded) => {
    const { url, stop } = await start();
    seed(registry.store).image('team/app', '1', { labels: { said: `x${encoded(canaries.hook)}y` } });
    const query = `{ image(reference: "${name}/team/app:1") { config { labels { value } } } }`;
    expect(await post(url, canaries.caller, { query })).toMatchObject({
      data: { image: { config: expect.anything() } },
    });
    await expect(stop()).rejects.toThrow('a secret was given out');
  });

  it('O05: would be found out if it gave one out in a trace', async () => {
    const { url, stop } = await start();
    await post(url, canaries.caller, { query: `query of_${canaries.cluster} { asOf }` });
    await expect(stop()).rejects.toThrow(canaries.cluster);
  });

  it('O05: would be found out if it gave one out in the audit log', async () => {
    const { url, stop } = await start();
    const mutation = `mutation { untagImageStream(input: { source: "local", namespace: "shop", name: "${canaries.cluster}:b" }) { userErrors { code } } }`;
    await post(url, canaries.caller, { query: mutation });
    await expect(stop()).rejects.toThrow(canaries.cluster);
  });

  it('O05: would be found out if it told another whom it let in', async () => {
    const { url, stop } = await start();
    seed(registry.store).image('team/app', '1', { labels: { said: canaries.caller } });
    const query = `{ image(reference: "${name}/team/app:1") { config { labels { value } } } }`;
    await post(url, canaries.caller, { query });
    await expect(stop()).rejects.toThrow(canaries.caller);
  });
});

it('O05: a line of the log, of any level, in which a secret stands is found', async () => {
  writeFileSync(fileOf('password'), 'a-password-of-a-registry\n');
  const credentials = { username: 'robot', passwordFile: fileOf('password') };
  const { stop } = await startTestGateway(
    stringify({
      access: { mode: 'open' },
      server: { port: 0 },
      registries: [{ name, kind: 'oci', credentials }],
    }),
    {},
    (outside) => {
      outside.log.debug({ said: 'with a-password-of-a-registry' }, 'asking');
      return outside;
    },
  );
  await expect(stop()).rejects.toThrow('a-password-of-a-registry');
  rmSync(folder, { recursive: true });
});
