import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { startSampleRegistries } from '../../demo/index.ts';
import type { SampleRegistries } from '../../demo/index.ts';
import { field } from './registry-client.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function start(firstPort: number): Promise<SampleRegistries['registries']> {
  const { registries, close } = await startSampleRegistries({ firstPort });
  closing.push(close);
  return registries;
}

/** Takes a port, and tells which. */
async function occupy(): Promise<number> {
  const server = createServer();
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server on TCP has a port');
  return address.port;
}

describe('the sample registries', () => {
  it('start on free ports, each with its own persona', async () => {
    const registries = await start(0);
    expect(registries.map(({ name, kind }) => [name, kind])).toEqual([
      ['docker.io', 'docker-hub'],
      ['registry.redhat.io', 'red-hat'],
      ['registry.internal', 'oci'],
    ]);
    const answers = await Promise.all(registries.map(({ url }) => fetch(`${url}/v2/`)));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
    expect(answers.map(({ headers }) => headers.get('www-authenticate')?.split(',')[1])).toEqual([
      'service="registry.docker.io"',
      'service="docker-registry"',
      undefined,
    ]);
    const [hub, redHat, internal] = registries;
    expect([hub?.credentials, redHat?.credentials?.username]).toEqual([undefined, '1234567|tributary-demo']);
    const { host, port } = new URL(internal?.url ?? '');
    expect(internal?.aliases).toEqual([host, `localhost:${port}`]);
  });

  it('let the service account of the Red Hat persona in, and answer in its words', async () => {
    const registries = await start(0);
    const { url = '', credentials } = registries[1] ?? {};
    const basic = Buffer.from(`${credentials?.username ?? ''}:${credentials?.password ?? ''}`).toString('base64');
    const realm = `${url}/auth/realms/rhcc/protocol/redhat-docker-v2/auth?scope=repository:ubi9/ubi:pull`;
    expect((await fetch(realm)).status).toBe(401);
    const token = await field(await fetch(realm, { headers: { authorization: `Basic ${basic}` } }), 'token');
    const init = { headers: { authorization: `Bearer ${String(token)}` } };
    const tags = await fetch(`${url}/v2/ubi9/ubi/tags/list`, init);
    expect([await field(tags, 'tags', 99), tags.headers.get('link')]).toEqual([
      expect.any(String),
      expect.stringContaining('n=100&last='),
    ]);
    const missing = await fetch(`${url}/v2/ubi9/ubi/manifests/none`, init);
    expect([missing.status, await missing.json()]).toEqual([
      404,
      { errors: [{ code: 'UNKNOWN', message: 'Not Found', detail: {} }] },
    ]);
  });

  it('move to a free port where theirs is taken', async () => {
    const port = await occupy();
    const registries = await start(port);
    const ports = registries.map(({ url }) => Number(new URL(url).port));
    expect(new Set([...ports, port]).size).toBe(4);
    expect((await fetch(`${registries[2]?.url ?? ''}/v2/`)).status).toBe(200);
  });
});
