import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createMemory } from '../../src/cache/memory.ts';
import { remember } from '../../src/cache/remember.ts';
import type { ImageStreamKey } from '../../src/domain/image-stream.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { vendors } from '../../src/registries/index.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { createLocalSource, type LocalSource } from '../../src/stream-sources/local/local-source.ts';
import { openSetup, type OpenSetup } from '../registries/open-registry.ts';
import { anImport, at, how, wanted } from '../stream-sources/local/stand.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { pushImage } from '../support/pushed-images.ts';

const app: ImageStreamKey = { source: 'local', namespace: 'shop', name: 'app' };

let upstream: DockerRegistry;
let setup: OpenSetup;
let store: Store;
let source: LocalSource;

beforeAll(async () => {
  upstream = await startDockerRegistry();
  setup = openSetup({ url: upstream.url });
  const registry = remember(vendors.oci(setup.setup), {
    memory: createMemory(1024 * 1024),
    tagTtl: 60_000,
    maxStale: 86_400_000,
    now: Date.now,
  });
  store = await openStore({ url: ':memory:' });
  const find = (name: string) => (name === registry.name ? registry : undefined);
  source = createLocalSource({ name: 'local', store, find, clock: systemClock, log: { warn: () => undefined } });
  source.start();
}, 30_000);

afterAll(async () => {
  await source.stop();
  await store.close();
  await setup.close();
  await upstream.stop();
});

it('follows a tag that skopeo pushes to, through an outage of its registry, and back', async () => {
  const from = 'registry.example/team/app:1';
  const push = (content: string) => pushImage({ host: upstream.host }, 'team/app', '1', content);
  const first = await push('first');
  await source.writes.tag([at('prod')], wanted(from, { scheduled: true }), how());

  const second = await push('second');
  expect(second).not.toBe(first);
  const importProd = async () => (await source.writes.import(app, anImport({ tag: 'prod' }), how())).imports[0];
  expect(await importProd()).toEqual({ tag: 'prod', state: 'IMPORTED', digest: second });

  await upstream.stop();
  expect(await importProd()).toMatchObject({ state: 'FAILED', error: { code: 'UPSTREAM_UNAVAILABLE' } });
  const [failing] = await store.imageStreams.get([app]);
  expect(failing?.tags.get('prod')).toMatchObject({
    history: [{ digest: second }, { digest: first }],
    conditions: [{ type: 'ImportSuccess', status: 'False', reason: 'UPSTREAM_UNAVAILABLE' }],
  });

  upstream = await startDockerRegistry({ port: upstream.port });
  expect(await push('second')).toBe(second);
  // Which had kept failing is not asked for a while.
  const recovered = async () => (await importProd())?.state === 'UNCHANGED';
  while (!(await recovered())) await new Promise((resolve) => setImmediate(resolve));

  await source.writes.rollBack(at('prod'), undefined, how());
  const { events } = await store.log.read({ order: 'OLDEST_FIRST', limit: 20 });
  expect(events).toMatchObject([
    { kind: 'CREATED', digest: first, previousDigest: undefined, revision: 1, cause: 'MUTATION' },
    { kind: 'MOVED', digest: second, previousDigest: first, revision: 2, cause: 'IMPORT' },
    { kind: 'IMPORT_FAILED', digest: second, revision: 3 },
    { kind: 'IMPORT_RECOVERED', digest: second, revision: 4 },
    { kind: 'ROLLED_BACK', digest: first, previousDigest: second, revision: 5, cause: 'MUTATION' },
  ]);
}, 60_000);
