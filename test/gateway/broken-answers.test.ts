import { afterEach, describe, expect, it } from '@jest/globals';
import type { Fault } from '../support/faulty-registry.ts';
import { at, expectCoded, expectHealed, expectOnlyC, names, startStand, type Stand } from './stand.ts';

let stand: Stand;
afterEach(() => stand.end());

/** What goes wrong, what it is called, and how often it is tried again. */
const broken: readonly (readonly [what: string, fault: Fault | readonly Fault[], code: string, retries: number])[] = [
  ['never answers', { kind: 'hang' }, 'UPSTREAM_TIMEOUT', 0],
  ['stops in the middle of an answer', { kind: 'hang-in-body' }, 'UPSTREAM_TIMEOUT', 0],
  ['sends a byte now and then', { kind: 'drip', everyMs: 50 }, 'UPSTREAM_TIMEOUT', 0],
  ['ends in the middle of an answer', { kind: 'truncate' }, 'UPSTREAM_UNAVAILABLE', 0],
  ['ends before an answer', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', 1],
  ['speaks no HTTP', { kind: 'raw', bytes: 'SSH-2.0-OpenSSH_9.9\r\n' }, 'UPSTREAM_INVALID', 0],
  [
    'sends a header without an end',
    { kind: 'raw', bytes: `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(200_000)}` },
    'UPSTREAM_INVALID',
    0,
  ],
  [
    'sends two lengths',
    { kind: 'raw', bytes: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}x' },
    'UPSTREAM_UNAVAILABLE',
    1,
  ],
  ['answers with a page to sign in', { kind: 'html' }, 'UPSTREAM_INVALID', 0],
  ['answers with no JSON', { kind: 'garbage' }, 'UPSTREAM_INVALID', 0],
  [
    'answers with {}',
    { kind: 'status', status: 200, headers: { 'content-type': 'application/json' }, body: '{}' },
    'UPSTREAM_INVALID',
    0,
  ],
  ['answers with nothing', { kind: 'status', status: 200 }, 'UPSTREAM_INVALID', 0],
  ['answers 204', { kind: 'status', status: 204 }, 'UPSTREAM_INVALID', 0],
  ['answers 206', { kind: 'status', status: 206, body: '{' }, 'UPSTREAM_INVALID', 0],
  ['answers 418', { kind: 'status', status: 418, body: '<html>teapot</html>' }, 'UPSTREAM_INVALID', 0],
  ['answers 999', { kind: 'status', status: 999 }, 'UPSTREAM_UNAVAILABLE', 0],
  [
    'compresses what is not compressed',
    { kind: 'headers', set: { 'content-encoding': 'gzip' } },
    'UPSTREAM_INVALID',
    0,
  ],
  [
    'compresses in a way that nobody knows',
    { kind: 'headers', set: { 'content-encoding': 'zstd, gzip, gzip, gzip, gzip, gzip' } },
    'UPSTREAM_INVALID',
    0,
  ],
];

/** A tag is resolved by HEAD, which most of these cannot break: so it is left without a digest, and read by GET. */
const noDigest: Fault = { kind: 'headers', remove: ['docker-content-digest'] };

describe('a registry that', () => {
  it.each(broken)(
    'U12: %s for a manifest fails alone, and nothing of it is remembered',
    async (_, fault, code, retries) => {
      stand = await startStand();
      let count = 0;
      stand.c.fail(({ method, path }) => {
        if (!path.includes('/manifests/')) return undefined;
        if (method === 'HEAD') return noDigest;
        count += 1;
        return fault;
      });
      expectOnlyC(await stand.askAll(), code);
      expect(count).toBe(1 + retries);
      await expectHealed(stand);
    },
  );

  it.each(broken)(
    'U12: %s for a configuration fails alone, and nothing of it is remembered',
    async (what, fault, code) => {
      stand = await startStand();
      stand.c.fail(({ path }) => (path.includes('/blobs/') ? fault : undefined));
      // Bytes that came whole, whatever they are, are known by their digest.
      const came = ['page', 'no JSON', '{}', 'with nothing'].some((part) => what.includes(part));
      expectOnlyC(await stand.askAll(), came ? 'UPSTREAM_DIGEST_MISMATCH' : code);
      await expectHealed(stand);
    },
  );

  it.each(broken)('U12: %s for a page of tags fails alone, and nothing of it is remembered', async (_, fault, code) => {
    stand = await startStand();
    const query = `{ ${Object.entries(names)
      .map(([key, name]) => `${key}: repository(reference: "${name}/team/app") { tags(first: 5) { nodes { name } } }`)
      .join(' ')} }`;
    stand.c.fail(({ path }) => (path.includes('/tags/') ? fault : undefined));
    const asked = await stand.ask(query);
    expectCoded(asked, code);
    const only = { tags: { nodes: [{ name: '1' }] } };
    expect(asked.data).toEqual({ a: only, b: only, c: { tags: null } });
    stand.c.fail(undefined);
    expect(await stand.ask(query)).toMatchObject({ data: { a: only, b: only, c: only }, errors: [] });
  });

  it('U12: says that a manifest is of another type than it is fails alone', async () => {
    stand = await startStand();
    const set = { 'content-type': 'application/vnd.oci.image.index.v1+json' };
    stand.c.fail(({ method }) => (method === 'GET' ? { kind: 'headers', set } : undefined));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_INVALID');
    await expectHealed(stand);
  });

  it('U12: lists what are no tags has those that are', async () => {
    stand = await startStand();
    stand.c.fail(() => ({
      kind: 'tags',
      tags: [
        'ok',
        null,
        1,
        '',
        '../../x',
        'a b',
        `sha256:${'0'.repeat(64)}`,
        'x'.repeat(129),
        { a: 1 },
        ['y'],
        '\u001b[2J',
      ],
    }));
    const asked = await stand.ask(
      `{ c: repository(reference: "${names.c}/team/app") { tags(orderBy: { field: NAME }) { totalCount nodes { name } } } }`,
    );
    expect(asked.errors).toEqual([]);
    expect(at(asked.data, 'c.tags')).toEqual({ totalCount: 1, nodes: [{ name: 'ok' }] });
  });

  it('U12: explains its failure at length, in escapes and with our credential, is quoted in one short line without them', async () => {
    stand = await startStand();
    const echo = (authorization = ''): string =>
      JSON.stringify({
        errors: [{ code: 'DENIED', message: `\u001b[31mno\r\n\u202e${authorization} <html> ${'x'.repeat(10_000)}` }],
      });
    stand.c.fail(({ headers, method }) =>
      headers.authorization === undefined || method === 'HEAD'
        ? undefined
        : {
            kind: 'status',
            status: 403,
            headers: { 'content-type': 'application/json' },
            body: echo(headers.authorization),
          },
    );
    const { message } = (await stand.askAll()).errors[0]!;
    expect(message).toContain('DENIED');
    expect(message).toMatch(/^[^\p{Cc}\u202e]{1,512}$/u);
    stand.c.fail(({ method }) =>
      method === 'HEAD'
        ? undefined
        : {
            kind: 'status',
            status: 418,
            headers: { 'content-type': 'application/json' },
            body: echo(),
          },
    );
    expect(expectOnlyC(await stand.askAll(), 'UPSTREAM_INVALID').message).toMatch(/^[^\p{Cc}\u202e]{1,512}$/u);
  });
});
