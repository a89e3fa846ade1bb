import { afterEach, describe, expect, it } from '@jest/globals';
import type { Access } from '../../demo/registry/access.ts';
import type { SampleRegistryOptions } from '../../demo/registry-server.ts';
import { seed } from '../support/registry-seed.ts';
import { closeRegistries, field, startRegistry } from './registry-client.ts';
import type { TestRegistry } from './registry-client.ts';

const credentials = { username: '1234567|robot', password: 'se:cret' };
const tokens: Access = {
  kind: 'token',
  service: 'sample',
  realmPath: '/token',
  lifetimeSeconds: 60,
  anonymous: true,
  credentials,
};
let registry: TestRegistry;

async function start(options: SampleRegistryOptions): Promise<void> {
  registry = await startRegistry(options);
  seed(registry.store).image('team/app', 'latest');
}

afterEach(closeRegistries);

function basic(username: string, password: string): RequestInit {
  return { headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` } };
}

async function token(scope: string, init?: RequestInit): Promise<string> {
  const response = await registry.ask(`/token?service=sample&scope=${scope}`, init);
  expect(response.status).toBe(200);
  return String(await field(response, 'token'));
}

function ask(path: string, bearer: string, init: RequestInit = {}): Promise<Response> {
  return registry.ask(path, { ...init, headers: { authorization: `Bearer ${bearer}` } });
}

describe('token access to a sample registry', () => {
  it('challenges with its own token endpoint, service and the scope wanted', async () => {
    await start({ access: tokens });
    const response = await registry.ask('/v2/team/app/manifests/latest');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="${registry.url}/token",service="sample",scope="repository:team/app:pull"`,
    );
    expect(await field(response, 'errors', 0, 'detail')).toEqual([
      { Type: 'repository', Class: '', Name: 'team/app', Action: 'pull' },
    ]);
    expect((await registry.ask('/v2/')).headers.get('www-authenticate')).toBe(
      `Bearer realm="${registry.url}/token",service="sample"`,
    );
  });

  it('gives everyone a token to pull that repository and no other, and nobody one to push', async () => {
    await start({ access: tokens, push: true });
    const bearer = await token('repository:team/app:pull,push');
    expect((await ask('/v2/', bearer)).status).toBe(200);
    expect((await ask('/v2/team/app/manifests/latest', bearer)).status).toBe(200);
    const elsewhere = await ask('/v2/team/other/manifests/latest', bearer);
    expect([elsewhere.status, elsewhere.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('error="insufficient_scope"'),
    ]);
    expect((await ask('/v2/team/app/blobs/uploads/', bearer, { method: 'POST' })).status).toBe(401);
  });

  it('grants several scopes in one token, repeated or in one value', async () => {
    await start({ access: tokens });
    for (const scopes of ['repository:a:pull&scope=repository:b:pull', 'repository:a:pull%20repository:b:pull']) {
      const bearer = await token(scopes);
      const answers = await Promise.all(['/v2/a/tags/list', '/v2/b/tags/list'].map((path) => ask(path, bearer)));
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    }
  });

  it('lets credentials push and list repositories', async () => {
    await start({ access: tokens, push: true });
    const user = basic(credentials.username, credentials.password);
    const pushing = await token('repository:team/new:pull,push', user);
    expect((await ask('/v2/team/new/blobs/uploads/', pushing, { method: 'POST' })).status).toBe(202);
    const listing = await token('registry:catalog:*', user);
    expect((await ask('/v2/_catalog', listing)).status).toBe(200);
    expect((await ask('/v2/_catalog', await token('registry:catalog:*'))).status).toBe(401);
  });

  it('gives tokens for a form with a password too', async () => {
    await start({ access: { ...tokens, anonymous: false } });
    const form = {
      grant_type: 'password',
      service: 'sample',
      client_id: 'test',
      scope: 'repository:team/app:pull',
      ...credentials,
    };
    const response = await registry.ask('/token', { method: 'POST', body: new URLSearchParams(form) });
    const bearer = String(await field(response, 'access_token'));
    expect((await ask('/v2/team/app/tags/list', bearer)).status).toBe(200);
  });

  it('refuses wrong credentials always, and no credentials where they are demanded', async () => {
    await start({ access: tokens });
    const wrong = await registry.ask('/token?scope=repository:team/app:pull', basic(credentials.username, 'wrong'));
    expect([wrong.status, await wrong.json()]).toEqual([401, { details: 'incorrect username or password' }]);
    await start({ access: { ...tokens, anonymous: false } });
    expect((await registry.ask('/token?scope=repository:team/app:pull')).status).toBe(401);
  });

  it('lets a token expire, and takes none that it did not give', async () => {
    let time = Date.UTC(2026, 0, 1);
    await start({ access: tokens, now: () => time });
    const bearer = await token('repository:team/app:pull');
    time += 59_999;
    expect((await ask('/v2/team/app/tags/list', bearer)).status).toBe(200);
    time += 1;
    const expired = await ask('/v2/team/app/tags/list', bearer);
    expect([expired.status, expired.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringContaining('error="invalid_token"'),
    ]);
    const [payload = ''] = bearer.split('.');
    for (const forged of ['', 'x', `${payload}.`, `${payload}.${Buffer.alloc(32).toString('base64url')}`])
      expect((await ask('/v2/', forged)).status).toBe(401);
  });

  it('hides names that do not exist, where it is told to', async () => {
    await start({ access: tokens, missing: 'forbidden' });
    const response = await ask('/v2/team/none/tags/list', await token('repository:team/none:pull'));
    expect([response.status, await field(response, 'errors', 0, 'code')]).toEqual([401, 'UNAUTHORIZED']);
  });
});

describe('basic access to a sample registry', () => {
  it('asks for a user and password, which may hold a colon', async () => {
    await start({ access: { kind: 'basic', ...credentials } });
    const refused = await registry.ask('/v2/');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Basic realm="Registry", charset="UTF-8"',
    ]);
    expect((await registry.ask('/v2/', basic(credentials.username, credentials.password))).status).toBe(200);
    expect((await registry.ask('/v2/', basic(credentials.username, 'se'))).status).toBe(401);
  });
});
