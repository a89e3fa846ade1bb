import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../support/faulty-registry.ts';
import { seed } from '../support/registry-seed.ts';
import { startServer, type TestServer } from '../transport/support/server.ts';
import { at, expectCoded, names, startStand, type Asked, type Stand } from './stand.ts';

let evil: TestServer;
let stand: Stand;

beforeEach(async () => {
  evil = await startServer((_request, response) => response.end('{"name":"team/app","tags":["evil"]}'));
});
afterEach(async () => {
  try {
    await stand.end();
  } finally {
    await evil.close();
  }
});

async function standWithTags(limits: Readonly<Record<string, unknown>> = {}): Promise<Stand> {
  const started = await startStand({ recorders: [evil], config: { limits } });
  for (const tag of ['2', '3', '4', '5']) seed(started.c.store).image('team/app', tag);
  seed(started.c.store).image('team/other', 'secret');
  return started;
}

/** Asks all for their tags, C in a way of its own. */
function askTags(args: string, after?: unknown): Promise<Asked> {
  const fields = Object.entries(names).map(
    ([key, name]) =>
      `${key}: repository(reference: "${name}/team/app") { tags${key === 'c' ? args : '(first: 1)'} { ${connection} } }`,
  );
  const variable = args.includes('$after') ? 'query ($after: Cursor) ' : '';
  return stand.ask(`${variable}{ ${fields.join(' ')} }`, after === undefined ? {} : { after });
}

const connection = 'truncated totalCount nodes { name } pageInfo { hasNextPage endCursor }';

function tagsOf(asked: Asked): readonly string[] {
  return (at(asked.data, 'c.tags.nodes') as { name: string }[]).map(({ name }) => name);
}

function expectOthers({ data }: Asked): void {
  const only = { tags: { nodes: [{ name: '1' }] } };
  expect(data).toMatchObject({ a: only, b: only });
}

const orders = [
  '(first: 1)',
  '(first: 1, filter: { name: "9*" })',
  '(first: 1, orderBy: { field: NAME })',
  '(first: 1, orderBy: { field: VERSION })',
];

describe('a registry whose next page is elsewhere', () => {
  const links: readonly (readonly [string, () => string])[] = [
    ['another server', () => `${evil.origin.origin}/v2/team/app/tags/list?n=1&last=1`],
    ['another server over https', () => `https://localhost:${evil.origin.port}/v2/team/app/tags/list?last=1`],
    ['another server without a scheme', () => `//localhost:${evil.origin.port}/v2/team/app/tags/list?last=1`],
    ['another server by backslashes', () => `\\\\localhost:${evil.origin.port}/v2/team/app/tags/list?last=1`],
    ['itself, with a user', () => `${stand.c.url.replace('//', '//user:password@')}/v2/team/app/tags/list?last=1`],
    ['another repository', () => '/v2/team/other/tags/list?last=1'],
    ['another repository by dots', () => '/v2/team/app/tags/../../other/tags/list?last=1'],
    ['another repository by escaped dots', () => '/v2/team/app/%2e%2e/other/tags/list?last=1'],
    ['another kind of list', () => '/v2/_catalog?last=1'],
    ['no server at all', () => 'http://[/v2/team/app/tags/list'],
  ];
  it.each(links)('U03: at %s is not followed there', async (_, link) => {
    stand = await standWithTags();
    for (const order of orders) {
      stand.c.fail(() => ({ kind: 'link', value: link() }));
      const asked = await askTags(order);
      expectCoded(asked, 'UPSTREAM_REDIRECT_REFUSED');
      expectOthers(asked);
    }
    expect(evil.connections()).toBe(0);
    expect(stand.c.lines().filter((line) => !line.startsWith('GET /v2/team/app/tags/list?n='))).toEqual([]);
    stand.c.fail(undefined);
    expect(tagsOf(await askTags('(first: 9)'))).toEqual(['1', '2', '3', '4', '5']);
  });

  it.each([
    ['a path', (last: string) => `/v2/team/app/tags/list?n=1&last=${last}`],
    ['a query', (last: string) => `?n=1&last=${last}`],
    ['a name beside it', (last: string) => `list?n=1&last=${last}`],
    ['a whole URL', (last: string) => `${stand.c.url}/v2/team/app/tags/list?n=1&last=${last}`],
  ])('U03: on the same list, as %s, is followed', async (_, link) => {
    stand = await standWithTags();
    stand.c.fail(({ query }) => {
      const next = Number(query.get('last') ?? 0) + 1;
      const tags: Fault = { kind: 'tags', tags: [String(next)] };
      return next < 5 ? [tags, { kind: 'link', value: link(String(next)) }] : tags;
    });
    const asked = await askTags('(first: 9, orderBy: { field: NAME })');
    expect(asked.errors).toEqual([]);
    expect(tagsOf(asked)).toEqual(['1', '2', '3', '4', '5']);
    const first = await askTags('(first: 1)');
    expect(tagsOf(first)).toEqual(['1']);
    const second = await askTags('(first: 1, after: $after)', at(first.data, 'c.tags.pageInfo.endCursor'));
    expect(tagsOf(second)).toEqual(['2']);
  });
});

