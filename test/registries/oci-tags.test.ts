import { afterEach, describe, expect, it } from '@jest/globals';
import { parseRepositoryName } from '../../src/domain/reference.ts';
import type { Registry } from '../../src/domain/registry.ts';
import { vendors } from '../../src/registries/index.ts';
import { createFaultyRegistry, type FaultyRegistry, type FaultyRegistryOptions } from '../support/faulty-registry.ts';
import type { Fault } from '../support/registry-faults.ts';
import { seed } from '../support/registry-seed.ts';
import { codeOf, newAsk, openRegistry, type WayOut } from './open-registry.ts';

const repository = parseRepositoryName('team/app');
const absent = parseRepositoryName('team/absent');

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** A repository with so many tags, in the order of their names. */
async function start(
  tags: number,
  options: FaultyRegistryOptions = {},
  way: Partial<WayOut> = {},
): Promise<{ readonly server: FaultyRegistry; readonly registry: Registry; readonly names: readonly string[] }> {
  const server = await createFaultyRegistry(options);
  const { registry, close } = openRegistry(vendors.oci, { url: server.url, ...way });
  open.push(close, () => server.close());
  const { digest } = seed(server.store).image('team/app', undefined);
  const names = Array.from({ length: tags }, (_, index) => `t${String(index).padStart(5, '0')}`);
  for (const name of names) server.store.tag('team/app', name, digest, 0);
  return { server, registry, names };
}

async function readPages(registry: Registry, size: number): Promise<readonly string[]> {
  const found: string[] = [];
  let token: string | undefined;
  for (let page = 0; page < 100; page += 1) {
    const answer = await registry.tags(repository, { size, token }, newAsk());
    found.push(...(answer?.tags ?? []).map(({ name }) => name));
    token = answer?.next;
    if (token === undefined) return found;
  }
  throw new Error('the list has no end');
}

function always(...faults: readonly Fault[]): () => readonly Fault[] {
  return () => faults;
}

describe('A page of tags', () => {
  it('is asked for in the size that is wanted, and says where the next begins', async () => {
    const { server, registry, names } = await start(5);
    const first = await registry.tags(repository, { size: 2 }, newAsk());
    expect(first).toMatchObject({ tags: [{ name: 't00000' }, { name: 't00001' }], freshness: { state: 'FRESH' } });
    expect(await readPages(registry, 2)).toEqual(names);
    expect(server.lines().slice(0, 2)).toEqual(['GET /v2/team/app/tags/list?n=2', 'GET /v2/team/app/tags/list?n=2']);
    expect(server.lines().at(-1)).toBe('GET /v2/team/app/tags/list?n=2&last=t00003');
  });

  it('may be shorter than was asked for, and then its link is followed all the same', async () => {
    const { registry, names } = await start(7, { paging: { most: 3, excess: 'clamp' } });
    expect(await readPages(registry, 100)).toEqual(names);
  });

  it.each<readonly [string, unknown, readonly string[]]>([
    ['null', null, []],
    ['nulls among tags, as of Nexus', ['a', null, 'b'], ['a', 'b']],
    ['digests among tags, as of Artifactory', ['a', `sha256:${'0'.repeat(64)}`, 'b'], ['a', 'b']],
    ['tags twice', ['a', 'b', 'a'], ['a', 'b']],
    ['what no tag can be', ['a', '../b', 'c?d', '', ' ', 5, {}, ['e'], 'x'.repeat(129)], ['a']],
  ])('is read where the tags are %s', async (_, tags, names) => {
    const { server, registry } = await start(1);
    server.fail(always({ kind: 'tags', tags }));
    expect((await registry.tags(repository, { size: 20 }, newAsk()))?.tags.map(({ name }) => name)).toEqual(names);
    expect((await registry.tagNames(repository, newAsk()))?.names).toEqual(names);
  });

  it('is read whatever its content type says', async () => {
    const { server, registry } = await start(1);
    server.fail(always({ kind: 'headers', set: { 'content-type': 'text/plain; charset=utf-8' } }));
    expect((await registry.tags(repository, { size: 20 }, newAsk()))?.tags).toEqual([{ name: 't00000' }]);
  });

  it.each<Fault>([
    { kind: 'html' },
    { kind: 'garbage' },
    { kind: 'deep-json', depth: 100_000 },
    { kind: 'status', status: 200, body: '{}' },
    { kind: 'status', status: 200, body: '[]' },
    { kind: 'status', status: 200, body: '{"name":"team/app","tags":{"a":1}}' },
    { kind: 'status', status: 204 },
    { kind: 'status', status: 418 },
  ])('is refused where it is no list of tags: $kind $status $body', async (fault) => {
    const { server, registry } = await start(1);
    server.fail(always(fault));
    expect(await codeOf(registry.tags(repository, { size: 20 }, newAsk()))).toBe('UPSTREAM_INVALID');
  });

  it('is refused where it is larger than is read', async () => {
    const { server, registry } = await start(1, {}, { limits: { tagPageBytes: 1024 * 1024 } });
    server.fail(always({ kind: 'huge', mebibytes: 2 }));
    expect(await codeOf(registry.tags(repository, { size: 20 }, newAsk()))).toBe('UPSTREAM_TOO_LARGE');
  });

  it('is undefined where there is no such repository, in the words of every registry', async () => {
    for (const persona of [{}, { missing: 'unknown' }] as const) {
      const { registry } = await start(1, persona);
      expect(await registry.tags(absent, { size: 20 }, newAsk())).toBeUndefined();
      expect(await registry.tagNames(absent, newAsk())).toBeUndefined();
    }
  });

  it('fails where the registry forbids it', async () => {
    const { server, registry } = await start(1);
    for (const status of [401, 403]) {
      server.fail(always({ kind: 'status', status }));
      expect(await codeOf(registry.tags(repository, { size: 20 }, newAsk()))).toBe('UPSTREAM_UNAUTHORIZED');
      expect(await codeOf(registry.tagNames(repository, newAsk()))).toBe('UPSTREAM_UNAUTHORIZED');
    }
  });

  it('is not asked for where a token leads elsewhere', async () => {
    const { server, registry } = await start(1);
    for (const token of ['//evil.example/v2/team/app/tags/list', 'https://evil.example/', '/v2/../secret']) {
      expect(await codeOf(registry.tags(repository, { size: 20, token }, newAsk()))).toBe('REFERENCE_INVALID');
    }
    expect(server.requests).toHaveLength(0);
  });
});

