import { afterEach, describe, expect, it } from '@jest/globals';
import { Socket } from 'node:net';
import type { FaultRule } from '../support/faulty-registry.ts';
import { digestOf } from '../../demo/registry/store.ts';
import { linuxAmd64, linuxArm64, seed } from '../support/registry-seed.ts';
import { until } from '../transport/support/server.ts';
import { at, expectHealed, expectOnlyC, names, startStand, wholeOf, type Stand } from './stand.ts';

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
};
const c = `${names.c}/team/app`;

let stand: Stand;
afterEach(() => stand.end());

/** A rule for the manifests that are fetched, by HEAD or by GET. */
function manifests(method: 'HEAD' | 'GET', faults: FaultRule): FaultRule {
  return (request, nth) =>
    request.method === method && request.path.includes('/manifests/') ? faults(request, nth) : undefined;
}

describe('content that is not what its digest says', () => {
  it.each([
    ['a manifest', '/manifests/sha256:'],
    ['a configuration', '/blobs/'],
  ])('U08: is refused, and not remembered, where it is %s', async (_, part) => {
    stand = await startStand();
    stand.c.fail(({ path, method }) => (method === 'GET' && path.includes(part) ? { kind: 'wrong-bytes' } : undefined));
    for (let round = 0; round < 2; round += 1) {
      const { extensions } = expectOnlyC(await stand.askAll(), 'UPSTREAM_DIGEST_MISMATCH');
      expect(extensions['expected']).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(extensions['actual']).not.toBe(extensions['expected']);
    }
    await expectHealed(stand);
  });

  it.each([`sha256:${'1'.repeat(64)}`, 'sha256:../../../../admin'])(
    'U08: is refused where the registry names another digest than the bytes have: %s',
    async (other) => {
      stand = await startStand();
      stand.c.fail(manifests('GET', () => ({ kind: 'headers', set: { 'docker-content-digest': other } })));
      expectOnlyC(await stand.askAll(), 'UPSTREAM_DIGEST_MISMATCH');
      await expectHealed(stand);
    },
  );

  it('U08: is no image where the registry names the digest of nothing', async () => {
    stand = await startStand();
    const other = `sha256:${'1'.repeat(64)}`;
    stand.c.fail(manifests('HEAD', () => ({ kind: 'headers', set: { 'docker-content-digest': other } })));
    const asked = await stand.askAll();
    expect(asked.errors).toEqual([]);
    expect(asked.data).toEqual({ a: wholeOf('a'), b: wholeOf('b'), c: { config: null } });
  });

  it.each([
    ['no digest', { remove: ['docker-content-digest'] }],
    ['an empty digest', { set: { 'docker-content-digest': '' } }],
    ['a digest in another case', { set: { 'docker-content-digest': `SHA256:${'A'.repeat(64)}` } }],
    ['a digest of an algorithm that nobody knows', { set: { 'docker-content-digest': `blake3:${'0'.repeat(64)}` } }],
  ])('U08: is hashed here where the registry names %s', async (_, headers) => {
    stand = await startStand();
    stand.c.fail(({ path }) => (path.includes('/manifests/') ? { kind: 'headers', ...headers } : undefined));
    const asked = await stand.askAll('digest config { labels { key value } }');
    expect(asked.errors).toEqual([]);
    expect(asked.data).toMatchObject({ c: { digest: stand.c.store.manifest('team/app', '1')?.digest, config: {} } });
  });

  it('U08: is verified by SHA-512 too', async () => {
    stand = await startStand();
    const { bytes, mediaType } = stand.c.store.manifest('team/app', '1')!;
    const { digest } = stand.c.store.putManifest('team/app', mediaType, bytes, 'sha512');
    stand.c.store.tag('team/app', '1', digest, 0);
    stand.c.fail(manifests('GET', () => ({ kind: 'wrong-bytes' })));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_DIGEST_MISMATCH');
    stand.c.fail(undefined);
    const asked = await stand.askAll('digest config { labels { key value } }');
    expect(asked.errors).toEqual([]);
    expect(asked.data).toMatchObject({ c: { digest: digestOf(bytes, 'sha512'), config: {} } });
  });

  it('U08: is refused where a manifest names a digest that nobody can verify', async () => {
    stand = await startStand();
    const config = { mediaType: types.config, digest: `md5:${'0'.repeat(32)}`, size: 2 };
    seed(stand.c.store).raw('team/app', '1', types.manifest, {
      schemaVersion: 2,
      mediaType: types.manifest,
      config,
      layers: [],
    });
    expectOnlyC(await stand.askAll(), 'UPSTREAM_INVALID');
  });
});

