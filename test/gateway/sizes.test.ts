import { afterEach, describe, expect, it } from '@jest/globals';
import { Socket } from 'node:net';
import { createFaultyRegistry, type FaultRule } from '../support/faulty-registry.ts';
import { seed } from '../support/registry-seed.ts';
import { until } from '../transport/support/server.ts';
import { expectHealed, expectOnlyC, names, startStand, type Stand } from './stand.ts';
import { types } from './types.ts';

const c = `${names.c}/team/app`;
let stand: Stand;
afterEach(() => stand.end());

/** A rule for the manifests that are fetched, by HEAD or by GET. */
function manifests(method: 'HEAD' | 'GET', faults: FaultRule): FaultRule {
  return (request, nth) =>
    request.method === method && request.path.includes('/manifests/') ? faults(request, nth) : undefined;
}

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

  it('U09: a manifest and a configuration may be as long as the limit, and not a byte longer', async () => {
    const probe = await createFaultyRegistry();
    const { bytes } = seed(probe.store).image('team/app', '1', { labels: { from: names.c } });
    await probe.close();
    const sizes = {
      manifestBytes: bytes.length,
      blobBytes: (JSON.parse(Buffer.from(bytes).toString('utf8')) as { readonly config: { readonly size: number } })
        .config.size,
    };
    const query = `{ image(reference: "${c}:1") { config { user } } }`;
    stand = await startStand({ config: { limits: sizes } });
    expect((await stand.ask(query)).errors).toEqual([]);
    for (const [limit, size] of Object.entries(sizes)) {
      await stand.end();
      stand = await startStand({ config: { limits: { [limit]: size - 1 } } });
      expect((await stand.ask(query)).errors).toMatchObject([
        { extensions: { code: 'UPSTREAM_TOO_LARGE', maxBytes: size - 1 } },
      ]);
    }
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