describe('a registry whose list has no end', () => {
  /** A new tag on each page, and always another page. */
  const endless = (size: number): void => {
    let count = 0;
    stand.c.fail(() => [
      { kind: 'tags', tags: Array.from({ length: size }, () => `t${(count += 1)}`) },
      { kind: 'link', value: `?n=1&last=t${count}` },
    ]);
  };

  it('U04: since each page has a new tag, is read up to the pages allowed, and says so', async () => {
    stand = await standWithTags({ tagPages: 20 });
    endless(1);
    const asked = await askTags('(first: 100, orderBy: { field: NAME })');
    expect(asked.errors).toEqual([]);
    expect(tagsOf(asked)).toHaveLength(20);
    expect(asked.data).toMatchObject({ c: { tags: { truncated: true, totalCount: null } } });
    expectOthers(asked);
    expect(stand.c.lines().filter((line) => line.includes('tags/list'))).toHaveLength(20);
  });

  it('U04: since each page has many new tags, is read up to the tags allowed, and says so', async () => {
    stand = await standWithTags({ tagNames: 50 });
    endless(40);
    const asked = await askTags('(first: 100, orderBy: { field: VERSION })');
    expect(asked.errors).toEqual([]);
    expect(tagsOf(asked)).toHaveLength(50);
    expect(asked.data).toMatchObject({ c: { tags: { truncated: true, totalCount: null } } });
    expect(stand.c.lines().filter((line) => line.includes('tags/list'))).toHaveLength(2);
  });

  it('U04: and in which nothing is new, is found out', async () => {
    stand = await standWithTags();
    const faults: readonly Fault['kind'][] = ['endless-links', 'repeated-page'];
    for (const kind of faults) {
      const before = stand.c.requests.length;
      stand.c.fail(() =>
        kind === 'endless-links' ? [{ kind: 'tags', tags: ['1'] }, { kind }] : { kind: 'repeated-page' },
      );
      expectCoded(await askTags('(first: 1, orderBy: { field: NAME })'), 'UPSTREAM_INVALID');
      expect(stand.c.requests.length - before).toBeLessThanOrEqual(10);
    }
    stand.c.fail(undefined);
    expect(tagsOf(await askTags('(first: 9, orderBy: { field: NAME })'))).toEqual(['1', '2', '3', '4', '5']);
  });

  it('U04: is read a few pages at a time for a filter that nothing passes, and can be gone on with', async () => {
    stand = await standWithTags();
    endless(1);
    let after: unknown;
    for (let round = 1; round <= 3; round += 1) {
      const asked = await askTags('(first: 1, filter: { name: "none" }, after: $after)', after);
      expect({ round, errors: asked.errors.filter(({ path }) => path?.[0] === 'c') }).toEqual({ round, errors: [] });
      expect(at(asked.data, 'c.tags')).toMatchObject({ nodes: [], pageInfo: { hasNextPage: true } });
      expect(stand.c.lines().filter((line) => line.includes('tags/list')).length).toBeLessThanOrEqual(10 * round);
      after = at(asked.data, 'c.tags.pageInfo.endCursor');
    }
  });

  it('U04: repeats a page for whoever follows its links, and is found out', async () => {
    stand = await standWithTags();
    stand.c.fail(() => ({ kind: 'repeated-page' }));
    const first = await askTags('(first: 1)');
    expect(tagsOf(first)).toEqual(['1']);
    const second = await askTags('(first: 1, after: $after)', at(first.data, 'c.tags.pageInfo.endCursor'));
    expectCoded(second, 'UPSTREAM_INVALID');
  });

  it('U04: names a tag once in an answer, however often the registry does', async () => {
    stand = await standWithTags();
    stand.c.fail(({ query }) => {
      const page = Number(query.get('last') ?? 0);
      const tags: Fault = { kind: 'tags', tags: ['x', 'x', `y${page}`, 'x'] };
      return page < 4 ? [tags, { kind: 'link', value: `?last=${page + 1}` }] : tags;
    });
    expect(tagsOf(await askTags('(first: 100, orderBy: { field: NAME })'))).toEqual([
      'x',
      'y0',
      'y1',
      'y2',
      'y3',
      'y4',
    ]);
    expect(tagsOf(await askTags('(first: 100, filter: { name: "*" })'))).toEqual(['x', 'y0', 'y1', 'y2', 'y3', 'y4']);
  });

  it('U04: goes on after a page that is shorter than was asked for, and after an empty one', async () => {
    stand = await standWithTags();
    stand.c.fail(({ query }) => {
      const page = Number(query.get('last') ?? 0);
      const tags: Fault = { kind: 'tags', tags: page === 1 ? [] : [`y${page}`] };
      return page < 2 ? [tags, { kind: 'link', value: `?last=${page + 1}` }] : tags;
    });
    expect(tagsOf(await askTags('(first: 100, orderBy: { field: NAME })'))).toEqual(['y0', 'y2']);
    expect(tagsOf(await askTags('(first: 100)'))).toEqual(['y0', 'y2']);
  });

  it('U04: of 500,000 tags in one page is cut to 100,000, soon enough', async () => {
    stand = await standWithTags({ upstreamTimeout: '5s', operation: '10s' });
    const tags = Array.from({ length: 500_000 }, (_, index) => `v${500_000 - index}`);
    stand.c.fail(() => ({ kind: 'tags', tags }));
    const asked = await askTags('(first: 1, orderBy: { field: NAME })');
    expect(asked.errors).toEqual([]);
    expect(asked.data).toMatchObject({ c: { tags: { truncated: true, totalCount: null, nodes: [{}] } } });
    expectOthers(asked);
  });

  it('U04: of more bytes than are read for a page is not read', async () => {
    stand = await standWithTags({ tagPageBytes: '1MiB' });
    stand.c.fail(() => ({ kind: 'huge', mebibytes: 16 }));
    expectCoded(await askTags('(first: 1)'), 'UPSTREAM_TOO_LARGE');
    expectCoded(await askTags('(first: 1, orderBy: { field: NAME })'), 'UPSTREAM_TOO_LARGE');
  });
});
