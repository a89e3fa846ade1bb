import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { startSharedRegistry, type Seen, type SharedRegistry } from '../support/shared-registry.ts';
import { startStreamGateway, until, type StreamGateway } from '../support/stream-gateway.ts';

/** Two gateways over one database of PostgreSQL share the work of looking for changes. */
const name = 'registry.example';
const secret = 'of the tests';
const interval = 1000;
const repositories = Array.from({ length: 20 }, (_, index) => `team/app-${index}`);

let postgres: Postgres;
let registry: SharedRegistry;
let folder: string;
let gateways: StreamGateway[];

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterAll(async () => {
  await postgres.stop();
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-shared-polls-'));
  registry = await startSharedRegistry();
  gateways = [];
});

afterEach(async () => {
  for (const gateway of gateways) await gateway.stop();
  await registry.close();
  rmSync(folder, { recursive: true });
}, 30_000);

/** Starts two gateways, which tell the registry who they are: `first` and `second`. */
async function startBoth(watched: readonly string[]): Promise<readonly [StreamGateway, StreamGateway]> {
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, secret);
  const watch = { interval: `${interval}ms`, repositories: watched };
  const storeUrl = await postgres.createDatabase();
  const start = async (userAgent: string): Promise<StreamGateway> => {
    const gateway = await startStreamGateway({
      registries: [{ name, url: registry.url, watch, webhook: { format: 'distribution', secretFile } }],
      stream: { schedule: '1s' },
      storeUrl,
      change: (outside) => ({ ...outside, userAgent }),
    });
    gateways.push(gateway);
    return gateway;
  };
  return [await start('first'), await start('second')];
}

/** The looks at a watched repository, since some of them. */
function looksAt(repository: string, since = 0): readonly Seen[] {
  return registry.seen.filter(({ path, at }) => at >= since && path === `/v2/${repository}/tags/list`);
}

function heads(repository: string, userAgent: string, since: number): number {
  return registry.seen.filter(
    (seen) =>
      seen.at >= since && seen.method === 'HEAD' && seen.userAgent === userAgent && seen.path.includes(repository),
  ).length;
}

it('each repository is looked at by one of them at a time, and by the other when one has stopped', async () => {
  for (const repository of repositories) registry.move(repository, '1', 'first');
  const [first, second] = await startBoth(repositories);
  const byBoth = (): boolean => new Set(registry.seen.map(({ userAgent }) => userAgent)).size === 2;
  await until(() => byBoth() && repositories.every((each) => looksAt(each).length >= 4), 'some rounds by both');
  for (const repository of repositories) {
    const looks = looksAt(repository);
    const apart = looks.slice(1).map(({ at }, index) => at - (looks[index]?.at ?? 0));
    // The next look is due a tenth less than the interval after the last has ended, whoever has its turn.
    expect(Math.min(...apart)).toBeGreaterThan(0.85 * interval);
  }

  const listener = await second.listen('tagEvents');
  await first.stop();
  const since = performance.now();
  await until(() => repositories.every((each) => looksAt(each, since).length >= 2), 'rounds by the other one');
  expect(new Set(registry.seen.filter(({ at }) => at >= since).map(({ userAgent }) => userAgent))).toEqual(
    new Set(['second']),
  );
  const digest = registry.move(repositories[7] ?? '', '1', 'second');
  expect((await listener.heard(1))[0]).toMatchObject({ kind: 'MOVED', digest, cause: 'POLL', revision: 1 });
  await listener.close();
}, 60_000);

it('each scheduled import is done by one of them, and by the other when one has stopped', async () => {
  const streams = Array.from({ length: 6 }, (_, index) => `own/app-${index}`);
  for (const repository of streams) registry.move(repository, '1', 'first');
  const [first, second] = await startBoth([]);
  for (const [index, repository] of streams.entries())
    await first.follow(`app-${index}:prod`, `${name}/${repository}:1`);
  const from = performance.now();
  const done = (repository: string): number => heads(repository, 'first', from) + heads(repository, 'second', from);
  await until(() => streams.every((each) => done(each) >= 2), 'some rounds of imports');
  const rounds = (performance.now() - from) / (0.85 * interval);
  for (const repository of streams) expect(done(repository)).toBeLessThanOrEqual(Math.ceil(rounds) + 1);

  const listener = await second.listen('imageStreamTagEvents');
  await first.stop();
  const digests = streams.map((repository) => registry.move(repository, '1', 'second'));
  const told = await listener.heard(streams.length);
  expect(new Set(told.map(({ digest }) => digest))).toEqual(new Set(digests));
  for (const event of told) expect(event).toMatchObject({ kind: 'MOVED', cause: 'IMPORT', revision: 2 });
  await listener.close();
}, 60_000);

/** What Docker's registry sends when a tag is pushed. */
async function notify(gateway: StreamGateway, digests: readonly string[]): Promise<void> {
  const events = digests.map((digest) => ({ action: 'push', target: { repository: 'team/app-0', tag: '1', digest } }));
  const response = await fetch(`${gateway.url}/webhooks/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/vnd.docker.distribution.events.v1+json',
      authorization: `Bearer ${secret}`,
    },
    body: JSON.stringify({ events }),
  });
  await response.arrayBuffer();
  expect(response.ok).toBe(true);
}

it('F12: one change that webhooks tell both of, again and again and in any order, and polls find, is one event', async () => {
  const old = registry.move('team/app-0', '1', 'first');
  const both = await startBoth(['team/app-0']);
  await until(() => looksAt('team/app-0').length >= 2, 'the first look');
  const listeners = await Promise.all(both.map((gateway) => gateway.listen('tagEvents')));
  await both[0].follow('app:prod', `${name}/team/app-0:1`);
  const streams = await Promise.all(both.map((gateway) => gateway.listen('imageStreamTagEvents')));

  const changes = 2;
  let before = old;
  for (let round = 1; round <= changes; round += 1) {
    const digest = registry.move('team/app-0', '1', `round ${round}`);
    const orders = [[before, digest], [digest, before], [digest], [digest, digest], [before]];
    const since = performance.now();
    await Promise.all(orders.flatMap((order) => both.map((gateway) => notify(gateway, order))));
    await until(() => looksAt('team/app-0', since).length >= 3, 'polls after the change');
    await notify(both[round % 2] ?? both[0], [before]);
    for (const listener of [...listeners, ...streams]) {
      expect((await listener.heard(round)).at(-1)).toMatchObject({ kind: 'MOVED', digest, previousDigest: before });
    }
    before = digest;
  }
  // A second event would have come before that of another change.
  for (const listener of listeners) expect(listener.told.map(({ revision }) => revision)).toEqual([1, 2]);
  for (const listener of streams) expect(listener.told.map(({ revision }) => revision)).toEqual([2, 3]);
  await Promise.all([...listeners, ...streams].map((listener) => listener.close()));
}, 60_000);
