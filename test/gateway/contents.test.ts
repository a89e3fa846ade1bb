import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../demo/registry/store.ts';
import { linuxAmd64, linuxArm64, seed } from '../support/registry-seed.ts';
import { at, expectOnlyC, names, startStand, times, wholeOf, type Stand } from './stand.ts';
import { types } from './types.ts';

const c = `${names.c}/team/app`;
let stand: Stand;
afterEach(() => stand.end());

describe('content that means harm', () => {
  const deep = (depth: number): Buffer =>
    Buffer.from(`{"schemaVersion":2,"a":${'['.repeat(depth)}${']'.repeat(depth)}}`);

  it.each([
    ['nested 100,000 deep', deep(100_000)],
    ['nested a million deep and cut off', Buffer.from('{"a":'.repeat(500_000))],
    ['with a name twice', Buffer.from('{"schemaVersion":2,"layers":[],"layers":[]}')],
    ['a manifest and an index at once', Buffer.from('{"schemaVersion":2,"config":{},"layers":[],"manifests":[]}')],
    ['a list', Buffer.from('[]')],
    ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])],
    ['its own prototype', Buffer.from('{"__proto__":{"schemaVersion":2,"config":{},"layers":[]}}')],
  ])('U11: as a manifest %s is refused', async (_, bytes) => {
    stand = await startStand();
    const { mediaType } = stand.c.store.manifest('team/app', '1')!;
    seed(stand.c.store).raw('team/app', '1', mediaType, bytes);
    expectOnlyC(await stand.askAll(), 'UPSTREAM_INVALID');
  });

  function withConfig(config: string): void {
    const bytes = Buffer.from(config);
    const digest = stand.c.store.putBlob('team/app', bytes);
    const descriptor = { mediaType: types.config, digest, size: bytes.length };
    seed(stand.c.store).raw('team/app', '1', types.manifest, {
      schemaVersion: 2,
      mediaType: types.manifest,
      config: descriptor,
      layers: [],
    });
  }

  it('U11: as a configuration nested 100,000 deep is refused', async () => {
    stand = await startStand();
    withConfig(deep(100_000).toString());
    expectOnlyC(await stand.askAll(), 'UPSTREAM_INVALID');
  });

  it('U11: as labels and annotations named like parts of JavaScript is plain text', async () => {
    stand = await startStand();
    withConfig(
      '{"os":"linux","architecture":"amd64","config":{"Labels":{"__proto__":"a","constructor":"b","toString":"c","hasOwnProperty":"d"},"Env":["__proto__=1"]}}',
    );
    const asked = await stand.askAll();
    expect(asked.errors).toEqual([]);
    expect(at(asked.data, 'c.config.labels')).toEqual([
      { key: '__proto__', value: 'a' },
      { key: 'constructor', value: 'b' },
      { key: 'toString', value: 'c' },
      { key: 'hasOwnProperty', value: 'd' },
    ]);
    const { data } = await stand.ask(`{ c: tag(reference: "${names.a}/team/app:1") { name } }`);
    expect(data).toEqual({ c: { name: '1' } });
    expect(Object.hasOwn(Object.prototype, 'a')).toBe(false);
  });

  it('U11: as labels with line breaks, escapes of terminals and a megabyte is the same text', async () => {
    stand = await startStand();
    const labels = {
      crlf: 'a\r\nset-cookie: x',
      ansi: '\u001b[2J\u001b]0;title\u0007',
      bidi: '\u202eevil',
      html: '<script>alert(1)</script>',
      nul: '\u0000',
      long: 'x'.repeat(1_000_000),
    };
    seed(stand.c.store).image('team/app', '1', { labels });
    const asked = await stand.askAll();
    expect(asked.errors).toEqual([]);
    expect(at(asked.data, 'c.config.labels')).toEqual(
      expect.arrayContaining(Object.entries(labels).map(([key, value]) => ({ key, value }))),
    );
    // What would steer a terminal is escaped in JSON, and no label is a header.
    expect(asked.text).not.toMatch(/[\u0000-\u001f\u007f](?!$)/);
    expect(asked.headers.get('content-type')).toMatch(/^application\/(?:graphql-response\+)?json/);
    expect(asked.headers.get('set-cookie')).toBeNull();
  });

  it('U11: as an index within itself cannot be, and one that says so is refused', async () => {
    stand = await startStand();
    const self = `sha256:${'a'.repeat(64)}`;
    const body = JSON.stringify({
      schemaVersion: 2,
      mediaType: types.index,
      manifests: [{ mediaType: types.index, digest: self, size: 100 }],
    });
    stand.c.fail(({ method }) => ({
      kind: 'status',
      status: 200,
      headers: { 'content-type': types.index, 'docker-content-digest': self },
      body: method === 'HEAD' ? '' : body,
    }));
    const asked = await stand.askAll('platforms { name }');
    expect(asked.errors).toMatchObject([
      { path: ['c', 'platforms'], extensions: { code: 'UPSTREAM_DIGEST_MISMATCH', registry: names.c } },
    ]);
    expect(stand.c.requests.length).toBeLessThanOrEqual(3);
  });

  it('U11: as indexes within indexes, deep and wide, is followed a little, and costs little', async () => {
    stand = await startStand();
    const { store } = stand.c;
    const image = seed(store).multi('team/app', undefined, [linuxAmd64, linuxArm64]);
    const putIndex = (tag: string | undefined, within: readonly { digest: string; bytes: Uint8Array }[]) =>
      seed(store).raw('team/app', tag, types.index, {
        schemaVersion: 2,
        mediaType: types.index,
        manifests: within.map(({ digest, bytes }) => ({ mediaType: types.index, digest, size: bytes.length })),
      });
    let nested = image;
    for (let depth = 0; depth < 20; depth += 1) nested = putIndex(depth === 19 ? 'deep' : undefined, [nested]);
    const deepAsked = await stand.ask(
      `{ c: image(reference: "${c}:deep") { platforms { name } } d: image(reference: "${c}:deep", platform: "linux/amd64") { digest } }`,
    );
    expect(deepAsked).toMatchObject({ data: { c: { platforms: [] }, d: null }, errors: [] });
    expect(stand.c.requests.length).toBeLessThanOrEqual(6);

    const absent = Array.from({ length: 2_000 }, (_, index) => ({
      digest: digestOf(Buffer.from(String(index))),
      bytes: Buffer.alloc(1),
    }));
    putIndex('wide', absent);
    const before = stand.c.requests.length;
    const wideAsked = await stand.ask(`{ c: image(reference: "${c}:wide") { platforms { name } } }`);
    expect(wideAsked.errors).toEqual([]);
    expect(stand.c.requests.length - before).toBeLessThanOrEqual(20);
  });

  it('U11: as 10,000 platforms is plain data; as one more it is refused', async () => {
    stand = await startStand({ config: { limits: { operation: '5s' } } });
    const { digest, bytes } = stand.c.store.manifest('team/app', '1')!;
    const index = (count: number) => ({
      schemaVersion: 2,
      mediaType: types.index,
      manifests: Array.from({ length: count }, (_, number) => ({
        mediaType: types.manifest,
        digest,
        size: bytes.length,
        platform: { os: 'linux', architecture: `cpu${number}` },
      })),
    });
    seed(stand.c.store).raw('team/app', '1', types.index, index(10_000));
    const asked = await stand.askAll('platforms { name digest }');
    expect(asked.errors).toEqual([]);
    expect(at(asked.data, 'c.platforms')).toHaveLength(10_000);
    expect(asked.ms).toBeLessThan(3_000);
    seed(stand.c.store).raw('team/app', '2', types.index, index(10_001));
    const more = await stand.ask(`{ c: image(reference: "${c}:2") { platforms { name } } }`);
    expect(more.errors).toMatchObject([
      { path: ['c', 'platforms'], extensions: { code: 'UPSTREAM_INVALID', registry: names.c } },
    ]);
  });

  it('U11: as 2,000 images that never come ends in time, each with its error, and holds up nobody else', async () => {
    stand = await startStand();
    const absent = Array.from({ length: 2_000 }, (_, number) => ({
      mediaType: types.manifest,
      digest: digestOf(Buffer.from(String(number))),
      size: 100,
      platform: { os: 'linux', architecture: 'amd64' },
    }));
    const index = { schemaVersion: 2, mediaType: types.index, manifests: absent };
    seed(stand.c.store).raw('team/app', '1', types.index, index);
    await stand.askAll('platforms { name }');
    const before = stand.c.requests.length;
    stand.c.fail(({ path }) => (path.includes('/manifests/sha256:') ? { kind: 'hang' } : undefined));
    const hanging = stand.ask(`{ c: image(reference: "${c}:1") { platforms { image { config { user } } } } }`);
    await stand.c.received(before + 32);
    const beside = await stand.ask(
      `{ b: image(reference: "${names.b}/team/app:1") { config { labels { key value } } } }`,
    );
    expect(beside).toMatchObject({ data: { b: wholeOf('b') }, errors: [] });
    const asked = await hanging;
    expect(asked.errors).toHaveLength(2_000);
    const codes = new Set(asked.errors.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(new Set(['UPSTREAM_TIMEOUT', 'UPSTREAM_UNAVAILABLE']));
    expect(asked.ms).toBeLessThan(times.operation + 1_500);
    // The first ones hang until their time is up. Of those that follow, the ten whose failures open the breaker may be sent.
    expect(stand.c.requests.length).toBeGreaterThanOrEqual(before + 32);
    expect(stand.c.requests.length).toBeLessThanOrEqual(before + 32 + 10);
  });
});
