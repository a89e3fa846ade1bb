import { afterEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../demo/registry/store.ts';
import type { FaultRule } from '../support/faulty-registry.ts';
import { seed } from '../support/registry-seed.ts';
import { expectHealed, expectOnlyC, startStand, wholeOf, type Stand } from './stand.ts';
import { types } from './types.ts';

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
