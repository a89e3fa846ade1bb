import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import Database from 'libsql';
import { existsSync, mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Disk } from '../../src/cache/disk.ts';
import type { Kept } from '../../src/cache/disk-file.ts';
import { makeDiskFolder } from './disk-folder.ts';

const day = 86_400_000;
const kept = (size: number, fill = 7): Kept => ({ mediaType: 'text/plain', bytes: Buffer.alloc(size, fill) });
const held = (disk: Disk, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => index).filter((index) => disk.has(String(index)));

describe('the cache on disk', () => {
  it('gives back what it was given, at once and to the next process', async () => {
    const { clock, open } = makeDiskFolder();
    const disk = open();
    const blob = { mediaType: undefined, bytes: Buffer.from([0, 1, 2, 255]) };
    disk.set('a', kept(3_000));
    disk.set('b', blob);
    expect(disk.get('a')).toEqual(kept(3_000));
    await clock.advance(100);
    expect(disk.get('a')).toMatchObject(kept(3_000));
    disk.close();
    const next = open();
    expect(next.get('a')).toMatchObject(kept(3_000));
    expect(next.get('b')).toMatchObject(blob);
    expect([next.has('b'), next.has('c'), next.get('c')]).toEqual([true, false, undefined]);
  });

  it('makes folder and file for this user alone, when they are first needed', async () => {
    const { clock, folder, file, open } = makeDiskFolder();
    const disk = open();
    expect([disk.size(), existsSync(folder)]).toEqual([0, false]);
    disk.set('a', kept(10));
    expect(existsSync(folder)).toBe(false);
    await clock.advance(100);
    expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(disk.size()).toBeGreaterThan(0);
  });

  it('writes what is still to be written when it is closed, and nothing after that', () => {
    const { open } = makeDiskFolder();
    const disk = open();
    for (let index = 0; index < 300; index += 1) disk.set(String(index), kept(10_000));
    disk.close();
    disk.set('late', kept(10));
    expect(disk.has('late')).toBe(false);
    const next = open();
    expect(held(next, 300)).toHaveLength(300);
    expect(next.has('late')).toBe(false);
  });

  it('takes in no more than it can write soon', () => {
    const { open } = makeDiskFolder();
    const disk = open();
    for (let index = 0; index < 50; index += 1) disk.set(String(index), kept(1_000_000));
    expect(held(disk, 50)).toHaveLength(33);
  });
});