describe('content that is too much', () => {
  it.each([
    ['64 MiB in chunks', { kind: 'huge', mebibytes: 64 } as const, 32],
    ['200 MiB in 200 KiB of gzip', { kind: 'gzip-bomb', mebibytes: 200 } as const, 1],
  ])('U09: %s is given up at the limit, and takes no room', async (_, fault, mebibytesSent) => {
    stand = await startStand({ config: { limits: { upstreamTimeout: '5s', operation: '10s' } } });
    const sockets: Socket[] = [];
    stand.c.fail(
      manifests('GET', ({ body }) => {
        if ('socket' in body && body.socket instanceof Socket) sockets.push(body.socket);
        return fault;
      }),
    );
    // Once without counting, since code and buffers that are used for the first time take room too.
    expectOnlyC(await stand.askAll(), 'UPSTREAM_TOO_LARGE');
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 5);
    const { extensions } = expectOnlyC(await stand.askAll(), 'UPSTREAM_TOO_LARGE');
    clearInterval(watch);
    expect(extensions['maxBytes']).toBe(4 * 1024 * 1024);
    expect(most).toBeLessThan(32 * 1024 * 1024);
    expect(sockets).toHaveLength(2);
    await until(() => sockets.every(({ destroyed }) => destroyed), 'the connections end');
    for (const { bytesWritten } of sockets) {
      expect(bytesWritten).toBeLessThan(mebibytesSent * 1024 * 1024);
    }
    await expectHealed(stand);
  });

  it('U09: a manifest that says that it is larger than is read is not read', async () => {
    stand = await startStand();
    seed(stand.c.store).raw('team/app', '1', types.manifest, Buffer.alloc(5 * 1024 * 1024, ' '));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_TOO_LARGE');
  });

  it('U09: a configuration that its manifest says is larger than is read is not asked for', async () => {
    stand = await startStand();
    const config = { mediaType: types.config, digest: `sha256:${'0'.repeat(64)}`, size: 5 * 1024 * 1024 };
    seed(stand.c.store).raw('team/app', '1', types.manifest, {
      schemaVersion: 2,
      mediaType: types.manifest,
      config,
      layers: [],
    });
    expectOnlyC(await stand.askAll(), 'UPSTREAM_TOO_LARGE');
    expect(stand.c.lines().filter((line) => line.includes('/blobs/'))).toEqual([]);
  });

  it('U09: an answer beyond what is sent is refused, and says how much it would be', async () => {
    stand = await startStand({ config: { limits: { responseBytes: '10KiB' } } });
    seed(stand.c.store).image('team/app', '1', { labels: { long: 'x'.repeat(20_000) } });
    const asked = await stand.ask(`{ c: image(reference: "${c}:1") { config { labels { value } } } }`);
    expect(asked).toMatchObject({
      status: 200,
      data: undefined,
      errors: [
        {
          extensions: {
            code: 'LIMIT_EXCEEDED',
            limit: 'responseBytes',
            max: 10_240,
            requestId: asked.headers.get('x-request-id'),
          },
        },
      ],
    });
    expect((await stand.askAll('digest')).errors).toEqual([]);
  });
});

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

  it('U11: as 10,000 images that never come ends in time, and holds up nobody else', async () => {
    stand = await startStand();
    const absent = Array.from({ length: 10_000 }, (_, number) => ({ mediaType: types.manifest, digest: digestOf(Buffer.from(String(number))), size: 100, platform: { os: 'linux', architecture: 'amd64' } }));
    seed(stand.c.store).raw('team/app', '1', types.index, { schemaVersion: 2, mediaType: types.index, manifests: absent });
    await stand.askAll('platforms { name }');
    stand.c.fail(({ path }) => (path.includes('/manifests/sha256:') ? { kind: 'hang' } : undefined));
    const hanging = stand.ask(`{ c: image(reference: "${c}:1") { platforms { image { config { user } } } } }`);
    const t0=performance.now(); const iv=setInterval(()=>console.log((performance.now()-t0)|0, stand.c.requests.length), 400);
    const beside = await stand.ask(`{ b: image(reference: "${names.b}/team/app:1") { config { labels { key value } } } }`);
    expect(beside).toMatchObject({ data: { b: wholeOf('b') }, errors: [] });
    expect(beside.ms).toBeLessThan(1_000);
    const asked = await hanging;
    clearInterval(iv); console.log(beside.ms, asked.ms, asked.text.length, asked.errors.length, stand.c.requests.length, new Set(asked.errors.map((e) => e.extensions.code + e.message)));
  }, 60_000);
});