describe('A link of a list of tags', () => {
  it('to another registry or another repository is refused, and nothing is asked there', async () => {
    const evil = await createFaultyRegistry();
    open.push(() => evil.close());
    const { server, registry } = await start(5);
    const links = [
      `${evil.url}/v2/team/app/tags/list?last=a`,
      `//${evil.host}/v2/team/app/tags/list`,
      '/v2/other/tags/list',
    ];
    for (const value of links) {
      server.fail(always({ kind: 'link', value }));
      expect(await codeOf(registry.tags(repository, { size: 2 }, newAsk()))).toBe('UPSTREAM_REDIRECT_REFUSED');
      expect(await codeOf(registry.tagNames(repository, newAsk()))).toBe('UPSTREAM_REDIRECT_REFUSED');
    }
    expect(evil.requests).toHaveLength(0);
    expect(server.lines().every((line) => line.startsWith('GET /v2/team/app/tags/list?n='))).toBe(true);
  });

  it('to the page itself is found out', async () => {
    const { server, registry } = await start(5);
    server.fail(always({ kind: 'repeated-page' }));
    expect(await codeOf(registry.tagNames(repository, newAsk()))).toBe('UPSTREAM_INVALID');
    expect(await codeOf(readPages(registry, 2))).toBe('UPSTREAM_INVALID');
    expect(server.requests.length).toBeLessThan(10);
  });

  it('without end is found out after a few pages that bring nothing new', async () => {
    const { server, registry } = await start(5);
    server.fail(always({ kind: 'tags', tags: ['a', 'b'] }, { kind: 'endless-links' }));
    expect(await codeOf(registry.tagNames(repository, newAsk()))).toBe('UPSTREAM_INVALID');
    expect(server.requests.length).toBeLessThan(10);
  });

  it('that leads nowhere ends the list', async () => {
    const { server, registry } = await start(2);
    server.fail(always({ kind: 'link', value: '' }));
    expect(await registry.tagNames(repository, newAsk())).toMatchObject({
      names: ['t00000', 't00001'],
      truncated: false,
    });
  });
});

