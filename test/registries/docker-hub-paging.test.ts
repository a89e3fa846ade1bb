import { afterEach, describe, expect, it } from '@jest/globals';
import { dockerHubPersona } from '../../demo/index.ts';
import { parseRepositoryName } from '../../src/domain/reference.ts';
import type { ListedTag, Registry } from '../../src/domain/registry.ts';
import { createDockerHub } from '../../src/registries/docker-hub/index.ts';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import type { Fault } from '../support/registry-faults.ts';
import { seed } from '../support/registry-seed.ts';
import { codeOf, newAsk, openRegistry, type WayOut } from './open-registry.ts';

const repository = parseRepositoryName('team/app');

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

function hubOver(server: FaultyRegistry, way: Partial<WayOut> = {}): Registry {
  const { registry, close } = openRegistry(createDockerHub, { url: server.url, ...way });
  open.push(close);
  return registry;
}

/** A repository with so many tags, whose names are in another order than their dates. */
async function start(
  tags: number,
  anonymousOffset?: number,
  way?: Partial<WayOut>,
): Promise<{ readonly server: FaultyRegistry; readonly hub: Registry; readonly newestFirst: readonly string[] }> {
  const server = await createFaultyRegistry({
    ...dockerHubPersona,
    hub: anonymousOffset === undefined ? {} : { anonymousOffset },
  });
  open.push(() => server.close());
  const { digest } = seed(server.store).image('team/app', undefined);
  const names = Array.from({ length: tags }, (_, index) => `t${String((index * 7919) % 9973).padStart(4, '0')}`);
  for (const [index, name] of names.entries())
    server.store.tag('team/app', name, digest, Date.UTC(2026, 0, 1) - index * 1000);
  return { server, hub: hubOver(server, way), newestFirst: names };
}

async function readAll(
  hub: Registry,
  size: number | ((page: number) => number),
  from?: string,
): Promise<readonly ListedTag[]> {
  const found: ListedTag[] = [];
  let token = from;
  for (let page = 0; page < 1000; page += 1) {
    const wanted = typeof size === 'number' ? size : size(page);
    const answer = await hub.tags(repository, { size: wanted, token }, newAsk());
    if (answer === undefined) throw new Error('the repository is gone');
    expect(answer.tags.length).toBeLessThanOrEqual(wanted);
    found.push(...answer.tags);
    token = answer.next;
    if (token === undefined) return found;
  }
  throw new Error('the list has no end');
}

function onHub(fault: Fault): (request: { readonly path: string }) => Fault | undefined {
  return ({ path }) => (path.startsWith('/v2/namespaces/') ? fault : undefined);
}

function hubLines(server: FaultyRegistry, from = 0): readonly string[] {
  return server.lines(from).filter((line) => line.includes('/namespaces/'));
}

function namesOf(tags: readonly ListedTag[]): readonly string[] {
  return tags.map(({ name }) => name);
}

