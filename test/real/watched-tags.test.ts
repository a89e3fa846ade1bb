import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.ts';
import type { TagEvent } from '../../src/domain/tag-event.ts';
import { createWatching, type Watching } from '../../src/events/watching.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { openCache } from '../../src/open-cache.ts';
import { openRegistries, type OpenRegistries } from '../../src/open-registries.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store, Work } from '../../src/store/store.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { outside } from '../support/gateway.ts';
import { pushImage } from '../support/pushed-images.ts';
import { registryEntry } from '../support/registry-entry.ts';
import { remove } from '../support/skopeo.ts';

let registry: DockerRegistry;
let opened: OpenRegistries;
let store: Store;
let watching: Watching;
const log: string[] = [];
const digests: string[] = [];

beforeAll(async () => {
  registry = await startDockerRegistry();
  const { host } = registry;
  for (const tag of ['1', '2']) digests.push(await pushImage({ host }, 'team/app', tag));
  const watch = { interval: '1s', repositories: ['team/*'] };
  const yaml = `access: { mode: open }\n${registryEntry(registry, { watch })}`;
  const loaded = loadConfig(yaml, { file: 'tributary.yaml', env: {} });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  const machine = outside({}, log);
  opened = openRegistries(config, machine, openCache(config.cache, machine.log));
  store = await openStore({ url: ':memory:' });
  watching = createWatching({
    watched: config.registries.flatMap(({ name, watch: how }) =>
      how === undefined ? [] : [{ registry: name, ...how }],
    ),
    store,
    clock: systemClock,
    log: machine.log,
    onMoved: () => undefined,
  });
  watching.start(opened.entries.map((entry) => entry.registry));
  await noted(({ note }) => note?.includes('"hasBaseline":true') === true);
}, 60_000);

afterAll(async () => {
  await watching.stop();
  await store.close();
  await opened.close();
  await registry.stop();
});

it('tells of a copy over a tag, of a new tag and of a removed one, each within its interval', async () => {
  const { host } = registry;
  expect(await events(0)).toEqual([]);

  const moved = await pushImage({ host }, 'team/app', '1', 'another');
  const { text, waited } = await timed(1);
  expect(text).toEqual([`MOVED 1 ${moved} after ${digests[0] ?? ''}`]);
  // The interval and a tenth, and a busy machine's time to look.
  expect(waited).toBeLessThan(5000);

  const created = await pushImage({ host }, 'team/app', '3');
  expect((await timed(2)).text.at(-1)).toBe(`CREATED 3 ${created} after nothing`);

  await remove({ host }, 'team/app:2');
  expect((await timed(3)).text.at(-1)).toBe(`DELETED 2 nothing after ${digests[1] ?? ''}`);
}, 60_000);

it('tells of nothing while the registry is down', async () => {
  const before = await events(3);
  await registry.stop();
  await noted(({ note }) => note?.includes('"failures":2') === true);
  expect(await events(3)).toEqual(before);
}, 60_000);

function short({ kind, subject, digest, previousDigest }: TagEvent): string {
  return `${kind} ${subject.tag} ${digest ?? 'nothing'} after ${previousDigest ?? 'nothing'}`;
}

/** The events of the log, once there are so many. */
async function events(count: number): Promise<readonly string[]> {
  for (;;) {
    const appended = new Promise<void>((resolve) => {
      const unlisten = store.log.onAppend(() => {
        unlisten();
        resolve();
      });
    });
    const { events: found } = await store.log.read({ order: 'OLDEST_FIRST', limit: 100 });
    if (found.length >= count) return found.map(short);
    await appended;
  }
}

async function timed(count: number): Promise<{ readonly text: readonly string[]; readonly waited: number }> {
  const from = performance.now();
  return { text: await events(count), waited: performance.now() - from };
}

/** Waits until the poll of the one watched repository has left such a note. */
async function noted(isSo: (work: Work) => boolean): Promise<void> {
  for (;;) {
    const works = await store.leases.list(`poll ${opened.entries[0]?.registry.name ?? ''}`);
    if (works.some(isSo)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
