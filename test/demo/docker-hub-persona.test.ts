import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dockerHubPersona } from '../../demo/index.ts';
import { buildSampleImages } from '../../demo/sample-images.ts';
import { closeRegistries, field, startRegistry } from './registry-client.ts';
import type { TestRegistry } from './registry-client.ts';

const recordings = join(process.env['TRIBUTARY_CORPUS'] ?? '../shared', 'fixtures/hub-api');
const nginx = '/v2/namespaces/library/repositories/nginx';
const store = buildSampleImages().dockerHub;
let registry: TestRegistry;

beforeAll(async () => {
  registry = await startRegistry({ ...dockerHubPersona, store });
});

afterAll(closeRegistries);

async function pull(method: string, from = registry, reference = 'latest'): Promise<Response> {
  const token = await field(await from.ask('/token?scope=repository:library/nginx:pull'), 'token');
  return from.ask(`/v2/library/nginx/manifests/${reference}`, {
    method,
    headers: { authorization: `Bearer ${String(token)}` },
  });
}

describe('the rate limit of the Docker Hub persona', () => {
  it('counts a GET of a manifest and not a HEAD, telling both what is left', async () => {
    const limited = await startRegistry({ ...dockerHubPersona, store, pulls: { limit: 2, windowSeconds: 21_600 } });
    const told: unknown[] = [];
    for (const method of ['HEAD', 'GET', 'HEAD', 'GET', 'HEAD', 'GET']) {
      const { status, headers } = await pull(method, limited);
      told.push([method, status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]);
    }
    expect(told).toEqual([
      ['HEAD', 200, '2;w=21600', '2;w=21600'],
      ['GET', 200, '2;w=21600', '1;w=21600'],
      ['HEAD', 200, '2;w=21600', '1;w=21600'],
      ['GET', 200, '2;w=21600', '0;w=21600'],
      ['HEAD', 200, '2;w=21600', '0;w=21600'],
      ['GET', 429, '2;w=21600', '0;w=21600'],
    ]);
  });

  it('says with 429 when to come back, and lets go when the window ends', async () => {
    let time = 0;
    const now = (): number => time;
    const limited = await startRegistry({ ...dockerHubPersona, store, now, pulls: { limit: 1, windowSeconds: 100 } });
    await pull('GET', limited);
    time = 40_000;
    const refused = await pull('GET', limited);
    expect([refused.status, refused.headers.get('retry-after'), await field(refused, 'errors', 0, 'code')]).toEqual([
      429,
      '60',
      'TOOMANYREQUESTS',
    ]);
    time = 100_000;
    expect((await pull('GET', limited)).status).toBe(200);
  });

  it('leaves room for a demo, and names the client even in a 401', async () => {
    expect((await pull('HEAD')).headers.get('ratelimit-limit')).toBe('5000;w=21600');
    const { headers } = await registry.ask('/v2/library/nginx/manifests/latest');
    expect([headers.get('docker-ratelimit-source'), headers.get('ratelimit-limit')]).toEqual(['127.0.0.1', null]);
  });
});