describe('Paging through the tags of Docker Hub', () => {
  it('shows all, newest first, one request a page', async () => {
    const { server, hub, newestFirst } = await start(230);
    expect(namesOf(await readAll(hub, 50))).toEqual(newestFirst);
    expect(server.requests).toHaveLength(5);
  });

  it('gives the same order by date', async () => {
    const { hub, newestFirst } = await start(12);
    const page = await hub.tags(repository, { size: 10, byDate: true }, newAsk());
    expect(namesOf(page?.tags ?? [])).toEqual(newestFirst.slice(0, 10));
  });

  it('loses and repeats none where the size of pages changes on the way', async () => {
    const { hub, newestFirst } = await start(173);
    expect(namesOf(await readAll(hub, (page) => [20, 50, 7, 100, 33][page % 5] ?? 1))).toEqual(newestFirst);
  });

  it('never goes where `next` points, only to the next page of the same list', async () => {
    const { server, hub } = await start(3);
    const body = JSON.stringify({ count: 9, next: 'https://evil.example/v2/', results: [{ name: 'one' }] });
    server.fail(onHub({ kind: 'status', status: 200, body }));
    const page = await hub.tags(repository, { size: 1 }, newAsk());
    await hub.tags(repository, { size: 1, token: page?.next }, newAsk());
    expect(hubLines(server)).toEqual([
      'GET /v2/namespaces/team/repositories/app/tags?page=1&page_size=1&ordering=last_updated',
      'GET /v2/namespaces/team/repositories/app/tags?page=2&page_size=1&ordering=last_updated',
    ]);
  });

  it('ends at a page without tags, whatever `next` says, and at one that is gone', async () => {
    const { server, hub } = await start(3);
    server.fail(onHub({ kind: 'status', status: 200, body: '{"count":9,"next":"more","results":[]}' }));
    expect(await hub.tags(repository, { size: 1 }, newAsk())).toMatchObject({ tags: [], next: undefined });
    server.fail(undefined);
    expect(await hub.tags(repository, { size: 2, token: 'hub:40' }, newAsk())).toMatchObject({
      tags: [],
      next: undefined,
    });
  });

  it('refuses a cursor that it has not made', async () => {
    const { server, hub } = await start(3);
    const tokens = ['', 'hub:', 'hub:-1', 'hub:1e3', 'hub:1:2', 'hub:9999999999', 'protocol:1', 'protocol:0:0:', 'x:1'];
    for (const token of [
      ...tokens,
      'protocol:0:101:',
      'protocol:0:10:../x',
      'protocol:0:10:a:b',
      '/v2/team/app/tags/list',
    ]) {
      expect([token, await codeOf(hub.tags(repository, { size: 10, token }, newAsk()))]).toEqual([
        token,
        'CURSOR_INVALID',
      ]);
    }
    expect(server.requests).toHaveLength(0);
  });
});

describe('Where Docker Hub lets nobody page on', () => {
  it.each([
    [100, 20],
    [100, 100],
    [100, 30],
    [130, 20],
    [101, 1],
    [150, 60],
  ])('goes on by names after %i tags in pages of %i, and shows each tag once', async (offset, size) => {
    const { hub, newestFirst } = await start(260, offset);
    const found = await readAll(hub, size);
    const shown = found.filter(({ details }) => details !== undefined);
    expect(shown.length).toBeGreaterThanOrEqual(offset);
    expect(namesOf(shown)).toEqual(newestFirst.slice(0, shown.length));
    expect(namesOf(found.slice(shown.length))).toEqual(newestFirst.slice(shown.length).toSorted());
  });

  it('asks the Hub again for what it showed, and the registry for names, once for all pages that follow', async () => {
    const { server, hub } = await start(260, 200);
    const second = await hub.tags(repository, { size: 100, token: 'hub:100' }, newAsk());
    const seam = server.requests.length;
    const third = await hub.tags(repository, { size: 20, token: second?.next }, newAsk());
    expect(third?.total).toBe(260);
    expect(hubLines(server, seam)).toHaveLength(3);
    expect(
      server
        .lines(seam)
        .filter((line) => line.includes('/tags/list'))
        .at(-1),
    ).toBe('GET /v2/team/app/tags/list?n=1000');
    const sent = server.requests.length;
    const rest = await readAll(hub, 20, third?.next);
    expect(rest).toHaveLength(40);
    expect(server.requests).toHaveLength(sent);
  });

  it('goes on from a cursor after a restart', async () => {
    const { server, hub, newestFirst } = await start(260, 100);
    const seen = new Set<string>();
    let pages = 0;
    let token: string | undefined;
    let reader = hub;
    do {
      const page = await reader.tags(repository, { size: 40, token }, newAsk());
      for (const { name } of page?.tags ?? []) {
        expect(seen.has(name)).toBe(false);
        seen.add(name);
      }
      token = page?.next;
      reader = hubOver(server);
      pages += 1;
    } while (token !== undefined && pages < 100);
    expect([...seen].toSorted()).toEqual(newestFirst.toSorted());
  });

  it('says so where the registry lists no more names than are read', async () => {
    const { hub } = await start(260, 100, { limits: { tagNames: 150 } });
    const found: string[] = [];
    const reading = (async (): Promise<void> => {
      let pages = 0;
      let token: string | undefined;
      do {
        const page = await hub.tags(repository, { size: 100, token }, newAsk());
        found.push(...namesOf(page?.tags ?? []));
        token = page?.next;
        pages += 1;
      } while (token !== undefined && pages < 100);
    })();
    expect(await codeOf(reading)).toBe('UPSTREAM_TOO_LARGE');
    expect(new Set(found).size).toBe(found.length);
  });

  it('says what to do instead where it would take very many requests', async () => {
    const { hub } = await start(10, 5);
    expect(await codeOf(hub.tags(repository, { size: 100, token: 'hub:5000' }, newAsk()))).toBe('UNSUPPORTED');
  });
});

