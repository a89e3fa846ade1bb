import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { isGatewayError } from '../../src/domain/errors.ts';
import { openStore } from '../../src/store/open-store.ts';
import { refuseOldServer } from '../../src/store/postgres/cluster.ts';
import { openPostgres } from '../../src/store/postgres/engine.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStore } from '../store/conformance.ts';
import { describeCrashes, expectWhole } from '../store/crashes.ts';
import { codeOf, move, readAll, tagOf } from '../store/given.ts';
import { describeMigrations } from '../store/migrations.ts';
import { createPlace, type Place } from '../store/place.ts';
import { query, startPostgres, type Postgres } from '../support/postgres.ts';

let postgres: Postgres;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterAll(async () => {
  await postgres.stop();
}, 30_000);

async function makePlace(): Promise<Place> {
  const url = await postgres.createDatabase();
  return createPlace(
    url,
    (at) => openStore({ url: at }),
    () => undefined,
  );
}

describeStore({ name: 'PostgreSQL', isKept: true, isShared: true, modelRuns: 12, makePlace });

describe('A database of PostgreSQL', () => {
  let place: Place;
  beforeEach(async () => {
    place = await makePlace();
  });
  afterEach(async () => {
    await place.remove();
  });

  describeCrashes(() => place);
  describeMigrations((steps) => openPostgres(place.url, steps));

  /** Moves tags until it is told to end; what was acknowledged, as `NAME IMAGE`, and the codes of what was not. */
  function keepMoving(store: Store, seed: string) {
    const acknowledged: string[] = [];
    const codes = new Set<unknown>();
    let isOver = false;
    const done = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let count = 0; !isOver; count += 1) {
          const image = `${seed}/${String(writer)}/${String(count)}`;
          try {
            await move(store, tagOf(`t${String(writer)}`), image);
            acknowledged.push(`t${String(writer)} ${image}`);
          } catch (error) {
            codes.add(isGatewayError(error) ? error.code : error);
            await pause(20);
          }
        }
      }),
    );
    return {
      acknowledged,
      codes,
      end: async () => {
        isOver = true;
        await done;
      },
    };
  }

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isSo())) await pause(5);
  }

  it('is shared by gateways that open it at the same time', async () => {
    const stores = await Promise.all([place.open(), place.open(), place.open()]);
    expect(new Set(stores.map(({ epoch }) => epoch)).size).toBe(1);
    expect(new Set(stores.map(({ cursorKey }) => Buffer.from(cursorKey).toString('hex'))).size).toBe(1);
  });

  it('tells all gateways of new events', async () => {
    const [writer, reader] = await Promise.all([place.open(), place.open()]);
    let seen = 0;
    reader.log.onAppend(() => {
      void readAll(reader).then((events) => (seen = events.length));
    });
    for (const count of [1, 2, 3]) {
      await move(writer, tagOf('latest'), String(count));
      await until(() => seen === count);
    }
  });

  it('loses nothing, and fails nobody, where connections are cut', async () => {
    const store = await place.open();
    const moving = keepMoving(store, 'cut');
    for (let cut = 0; cut < 10; cut += 1) {
      const before = moving.acknowledged.length;
      await until(() => moving.acknowledged.length > before + 20);
      const others = 'datname = current_database() AND pid <> pg_backend_pid()';
      await query(place.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`);
    }
    await moving.end();
    expect([...moving.codes]).toEqual([]);
    await expectWhole(store, moving.acknowledged);
  }, 30_000);

  it('is UNAVAILABLE while it is down, and goes on by itself when it is back', async () => {
    const [store, other] = await Promise.all([place.open(), place.open()]);
    await move(store, tagOf('latest'), 'one');
    await store.leases.schedule('poll', [{ name: 'a', dueInMs: 0 }]);
    await postgres.halt('fast');
    expect(await codeOf(move(store, tagOf('latest'), 'two'))).toBe('UNAVAILABLE');
    expect(await codeOf(store.tags.get([tagOf('latest')]))).toBe('UNAVAILABLE');
    expect(await codeOf(store.imageStreams.list({ source: 'local', limit: 1 }))).toBe('UNAVAILABLE');
    expect(await codeOf(store.log.read({ order: 'OLDEST_FIRST', limit: 1 }))).toBe('UNAVAILABLE');
    expect(await codeOf(store.log.trim({ age: 0, events: 0 }))).toBe('UNAVAILABLE');
    expect(await codeOf(store.leases.claim('poll', 1, 1000))).toBe('UNAVAILABLE');
    expect(await codeOf(openStore({ url: place.url }))).toBe('UNAVAILABLE');
    let rings = 0;
    other.log.onAppend(() => (rings += 1));
    await postgres.resume();
    // Nothing has happened since: what could not be heard meanwhile is made up for.
    await until(() => rings > 0);
    await move(store, tagOf('latest'), 'two');
    expect(await readAll(store)).toEqual([1, 2]);
    expect(await store.leases.claim('poll', 1, 1000)).toHaveLength(1);
  }, 60_000);

  it('has all that was acknowledged after it crashed', async () => {
    const store = await place.open();
    const moving = keepMoving(store, 'crash');
    for (let crash = 0; crash < 3; crash += 1) {
      const before = moving.acknowledged.length;
      await until(() => moving.acknowledged.length > before + 50);
      await postgres.halt('immediate');
      await postgres.resume();
    }
    await moving.end();
    expect([...moving.codes].filter((code) => code !== 'UNAVAILABLE')).toEqual([]);
    await expectWhole(store, moving.acknowledged);
  }, 60_000);

  it('has each commit on the disk before it is answered, whatever its default is', async () => {
    await query(place.url, `ALTER DATABASE ${place.url.split('/').at(-1)!} SET synchronous_commit = off`);
    const engine = await openPostgres(place.url);
    const setting = 'SELECT current_setting($1) AS setting';
    expect(await engine.change((session) => session.all(setting, ['synchronous_commit']))).toEqual([{ setting: 'on' }]);
    expect(await engine.read(setting, ['fsync'])).toEqual([{ setting: 'on' }]);
    await engine.close();
  });

  it('has another epoch on another cluster or timeline, and the same key', async () => {
    const [first, other] = await Promise.all([place.open(), place.open()]);
    const { epoch, cursorKey } = first;
    await query(place.url, "UPDATE store_meta SET value = '1:00000000' WHERE name = 'cluster'");
    const second = await place.open();
    expect(second.epoch).not.toBe(epoch);
    expect(second.cursorKey).toEqual(cursorKey);
    // Those who have it open learn it with their next connection, as every failover gives them one.
    const others = 'datname = current_database() AND pid <> pg_backend_pid()';
    await query(place.url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`);
    await move(other, tagOf('latest'), 'one');
    expect(other.epoch).toBe(second.epoch);
    await second.close();
    expect((await place.open()).epoch).toBe(second.epoch);
  });

  it('says what is wrong where it cannot be used', async () => {
    const nowhere = openStore({ url: place.url.replace(/\w+$/, 'nowhere') });
    await expect(nowhere).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('create it') });
    const nobody = openStore({ url: place.url.replace(/:\d+\//, ':1/') });
    await expect(nobody).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
  });
});

describe('A server that is too old', () => {
  it('is refused with the version that is needed', async () => {
    const client = { query: () => Promise.resolve({ rows: [{ version: 140_011 }] }) } as unknown as pg.ClientBase;
    await expect(refuseOldServer(client)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/needs PostgreSQL 15 or newer, and this is PostgreSQL 14/),
    });
  });
});
