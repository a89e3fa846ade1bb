import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../bench/soak/mortal-gateway.ts';
import type { Outside } from '../../src/open-registries.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startCommandLine } from '../support/command-line.ts';
import { dataOf } from '../support/gateway.ts';
import { listen, type Told } from '../support/listener.ts';
import { query, startPostgres, type Postgres } from '../support/postgres.ts';
import { startSharedRegistry, type SharedRegistry } from '../support/shared-registry.ts';
import { startStreamGateway, streamConfig, until, type StreamGateway } from '../support/stream-gateway.ts';

/** Two gateways over one database of PostgreSQL and one registry, as one service. */
const image = 'registry.example/team/app';
const images = 4;

let postgres: Postgres;
let registry: SharedRegistry;
let storeUrl: string;
const digests: string[] = [];
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  registry = await startSharedRegistry();
  for (let number = 0; number < images; number += 1) {
    digests.push(registry.move('team/app', String(number), `content ${number}`));
  }
}, 60_000);

afterAll(async () => {
  await registry.close();
  await postgres.stop();
});

beforeEach(async () => {
  storeUrl = await postgres.createDatabase();
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const options = (change?: (outside: Outside) => Outside) => ({
  registries: [{ name: 'registry.example', url: registry.url }],
  storeUrl,
  ...(change && { change }),
});

async function start(change?: (outside: Outside) => Outside): Promise<StreamGateway> {
  const gateway = await startStreamGateway(options(change));
  ends.push(gateway.stop);
  return gateway;
}

/** Points `app:prod` at the image of a number; the first of a round begins where the last ended. */
async function move(gateway: StreamGateway, number: number): Promise<void> {
  const answer = await gateway.point('app:prod', `${image}:${number % images}`);
  expect(answer).toMatchObject({ data: { tagImageStream: { imports: [{ state: 'IMPORTED' }], userErrors: [] } } });
}

const revisions = (told: readonly Told[]): unknown[] => told.map(({ revision }) => revision);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

it('what either of them writes, subscribers of both are told of, alike and in the same order', async () => {
  const both = [await start(), await start()];
  const listeners = await Promise.all(both.map((gateway) => gateway.listen('imageStreamTagEvents')));
  for (let number = 0; number < 8; number += 1) {
    const gateway = both[number % 2];
    if (gateway !== undefined) await move(gateway, number);
  }
  const [first, second] = await Promise.all(listeners.map((listener) => listener.heard(8)));
  expect(revisions(first ?? [])).toEqual(upTo(8));
  const plain = (told: readonly Told[] = []) => told.map(({ cursor: _, ...event }) => event);
  expect(plain(second)).toEqual(plain(first));
  await Promise.all(listeners.map((listener) => listener.close()));
}, 60_000);

it('an answer of one that is behind comes with a position after which nothing is missed', async () => {
  const ahead = await start();
  let paused: Promise<void> | undefined;
  let goOn = (): void => undefined;
  let reading: Promise<unknown> = Promise.resolve();
  const behind = await start((outside) => ({
    ...outside,
    openStore: async (how) => {
      const store = await openStore(how);
      const { log } = store;
      const read: typeof log.read = async (asked) => {
        await paused;
        const page = log.read(asked);
        reading = page;
        return page;
      };
      // The epoch of a store may change, and so is not copied.
      return Object.create(store, { log: { value: { ...log, read } } }) as typeof store;
    },
  }));
  await move(ahead, 0);
  const fields = 'asOf imageStreamTag(namespace: "shop", name: "app:prod") { digest revision }';
  const listener = await behind.listen('imageStreamTagEvents');
  await move(ahead, 1);
  await until(() => listener.told.at(-1)?.revision === 2, 'the second move');
  paused = new Promise((resolve) => (goOn = resolve));
  await reading;
  await move(ahead, 2);
  const caughtUp = await ahead.asOf();
  const { asOf, imageStreamTag } = (await behind.data(`{ ${fields} }`)) as {
    readonly asOf: string;
    readonly imageStreamTag: { readonly digest: string; readonly revision: number };
  };
  // It shows the move already, and yet stands before it.
  expect(imageStreamTag).toEqual({ digest: digests[2], revision: 3 });
  const resumed = await behind.listen('imageStreamTagEvents', { after: asOf });
  paused = undefined;
  goOn();
  await until(() => resumed.told.at(-1)?.revision === 3, 'the move that was shown already');
  expect(resumed.told.at(-1)).toMatchObject({
    kind: 'MOVED',
    digest: digests[2],
    previousDigest: digests[1],
    revision: 3,
  });
  // Positions of one are good at the other.
  const elsewhere = await behind.listen('imageStreamTagEvents', { after: caughtUp });
  await move(ahead, 3);
  await until(() => elsewhere.told.at(-1)?.revision === 4, 'the last move');
  await Promise.all([listener, resumed, elsewhere].map((each) => each.close()));
}, 60_000);

it('F07: a client of one that is killed goes on at the other, and misses nothing while the tag moves on and on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-killed-'));
  const port = await freePort();
  const file = join(folder, 'tributary.yaml');
  writeFileSync(file, streamConfig(options(), port));
  const mortal = startCommandLine(['serve', '--config', file], { LOG_LEVEL: 'error' });
  ends.push(async () => {
    mortal.kill('SIGKILL');
    await mortal.ended;
    rmSync(folder, { recursive: true });
  });
  const other = await start();
  const url = `http://127.0.0.1:${port}`;
  await until(
    () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    'the gateway that is to be killed',
  );

  const over = new AbortController();
  let moves = 0;
  const moving = (async () => {
    for (; !over.signal.aborted; moves += 1) await move(other, moves);
  })();
  const { asOf } = (await dataOf(url, '{ asOf }')) as { readonly asOf: string };
  const first = listen(url, 'imageStreamTagEvents', asOf);
  const before = await first.heard(20);
  mortal.kill('SIGKILL');
  expect(await first.ended).toBeDefined();
  const heard = first.told;
  expect(heard.length).toBeGreaterThanOrEqual(before.length);

  const second = await other.listen('imageStreamTagEvents', { after: heard.at(-1)?.cursor ?? '' });
  await second.heard(20);
  over.abort();
  await moving;
  const from = heard[0]?.revision ?? 0;
  const rest = await second.heard(moves - from - heard.length + 1);
  expect(revisions([...heard, ...rest])).toEqual(upTo(moves).slice(from - 1));
  await second.close();
}, 60_000);

it('F07: a lost connection for wake-ups only delays what the other one writes', async () => {
  const [writer, reader] = [await start(), await start()];
  const listener = await reader.listen('imageStreamTagEvents');
  for (let round = 1; round <= 5; round += 1) {
    const [ended] = await query(
      storeUrl,
      `SELECT count(pg_terminate_backend(pid))::integer AS count FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    expect(ended?.['count']).toBeGreaterThan(0);
    await move(writer, round);
    const from = performance.now();
    await listener.heard(round);
    expect(performance.now() - from).toBeLessThan(5000);
    await until(async () => (await listeners()) === 2, 'both listening again');
  }
  expect(revisions(listener.told)).toEqual(upTo(5));
  await listener.close();
}, 60_000);

async function listeners(): Promise<unknown> {
  const sql = `SELECT count(*)::integer AS count FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
  return (await query(storeUrl, sql))[0]?.['count'];
}