describe('Where the Hub has nothing to say', () => {
  const faults: readonly Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 403, body: '{"message":"pagination offset too large for anonymous requests"}' },
    { kind: 'status', status: 401 },
    { kind: 'status', status: 400 },
    { kind: 'rate-limited', retryAfter: '30' },
    { kind: 'html' },
    { kind: 'garbage' },
    { kind: 'reset' },
    { kind: 'hang' },
    { kind: 'redirect', location: 'http://127.0.0.2:1/' },
  ];

  it.each(faults)('lists by names where the Hub fails by $kind $status', async (fault) => {
    const { server, hub, newestFirst } = await start(45, undefined, { timeoutMs: 300 });
    server.fail(onHub(fault));
    const first = await hub.tags(repository, { size: 20 }, newAsk());
    expect(first?.total).toBe(45);
    // The Hub is back, but the list that was begun goes on.
    server.fail(undefined);
    const rest = await readAll(hub, 20, first?.next);
    expect([...(first?.tags ?? []), ...rest]).toEqual(newestFirst.toSorted().map((name) => ({ name })));
  });

  it('fails by date, since names tell nothing about dates', async () => {
    const { server, hub } = await start(5);
    server.fail(onHub({ kind: 'status', status: 500 }));
    const asking = hub.tags(repository, { size: 20, byDate: true }, newAsk());
    expect(await codeOf(asking)).toBe('UPSTREAM_UNAVAILABLE');
    expect(server.lines().filter((line) => line.includes('/tags/list'))).toEqual([]);
  });

  it('fails on a later page by anything but a refusal, so that asking again goes on', async () => {
    const { server, hub, newestFirst } = await start(45);
    const first = await hub.tags(repository, { size: 20 }, newAsk());
    server.fail(onHub({ kind: 'status', status: 500 }));
    const going = hub.tags(repository, { size: 20, token: first?.next }, newAsk());
    expect(await codeOf(going)).toBe('UPSTREAM_UNAVAILABLE');
    server.fail(undefined);
    expect(namesOf(await readAll(hub, 20, first?.next))).toEqual(newestFirst.slice(20));
  });

  it('lists a private repository by names, and not by date', async () => {
    const { server, hub } = await start(3);
    server.fail(onHub({ kind: 'status', status: 404, body: '{"message":"object not found","errinfo":{}}' }));
    expect((await hub.tags(repository, { size: 20 }, newAsk()))?.tags).toHaveLength(3);
    expect(await codeOf(hub.tags(repository, { size: 20, byDate: true }, newAsk()))).toBe('UNSUPPORTED');
  });

  it('finds no repository where neither the Hub nor the registry shows one', async () => {
    const { hub } = await start(3);
    const absent = parseRepositoryName('team/absent');
    expect(await hub.tags(absent, { size: 20 }, newAsk())).toBeUndefined();
    expect(await hub.tags(absent, { size: 20, byDate: true }, newAsk())).toBeUndefined();
  });

  it('does not ask the Hub for repositories of mirrors, whose names it does not have', async () => {
    const { server, hub } = await start(3);
    seed(server.store).image('cache/docker.io/library/nginx', 'latest');
    const page = await hub.tags(parseRepositoryName('cache/docker.io/library/nginx'), { size: 20 }, newAsk());
    expect(namesOf(page?.tags ?? [])).toEqual(['latest']);
    expect(hubLines(server)).toEqual([]);
  });

  it('rejects with the reason where the caller goes away, and asks nothing more', async () => {
    const { server, hub } = await start(3);
    server.fail(onHub({ kind: 'hang' }));
    const leaving = new AbortController();
    const asking = hub.tags(repository, { size: 20 }, newAsk(leaving.signal));
    await server.received(1);
    const reason = new Error('gone');
    leaving.abort(reason);
    await expect(asking).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });
});
