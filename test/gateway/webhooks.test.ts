import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import { seed } from '../support/registry-seed.ts';
import { startStreamGateway, until, type StreamGateway } from '../support/stream-gateway.ts';
import { sendRaw, type RawAnswer } from './raw.ts';

/** Two registries that are hardly ever polled: one signs what it tells, the other has its secret in the path. */
const names = { signed: 'signed.example', plain: 'plain.example' } as const;
const secrets = { signed: 'of the one', plain: 'of-the-other' };

const folder = mkdtempSync(join(tmpdir(), 'tributary-webhooks-'));
let registries: Readonly<Record<keyof typeof names, FaultyRegistry>>;
let gateway: StreamGateway;
let trap: Server;
let bait: string;
let trapped = 0;

beforeAll(async () => {
  trap = createServer((_, response) => {
    trapped += 1;
    response.end();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  bait = `http://127.0.0.1:${String((trap.address() as AddressInfo).port)}/`;
  registries = { signed: await createFaultyRegistry(), plain: await createFaultyRegistry() };
  const keys = ['signed', 'plain'] as const;
  for (const key of keys) {
    seed(registries[key].store).image('team/app', '1');
    seed(registries[key].store).image('team/app', '2', { labels: { of: 'two' } });
    writeFileSync(join(folder, key), secrets[key]);
  }
  gateway = await startStreamGateway({
    registries: keys.map((key) => ({
      name: names[key],
      url: registries[key].url,
      watch: { interval: '1h', repositories: ['team/app'] },
      webhook: { format: key === 'signed' ? 'generic' : 'docker-hub', secretFile: join(folder, key) },
    })),
  });
  for (const key of keys) {
    const query = `{ tag(reference: "${names[key]}/team/app:1") { freshness { state } } }`;
    await until(async () => JSON.stringify(await gateway.data(query)).includes('LIVE'), 'the first look');
  }
});
afterAll(async () => {
  await gateway.stop();
  for (const registry of Object.values(registries)) await registry.close();
  await new Promise((resolve) => trap.close(resolve));
  rmSync(folder, { recursive: true });
  expect(trapped).toBe(0);
});

const other = `sha256:${'0'.repeat(64)}`;
const lying = () => ({
  repository: 'team/app',
  tag: '1',
  digest: other,
  callback_url: bait,
  target: { url: bait, digest: other },
});

/** A signed delivery about `team/app:1`, which says of it what is not so. */
function sign(body: string, { secret = secrets.signed, afterMs = 0, id = 'msg_1' } = {}) {
  const time = String(Math.floor((Date.now() + afterMs) / 1000));
  const signature = createHmac('sha256', secret).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
}

function deliver(path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
  return sendRaw(gateway.url, {
    path: `/webhooks/${path}`,
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

/** Points `team/app:1` of a registry at the image of `team/app:2`; answers its digest. */
async function move(key: keyof typeof names): Promise<string> {
  const found = await gateway.data(`{ tag(reference: "${names[key]}/team/app:2") { digest } }`);
  const { digest } = found['tag'] as { readonly digest: string };
  registries[key].store.tag('team/app', '1', digest as never, 0);
  return digest;
}

describe('a delivery that proves nothing', () => {
  const body = JSON.stringify({ repository: 'team/app', tag: '1' });

  it.each<readonly [string, () => Promise<RawAnswer>, number]>([
    ['with a bad HMAC', () => deliver(names.signed, body, sign(body, { secret: 'wrong' })), 401],
    ['without a token', () => deliver(names.signed, body), 401],
    ['of six minutes ago', () => deliver(names.signed, body, sign(body, { afterMs: -360_000 })), 401],
    ['of in six minutes', () => deliver(names.signed, body, sign(body, { afterMs: 360_000 })), 401],
    ['of which one byte was changed', () => deliver(names.signed, body.replace('1"', '2"'), sign(body)), 401],
    [
      'by the secret of another registry',
      () => deliver(names.signed, body, sign(body, { secret: secrets.plain })),
      401,
    ],
    ['with the secret of another registry in the path', () => deliver(`${names.plain}/${secrets.signed}`, body), 401],
    ['of 300 KiB', () => deliver(names.signed, body + ' '.repeat(300 * 1024), sign(body)), 413],
  ])('C09: %s is refused, and nobody is asked anything', async (_, send, status) => {
    const before = [registries.signed.requests.length, registries.plain.requests.length];
    expect((await send()).status).toBe(status);
    // One that is taken comes after it, and has been followed by then.
    const sequel = JSON.stringify({ repository: 'team/app', tag: 'none' });
    const taken = await deliver(names.signed, sequel, sign(sequel, { id: randomUUID() }));
    expect(taken.status).toBe(202);
    await registries.signed.received((before[0] ?? 0) + 1);
    const asked = registries.signed.lines(before[0]);
    expect(asked.filter((line) => !line.endsWith('/none'))).toEqual([]);
    expect(registries.plain.requests.length).toBe(before[1]);
  });
});

describe('a delivery a thousand times', () => {
  it('C10: signed, is one question and one event, with the digest that the registry tells', async () => {
    const digest = await move('signed');
    const events = await gateway.listen('tagEvents', { filter: { registry: names.signed } });
    const from = registries.signed.requests.length;
    const body = JSON.stringify(lying());
    const headers = sign(body, { id: 'msg_of_the_thousand' });
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => deliver(names.signed, body, headers)));
      for (const { status } of answers) statuses.add(status);
    }
    expect([...statuses]).toEqual([202]);
    expect(await events.heard(1)).toMatchObject([{ kind: 'MOVED', digest, cause: 'WEBHOOK' }]);
    expect(registries.signed.lines(from).filter((line) => line.endsWith('/manifests/1'))).toHaveLength(1);
    const { data } = await gateway.ask(`{ tagEvents(filter: { registry: "${names.signed}" }) { nodes { digest } } }`);
    expect(data).toEqual({ tagEvents: { nodes: [{ digest }] } });
    await events.close();
  });

  it('C10: unsigned, is no more than one question a second and one event, and nobody whom it names is called', async () => {
    const digest = await move('plain');
    const events = await gateway.listen('tagEvents', { filter: { registry: names.plain } });
    const from = registries.plain.requests.length;
    const startedAt = performance.now();
    const body = JSON.stringify({
      callback_url: bait,
      push_data: { tag: '1', digest: other },
      repository: { repo_name: 'team/app', repo_url: bait },
    });
    const statuses = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => deliver(`${names.plain}/${secrets.plain}`, body)),
      );
      for (const { status } of answers) statuses.add(status);
    }
    expect(statuses.has(202)).toBe(true);
    expect([...statuses].filter((status) => ![202, 429].includes(status))).toEqual([]);
    expect(await events.heard(1)).toMatchObject([{ kind: 'MOVED', digest, cause: 'WEBHOOK' }]);
    const seconds = Math.ceil((performance.now() - startedAt) / 1000);
    const asked = registries.plain.lines(from).filter((line) => line.endsWith('/manifests/1'));
    expect(asked.length).toBeLessThanOrEqual(1 + seconds);
    const { data } = await gateway.ask(`{ tagEvents(filter: { registry: "${names.plain}" }) { nodes { digest } } }`);
    expect(data).toEqual({ tagEvents: { nodes: [{ digest }] } });
    await events.close();
  });
});