describe('All names', () => {
  it('are read in large pages, and each is there once', async () => {
    const { server, registry, names } = await start(2500);
    expect(await registry.tagNames(repository, newAsk())).toMatchObject({ names, truncated: false });
    expect(server.lines()).toEqual([
      'GET /v2/team/app/tags/list?n=1000',
      'GET /v2/team/app/tags/list?n=1000&last=t00999',
      'GET /v2/team/app/tags/list?n=1000&last=t01999',
    ]);
  });

  it.each([400, 405, 422])(
    'are read in small pages from a registry that refuses large ones with %i',
    async (status) => {
      const { server, registry, names } = await start(250, { paging: { most: 100, excess: 'refuse' } });
      server.fail(({ query }) => (query.get('n') === '1000' ? { kind: 'status', status } : undefined));
      expect((await registry.tagNames(repository, newAsk()))?.names).toEqual(names);
      expect(server.lines().slice(0, 2)).toEqual([
        'GET /v2/team/app/tags/list?n=1000',
        'GET /v2/team/app/tags/list?n=100',
      ]);
    },
  );

  it('are read on over a page of nothing but digests', async () => {
    const { server, registry } = await start(0);
    const digest = `sha256:${'0'.repeat(64)}`;
    const pages: readonly (readonly [unknown, string | undefined])[] = [
      [['a'], '?last=1'],
      [[digest, null], '?last=2'],
      [[], '?last=3'],
      [['b'], undefined],
    ];
    server.fail((_, nth) => {
      const [tags, link] = pages[nth - 1] ?? [[], undefined];
      return [{ kind: 'tags', tags }, ...(link === undefined ? [] : [{ kind: 'link', value: link } as const])];
    });
    expect(await registry.tagNames(repository, newAsk())).toMatchObject({ names: ['a', 'b'], truncated: false });
  });

  it('are cut off, and said to be, at the most pages', async () => {
    const { server, registry, names } = await start(
      30,
      { paging: { most: 10, excess: 'clamp' } },
      { limits: { tagPages: 2 } },
    );
    expect(await registry.tagNames(repository, newAsk())).toMatchObject({ names: names.slice(0, 20), truncated: true });
    expect(server.requests).toHaveLength(2);
  });

  it('are cut off, and said to be, at the most names, even in one page', async () => {
    const { registry, names } = await start(30, {}, { limits: { tagNames: 25 } });
    expect(await registry.tagNames(repository, newAsk())).toMatchObject({ names: names.slice(0, 25), truncated: true });
    const { registry: paged } = await start(
      30,
      { paging: { most: 10, excess: 'clamp' } },
      { limits: { tagNames: 20 } },
    );
    expect(await paged.tagNames(repository, newAsk())).toMatchObject({ names: names.slice(0, 20), truncated: true });
  });

  it('are not cut off where there are just as many as are read', async () => {
    const { registry, names } = await start(30, {}, { limits: { tagNames: 30 } });
    expect(await registry.tagNames(repository, newAsk())).toMatchObject({ names, truncated: false });
  });

  it('are read from a registry that sends a million in one answer', async () => {
    const { server, registry } = await start(0);
    const tags = Array.from({ length: 1_000_000 }, (_, index) => index.toString(36));
    server.fail(always({ kind: 'tags', tags }));
    const found = await registry.tagNames(repository, newAsk());
    expect(found).toMatchObject({ truncated: true });
    expect(found?.names).toHaveLength(100_000);
  });
});

describe('A catalog', () => {
  it('is read page by page, what is no repository left out', async () => {
    const { server, registry } = await start(1);
    for (const name of ['a/one', 'b/two', 'c/three']) server.store.describe(name);
    const first = await registry.repositories?.({ size: 3 }, newAsk());
    expect(first?.repositories).toEqual(['a/one', 'b/two', 'c/three']);
    const second = await registry.repositories?.({ size: 3, token: first?.next }, newAsk());
    expect(second).toMatchObject({ repositories: ['team/app'], next: undefined });
    server.fail(always({ kind: 'status', status: 200, body: '{"repositories":["ok",null,"../no",5,"NO"]}' }));
    expect((await registry.repositories?.({ size: 3 }, newAsk()))?.repositories).toEqual(['ok']);
    server.fail(always({ kind: 'status', status: 200, body: '{"repositories":null}' }));
    expect((await registry.repositories?.({ size: 3 }, newAsk()))?.repositories).toEqual([]);
  });

  it.each([401, 403, 404, 405])('is undefined where the registry answers %i', async (status) => {
    const { server, registry } = await start(1);
    server.fail(always({ kind: 'status', status }));
    expect(await registry.repositories?.({ size: 3 }, newAsk())).toBeUndefined();
  });

  it('fails where the registry does, or links elsewhere', async () => {
    const { server, registry } = await start(1);
    const faults: readonly (readonly [Fault, string])[] = [
      [{ kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
      [{ kind: 'status', status: 400 }, 'UPSTREAM_INVALID'],
      [{ kind: 'html' }, 'UPSTREAM_INVALID'],
      [{ kind: 'status', status: 200, body: '{}' }, 'UPSTREAM_INVALID'],
      [{ kind: 'link', value: '/v2/team/app/tags/list?last=x' }, 'UPSTREAM_REDIRECT_REFUSED'],
    ];
    for (const [fault, code] of faults) {
      server.fail(always(fault));
      expect(await codeOf(registry.repositories?.({ size: 3 }, newAsk()) ?? Promise.resolve())).toBe(code);
    }
  });
});