describe('the REST API of the Docker Hub persona', () => {
  it('describes a repository', async () => {
    const response = await registry.ask(nginx);
    expect(await response.json()).toMatchObject({
      namespace: 'library',
      name: 'nginx',
      pull_count: 12_345_678_901,
      star_count: 20_002,
    });
    const missing = await registry.ask('/v2/namespaces/library/repositories/none');
    expect([missing.status, await missing.json()]).toEqual([404, { message: 'object not found', errinfo: {} }]);
  });

  it('pages all tags, newest first, with links both ways', async () => {
    const names: unknown[] = [];
    const dates: unknown[] = [];
    let path: unknown = `${nginx}/tags?page_size=25&ordering=last_updated`;
    let pages = 0;
    while (typeof path === 'string') {
      const response: Response = await registry.ask(path);
      const page: unknown = await response.json();
      const results = await field(Response.json(page), 'results');
      for (const tag of Array.isArray(results) ? results : []) {
        names.push(await field(Response.json(tag), 'name'));
        dates.push(await field(Response.json(tag), 'last_updated'));
      }
      expect(await field(Response.json(page), 'count')).toBe(109);
      expect(typeof (await field(Response.json(page), 'previous')) === 'string').toBe(pages > 0);
      path = await field(Response.json(page), 'next');
      pages += 1;
    }
    expect(pages).toBe(5);
    expect(new Set(names)).toEqual(new Set(store.repositories.get('library/nginx')?.tags.keys()));
    expect(dates).toEqual(dates.toSorted().toReversed());
  });

  it('tells the digests that the registry serves, attestations among them, and sizes of the layers', async () => {
    const response = await registry.ask(`${nginx}/tags/latest`);
    const tag: unknown = await response.json();
    const served = await pull('GET');
    expect(await field(Response.json(tag), 'digest')).toBe(served.headers.get('docker-content-digest'));
    const images = await field(Response.json(tag), 'images');
    const children = await field(served, 'manifests');
    expect(images).toHaveLength(8);
    expect(children).toHaveLength(8);
    const first = store.manifest('library/nginx', String(await field(Response.json(images), 0, 'digest')));
    const layers = first?.document?.layers ?? [];
    expect(await field(Response.json(images), 0, 'size')).toBe(layers.reduce((sum, { size }) => sum + size, 0));
    expect(images).toContainEqual(
      expect.objectContaining({ os: 'linux', architecture: 'arm', variant: 'v7', os_version: null }),
    );
    expect(images).toContainEqual(expect.objectContaining({ os: 'unknown', architecture: 'unknown' }));
  });

  it('tells the platform of an image without an index', async () => {
    const response = await registry.ask('/v2/namespaces/tributary/repositories/whoami/tags/latest');
    expect(await field(response, 'images', 0)).toMatchObject({ os: 'linux', architecture: 'amd64' });
  });

  it('refuses bad pages, pages past the end, and deep pages to those who did not sign in', async () => {
    const access = {
      kind: 'token',
      service: 'hub',
      realmPath: '/token',
      lifetimeSeconds: 60,
      anonymous: true,
    } as const;
    const credentials = { username: 'someone', password: 'secret' };
    const deep = await startRegistry({ store, hub: { anonymousOffset: 100 }, access: { ...access, credentials } });
    const page = async (query: string, init?: RequestInit): Promise<unknown> => {
      const response = await deep.ask(`${nginx}/tags?${query}`, init);
      return [response.status, await field(response, 'message')];
    };
    expect(await page('page=0')).toEqual([400, 'page and page_size are whole numbers from 1']);
    expect(await page('page=99&page_size=1')).toEqual([200, undefined]);
    const tooDeep = 'pagination offset too large for anonymous requests; sign in to page further';
    expect(await page('page=2&page_size=100')).toEqual([403, tooDeep]);

    const signIn = (secret: string) =>
      deep.ask('/v2/auth/token', { method: 'POST', body: JSON.stringify({ identifier: 'someone', secret }) });
    expect((await signIn('wrong')).status).toBe(401);
    const bearer = {
      headers: { authorization: `Bearer ${String(await field(await signIn('secret'), 'access_token'))}` },
    };
    expect(await page('page=2&page_size=100', bearer)).toEqual([200, undefined]);
    expect(await page('page=3&page_size=100', bearer)).toEqual([404, 'object not found']);
  });
});

const recorded = (name: string): unknown => JSON.parse(readFileSync(join(recordings, name), 'utf8'));

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value).toSorted() : [];
}

describe('the REST API of the Docker Hub persona beside its recordings', () => {
  if (!existsSync(recordings)) {
    it('is not compared: the corpus is absent', () => {
      process.stderr.write(`no recordings in ${recordings}: set TRIBUTARY_CORPUS to compare with them\n`);
      expect(existsSync(recordings)).toBe(false);
    });
    return;
  }

  it('serves the fields of a recorded repository, and no others', async () => {
    const served: unknown = await (await registry.ask(nginx)).json();
    expect(keysOf(served)).toEqual(keysOf(recorded('repository-library-nginx.json')));
  });

  it('serves the fields of a recorded page of tags, and no others', async () => {
    const served: unknown = await (await registry.ask(`${nginx}/tags?page_size=1`)).json();
    const page = recorded('tags-page-two-tags.json');
    for (const path of [[], ['results', 0], ['results', 0, 'images', 0]])
      expect(keysOf(await field(Response.json(served), ...path))).toEqual(
        keysOf(await field(Response.json(page), ...path)),
      );
  });

  it('refuses in the recorded words', async () => {
    const missing = await registry.ask('/v2/namespaces/library/repositories/none');
    expect(await missing.json()).toEqual(recorded('error-404-object-not-found.json'));
    const tooDeep = await registry.ask(`${nginx}/tags?page=11&page_size=100`);
    expect(await tooDeep.json()).toEqual(recorded('error-403-offset-limit.json'));
    const wrong = await registry.ask('/token', { headers: { authorization: 'Basic YTpi' } });
    expect(await wrong.json()).toEqual(recorded('error-401-token-endpoint.json'));
  });
});
