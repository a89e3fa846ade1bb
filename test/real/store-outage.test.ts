import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { startSharedRegistry, type SharedRegistry } from '../support/shared-registry.ts';
import { startStreamGateway, type StreamGateway } from '../support/stream-gateway.ts';

const name = 'registry.example';
let postgres: Postgres;
let registry: SharedRegistry;
let gateway: StreamGateway;
let first: string;

beforeAll(async () => {
  postgres = await startPostgres();
  registry = await startSharedRegistry();
  first = registry.move('team/app', '1', 'first');
  registry.move('team/other', '1', 'other');
  gateway = await startStreamGateway({
    registries: [{ name, url: registry.url, watch: { interval: '1s', repositories: ['team/app'] } }],
    storeUrl: await postgres.createDatabase(),
  });
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  await registry.close();
  await postgres.stop();
});

it.each(['fast', 'immediate'] as const)(
  'F08: while the store is down (stopped: %s) images are read, nothing is written or told, and then all goes on',
  async (mode) => {
    const image = (repository: string) =>
      gateway.data(`{ image(reference: "${name}/${repository}:1") { digest layers { digest } } }`);
    const prod = `${mode}:prod`;
    await gateway.follow(prod, `${name}/team/app:1`);
    const tags = await gateway.listen('tagEvents');
    const streamTags = await gateway.listen('imageStreamTagEvents', { filter: { imageStream: mode } });
    await image('team/app');
    const before = first;

    await postgres.halt(mode);
    first = registry.move('team/app', '1', `while it is down: ${mode}`);
    const unseen = await image('team/other');
    expect(unseen).toMatchObject({ image: { digest: expect.stringMatching(/^sha256:/) } });
    expect(await image('team/app')).toMatchObject({ image: { digest: expect.any(String) } });
    for (const to of [prod, 'other:prod']) {
      const refused = await gateway.point(to, `${name}/team/other:1`);
      expect(refused.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    }
    const known = await gateway.ask(`{ imageStreamTag(namespace: "shop", name: "${prod}") { digest } }`);
    expect(known).toMatchObject({
      data: { imageStreamTag: null },
      errors: [{ extensions: { code: 'UNAVAILABLE' } }],
    });
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
    expect([...tags.told, ...streamTags.told]).toEqual([]);

    await postgres.resume();
    const change = { kind: 'MOVED', digest: first, previousDigest: before, cause: 'POLL' };
    expect((await tags.heard(1))[0]).toMatchObject(change);
    expect((await streamTags.heard(1))[0]).toMatchObject({ ...change, revision: 2 });
    expect(await gateway.point(prod, `${name}/team/other:1`)).toMatchObject({
      data: { tagImageStream: { imports: [{ state: 'IMPORTED' }] } },
    });
    expect((await streamTags.heard(2))[1]).toMatchObject({ kind: 'MOVED', revision: 3, cause: 'MUTATION' });
    await Promise.all([tags.close(), streamTags.close()]);
  },
  60_000,
);
