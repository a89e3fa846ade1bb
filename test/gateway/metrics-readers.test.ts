import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/stream-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'tributary-readers-'));
const tokenFile = join(folder, 'metrics-token');
const callersFile = join(folder, 'callers');
const policy = {
  mode: 'policy',
  anonymous: true,
  callers: [{ name: 'ci', kind: 'token', tokensFile: callersFile }],
  rules: [{ users: ['**'], allow: ['get'], repositories: ['*/**'] }],
};

function configOf(access: object, metrics: object): string {
  return stringify({ server: { port: 0, metrics }, access, registries: [{ name: 'hidden.example', kind: 'oci' }] });
}

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('who may read metrics', () => {
  let gateway: TestGateway | undefined;
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
  });

  async function start(access: object, metrics: object): Promise<(authorization?: string) => Promise<number>> {
    writeFileSync(callersFile, `bot ${'0'.repeat(64)}\n`);
    const { url } = (gateway = await startTestGateway(configOf(access, metrics)));
    return async (authorization) => {
      const response = await fetch(`${url}/metrics`, { headers: authorization === undefined ? {} : { authorization } });
      const text = await response.text();
      // Whoever is turned away is told of no registry.
      expect(text.includes('hidden.example')).toBe(response.status === 200);
      return response.status;
    };
  }

  it('is everyone where access is open', async () => {
    const read = await start({ mode: 'open' }, {});
    expect(await read()).toBe(200);
  });

  it('is nobody where rules hide things and no token is configured', async () => {
    const read = await start(policy, {});
    expect([await read(), await read('Bearer anything')]).toEqual([403, 403]);
    const ready = await fetch(`${gateway?.url ?? ''}/readyz`);
    expect(ready.status).toBe(200);
  });

  it.each([
    ['policy', policy],
    ['open', { mode: 'open' }],
  ])('is who shows the token where one is configured, with access %s', async (_, access) => {
    writeFileSync(tokenFile, 'for-prometheus\n');
    const read = await start(access, { tokenFile });
    expect(await read('Bearer for-prometheus')).toBe(200);
    expect(await read('bearer for-prometheus')).toBe(200);
    const strangers = [
      undefined,
      'Bearer other',
      'Bearer',
      'for-prometheus',
      'Bearer for-prometheus more',
      'Basic Zm9y',
    ];
    for (const shown of strangers) expect([shown, await read(shown)]).toEqual([shown, 401]);
  });

  it('is who shows the new token when the file changes, and nobody while there is none', async () => {
    writeFileSync(tokenFile, 'old\n');
    const read = await start(policy, { tokenFile });
    expect(await read('Bearer old')).toBe(200);
    writeFileSync(tokenFile, 'new\n');
    await until(async () => (await read('Bearer new')) === 200, 'the new token to be good');
    expect(await read('Bearer old')).toBe(401);
    rmSync(tokenFile);
    await until(async () => (await read('Bearer new')) === 503, 'the token to be gone');
    expect(await read('Bearer ')).toBe(503);
  });
});

it('O03: a file of the token for metrics that is missing or empty is a problem at its key', () => {
  const load = (tokenFile: string, text: string) =>
    loadConfig(configOf({ mode: 'open' }, { tokenFile }), {
      file: '/etc/tributary.yaml',
      env: {},
      readFile: () => text,
    });
  expect(load('token', 'secret')).toMatchObject({
    kind: 'valid',
    config: { server: { metrics: { tokenFile: '/etc/token' } } },
  });
  expect(load('token', ' ')).toMatchObject({
    kind: 'invalid',
    problems: [{ path: 'server.metrics.tokenFile', message: 'names a file that is empty: write a secret into it' }],
  });
});
