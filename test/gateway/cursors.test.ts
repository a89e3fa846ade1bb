import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { seed } from '../support/registry-seed.ts';
import { at, names, startStand, type Asked, type Stand } from './stand.ts';

const c = `${names.c}/team/app`;
const tags = (args: string, reference = c): string =>
  `query ($after: Cursor) { repository(reference: "${reference}") { tags(first: 1, after: $after${args}) { nodes { name } pageInfo { endCursor } } } }`;
const catalog = (name: string): string =>
  `query ($after: Cursor) { registry(name: "${name}") { repositories(first: 1, after: $after) { nodes { name } pageInfo { endCursor } } } }`;

describe('a cursor', () => {
  let stand: Stand;
  beforeEach(async () => {
    stand = await startStand({ config: { limits: { bodyBytes: '4MiB' } } });
    for (const registry of [stand.a, stand.c]) {
      for (const tag of ['2', '3', '4']) seed(registry.store).image('team/app', tag);
      seed(registry.store).image('team/other', '1');
    }
  });
  afterEach(() => stand.end());

  async function cursorOf(query: string): Promise<string> {
    const { data, errors } = await stand.ask(query);
    expect(errors).toEqual([]);
    const cursor =
      at(data, 'repository.tags.pageInfo.endCursor') ?? at(data, 'registry.repositories.pageInfo.endCursor');
    if (typeof cursor !== 'string') throw new Error('there is no next page');
    return cursor;
  }

  async function expectInvalid(query: string, after: string): Promise<Asked> {
    const before = stand.upstream();
    const asked = await stand.ask(query, { after });
    expect(asked.errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    expect(stand.upstream()).toBe(before);
    return asked;
  }

  it('B07: goes on where it was made', async () => {
    const after = await cursorOf(tags(''));
    const { data, errors } = await stand.ask(tags(''), { after });
    expect(errors).toEqual([]);
    expect(at(data, 'repository.tags.nodes.0.name')).toBe('2');
  });

  it('B07: cut short, lengthened, or with any bit changed, is refused, and nothing is asked', async () => {
    const good = await cursorOf(tags(''));
    const bytes = Buffer.from(good, 'base64url');
    for (const length of [0, 1, 11, 12, 27, 28, bytes.length - 1]) {
      await expectInvalid(tags(''), bytes.subarray(0, length).toString('base64url'));
    }
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      await expectInvalid(tags(''), flipped.toString('base64url'));
    }
    for (const text of [`${good}A`, `${good}=`, ` ${good}`, `${good}\n`, good.toUpperCase(), '{"size":1,"skip":0}']) {
      await expectInvalid(tags(''), text);
    }
  });

  it('B07: of another field, order, filter, repository, registry or process is refused, and nothing is asked', async () => {
    const good = await cursorOf(tags(''));
    await expectInvalid(catalog(names.c), good);
    await expectInvalid(tags('', `${names.c}/team/other`), good);
    await expectInvalid(tags('', `${names.a}/team/app`), good);
    await expectInvalid(tags(', filter: { name: "*" }'), good);
    await expectInvalid(tags(', filter: { includeArtifacts: true }'), good);
    await expectInvalid(tags(', orderBy: { field: NAME }'), good);
    await expectInvalid(
      tags(', orderBy: { field: NAME, direction: DESC }'),
      await cursorOf(tags(', orderBy: { field: NAME }')),
    );
    await expectInvalid(tags(', orderBy: { field: VERSION }'), await cursorOf(tags(', orderBy: { field: NAME }')));
    const repositories = await cursorOf(catalog(names.c));
    await expectInvalid(tags(''), repositories);
    await expectInvalid(catalog(names.a), repositories);
    const other = await startStand();
    try {
      for (const tag of ['2', '3']) seed(other.c.store).image('team/app', tag);
      const { data } = await other.ask(tags(''));
      await expectInvalid(tags(''), String(at(data, 'repository.tags.pageInfo.endCursor')));
    } finally {
      await other.end();
    }
  });

  it('B07: of a megabyte is refused in no time, as a variable and in the document', async () => {
    const long = 'A'.repeat(1_000_000);
    expect((await expectInvalid(tags(''), long)).ms).toBeLessThan(1_000);
    const literal = tags('').replace('query ($after: Cursor)', '').replace('$after', `"${long}"`);
    const asked = await stand.ask(literal);
    expect(asked.errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    expect(asked.text.length).toBeLessThan(2_000);
    expect(stand.upstream()).toBe(0);
  });

  it('B07: of no text at all is refused before anything runs', async () => {
    for (const after of [1, true, {}, [[]], { __proto__: null }]) {
      const asked = await stand.ask(tags(''), { after });
      expect(asked).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
    expect(stand.upstream()).toBe(0);
  });

  it('B07: of which a registry wants more than fits is a failure of that registry, not of ours', async () => {
    stand.c.fail(() => ({ kind: 'link', value: `?n=1&last=${'x'.repeat(8_000)}` }));
    const asked = await stand.ask(tags(''));
    expect(asked.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_INVALID', registry: names.c } }]);
  });
});
