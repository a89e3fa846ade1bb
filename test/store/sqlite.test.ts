import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../../src/store/open-store.ts';
import { openSqlite } from '../../src/store/sqlite/engine.ts';
import type { Store } from '../../src/store/store.ts';
import { startAppending } from './appending.ts';
import { describeStore } from './conformance.ts';
import { describeCrashes } from './crashes.ts';
import { codeOf, move, readAll, tagOf } from './given.ts';
import { describeMigrations } from './migrations.ts';
import { createPlace, type Place } from './place.ts';

let now = Date.now();
const clock = { now: () => now };
const hour = 60 * 60 * 1000;

function makePlace(url: string, remove: () => void): Place {
  return createPlace(url, (at) => openStore({ url: at, clock }), remove);
}

function makeFolder(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-store-'));
  return makePlace(`file:${folder}/data`, () => {
    rmSync(folder, { recursive: true });
  });
}

describeStore({
  name: 'a folder',
  isKept: true,
  isShared: false,
  modelRuns: 20,
  makePlace: () => Promise.resolve(makeFolder()),
});
describeStore({
  name: 'memory',
  isKept: false,
  isShared: false,
  modelRuns: 60,
  makePlace: () => Promise.resolve(makePlace(':memory:', () => undefined)),
});

describe('The folder of a store', () => {
  let place: Place;
  let folder: string;
  beforeEach(() => {
    place = makeFolder();
    folder = place.url.slice('file:'.length);
  });
  afterEach(async () => {
    await place.remove();
  });

  describeCrashes(() => place);
  describeMigrations((steps) => openSqlite(folder, clock, steps));

  it('is of one gateway, and says so to another', async () => {
    const first = await place.open();
    await expect(place.open()).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('is used by another gateway'),
    });
    await expect(startAppending(place.url, 1, 'hold').until(0)).rejects.toThrow('is used by another gateway');
    await first.close();
    const other = startAppending(place.url, 1, 'hold');
    await other.until(0);
    expect(await codeOf(place.open())).toBe('UNAVAILABLE');
    await other.kill();
    await place.open();
  }, 30_000);

  it('is nobody else’s to read, and is named where it cannot be used', async () => {
    await place.open();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(join(folder, 'file'), '');
    const inFile = openStore({ url: `file:${join(folder, 'file', 'data')}` });
    await expect(inFile).rejects.toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('file/data') });
  });

  it('has each commit on the disk before it is answered', async () => {
    const engine = await openSqlite(folder, clock);
    // 2 is FULL (https://www.sqlite.org/pragma.html#pragma_synchronous).
    expect(await engine.read('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await engine.read('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    await engine.close();
  });

  it('F08: rejects with UNAVAILABLE while it is full, and takes changes again when it is not', async () => {
    const engine = await openSqlite(folder, clock);
    const fill = (): Promise<number> =>
      engine.transaction((session) =>
        session.run('INSERT INTO store_meta (name, value) VALUES ($1, $2)', ['big', 'x'.repeat(1_000_000)]),
      );
    await engine.read('PRAGMA max_page_count = 60');
    expect(await codeOf(fill())).toBe('UNAVAILABLE');
    expect(await engine.read('SELECT head FROM event_head')).toEqual([{ head: 0 }]);
    await engine.read('PRAGMA max_page_count = 100000');
    expect(await fill()).toBe(1);
    await engine.close();
  });
});

describe('Time in a store', () => {
  let store: Store;
  beforeEach(async () => {
    store = await openStore({ url: ':memory:', clock });
  });
  afterEach(async () => {
    await store.close();
  });

  it('drops events that are older than is to be kept', async () => {
    await move(store, tagOf('a'), 'one');
    now += hour;
    await move(store, tagOf('b'), 'one');
    now += hour;
    await move(store, tagOf('c'), 'one');
    expect(await store.log.trim({ age: 1.5 * hour, events: 100 })).toBe(false);
    expect(await readAll(store)).toEqual([2, 3]);
    expect(await store.log.bounds()).toEqual({ floor: 1, head: 3 });
  });

  it('remembers idempotency keys for a day', async () => {
    const once = { key: 'k', fingerprint: 'f' };
    const ask = async (): Promise<string> => (await store.change({ once, decide: () => ({ result: 0 }) })).kind;
    expect(await ask()).toBe('changed');
    now += 23 * hour;
    await store.log.trim({ age: hour, events: 100 });
    expect(await ask()).toBe('repeated');
    now += 2 * hour;
    await store.log.trim({ age: hour, events: 100 });
    expect(await ask()).toBe('changed');
  });

  it('makes work due again when whoever has it does not complete it in time', async () => {
    await store.leases.schedule('poll', [{ name: 'a', dueInMs: 1000 }]);
    expect(await store.leases.claim('poll', 1, 30_000)).toEqual([]);
    now += 1000;
    const [first] = await store.leases.claim('poll', 1, 30_000);
    expect(first).toMatchObject({ name: 'a', dueAt: now + 30_000 });
    now += 29_999;
    expect(await store.leases.claim('poll', 1, 30_000)).toEqual([]);
    now += 1;
    const [second] = await store.leases.claim('poll', 1, 30_000);
    expect(second?.fence).toBe(first!.fence + 1);
    expect(await store.leases.complete(second!, 5000, undefined)).toBe(true);
    expect(await store.leases.list('poll')).toMatchObject([{ name: 'a', dueAt: now + 5000 }]);
  });
});