describe('the bound of the cache on disk', () => {
  it('holds in bytes of the file, whatever is put in and read', async () => {
    const size = fc.oneof(fc.integer({ min: 0, max: 6_000 }), fc.integer({ min: 0, max: 200_000 }));
    const action = fc.record({ key: fc.integer({ min: 0, max: 200 }).map(String), size, isNextDay: fc.boolean() });
    const actions = fc.array(action, { minLength: 50, maxLength: 200 });
    const bound = fc.integer({ min: 200_000, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(actions, bound, async (all, maxBytes) => {
        const { clock, file, open, warnings } = makeDiskFolder();
        const disk = open(maxBytes);
        for (const { key, size: bytes, isNextDay } of all) {
          if (isNextDay) disk.get(key);
          else disk.set(key, kept(bytes));
          await clock.advance(isNextDay ? day : 20);
          expect(Math.max(disk.size(), existsSync(file) ? statSync(file).size : 0)).toBeLessThanOrEqual(maxBytes);
        }
        disk.close();
        expect(statSync(file).size).toBeLessThanOrEqual(maxBytes);
        expect(warnings).toEqual([]);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  it('puts out what was used longest ago, by days', async () => {
    const { clock, open } = makeDiskFolder();
    const disk = open(1_000_000);
    const used = [0, 12, 20, 30];
    for (let index = 0; index < 60; index += 1) disk.set(String(index), kept(10_000));
    await clock.advance(day);
    expect(held(disk, 60)).toHaveLength(60);
    for (const index of used) disk.get(String(index));
    await clock.advance(day);
    for (let index = 60; index < 100; index += 1) disk.set(String(index), kept(10_000));
    await clock.advance(day);
    const left = held(disk, 100);
    const oldestFirst = Array.from({ length: 100 }, (_, index) => index).filter((index) => !used.includes(index));
    expect(left.length).toBeGreaterThan(60);
    expect(left.length).toBeLessThan(98);
    expect(left).toEqual([...used, ...oldestFirst.slice(used.length - left.length)].sort((a, b) => a - b));
  });

  it('begins anew where the file has grown under a larger one', async () => {
    const { clock, file, open } = makeDiskFolder();
    const large = open();
    for (let index = 0; index < 100; index += 1) large.set(String(index), kept(20_000));
    large.close();
    const small = open(500_000);
    small.set('new', kept(10));
    await clock.advance(100);
    expect(held(small, 100)).toEqual([]);
    expect(small.has('new')).toBe(true);
    expect(statSync(file).size).toBeLessThan(500_000);
  });
});

describe('trouble with the cache on disk', () => {
  it('is none where it is deleted while it is in use', async () => {
    const { clock, folder, file, open, warnings } = makeDiskFolder();
    const disk = open();
    disk.set('a', kept(10));
    await clock.advance(100);
    for (const path of [file, `${file}-wal`, folder]) {
      rmSync(path, { recursive: true });
      disk.get('a');
      disk.set(path, kept(10));
      await clock.advance(100);
      expect(disk.get(path)).toMatchObject(kept(10));
      expect(existsSync(file)).toBe(true);
    }
    disk.close();
    expect(open().has(folder)).toBe(true);
    expect(warnings).toEqual([]);
  });

  const damages: readonly (readonly [what: string, damage: (file: string) => void])[] = [
    [
      'is no database',
      (file) => {
        writeFileSync(file, 'no database at all'.repeat(1_000));
      },
    ],
    [
      'was cut off',
      (file) => {
        truncateSync(file, 8_192);
      },
    ],
    [
      'was cut off within a page',
      (file) => {
        truncateSync(file, 50_000);
      },
    ],
    [
      'was overwritten in part',
      (file) => {
        writeFileSync(file, Buffer.alloc(200_000, 0x55), { flag: 'r+', flush: true });
      },
    ],
    [
      'lost its middle',
      (file) => {
        const size = statSync(file).size;
        truncateSync(file, 4_096);
        truncateSync(file, size);
      },
    ],
  ];

  it.each(damages)('costs what was in a file that %s, and one warning', async (_, damage) => {
    const { clock, file, open, warnings } = makeDiskFolder();
    const former = open();
    for (let index = 0; index < 100; index += 1) former.set(String(index), kept(10_000));
    former.close();
    damage(file);
    const disk = open();
    for (let index = 0; index < 100; index += 1) disk.get(String(index));
    expect(warnings).toEqual(['the cache on disk was damaged: it is made anew']);
    disk.set('a', kept(10));
    await clock.advance(100);
    disk.close();
    expect(open().get('a')).toMatchObject(kept(10));
    expect(warnings).toHaveLength(1);
  });

  it('leaves the database of another program alone', async () => {
    const { clock, folder, file, open, sql, warnings } = makeDiskFolder();
    mkdirSync(folder);
    sql((database) => {
      database.exec('CREATE TABLE mine (x); INSERT INTO mine VALUES (1)');
    });
    const disk = open();
    disk.set('a', kept(10));
    await clock.advance(100);
    expect(disk.has('a')).toBe(false);
    expect(sql((database) => database.prepare('SELECT x FROM mine').get())).toMatchObject({ x: 1 });
    expect(existsSync(file)).toBe(true);
    expect(warnings).toEqual(['the cache on disk cannot be used: going on without, and trying again']);
  });

  it('with a folder that cannot be made is told once, and is over when it can', async () => {
    const { clock, folder, open, warnings } = makeDiskFolder();
    writeFileSync(folder, 'a file');
    const disk = open();
    for (let minute = 0; minute < 3; minute += 1) {
      disk.set('a', kept(10));
      expect(disk.get('b')).toBeUndefined();
      await clock.advance(60_000);
      expect([disk.has('a'), disk.size()]).toEqual([false, 0]);
    }
    expect(warnings).toEqual(['the cache on disk cannot be used: going on without, and trying again']);
    rmSync(folder);
    await clock.advance(60_000);
    disk.set('a', kept(10));
    await clock.advance(100);
    expect(disk.get('a')).toMatchObject(kept(10));
    disk.close();
    expect(warnings).toHaveLength(1);
  });

  it('is none where two processes share a folder', async () => {
    const { clock, open, warnings } = makeDiskFolder();
    const [one, other] = [open(), open()];
    for (let index = 0; index < 200; index += 1) (index % 2 === 0 ? one : other).set(String(index), kept(5_000));
    await clock.advance(100);
    await clock.advance(100);
    expect(held(one, 200)).toHaveLength(200);
    expect(held(other, 200)).toHaveLength(200);
    one.close();
    other.set('last', kept(10));
    await clock.advance(100);
    expect(open().has('last')).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('is none while another process writes: what is to be written waits', async () => {
    const { clock, folder, open, warnings } = makeDiskFolder();
    const disk = open();
    disk.set('a', kept(10));
    await clock.advance(100);
    const other = new Database(join(folder, 'cache.db'));
    other.exec('BEGIN IMMEDIATE');
    disk.set('b', kept(10));
    await clock.advance(1_000);
    expect([disk.has('a'), disk.has('b')]).toEqual([true, true]);
    other.exec('COMMIT');
    await clock.advance(100);
    expect(other.prepare('SELECT count(*) AS count FROM contents').get()).toMatchObject({ count: 2 });
    other.close();
    expect(warnings).toEqual([]);
  });
});
