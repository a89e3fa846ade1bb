import Database from 'libsql';
import { afterEach } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDisk, type Disk } from '../../src/cache/disk.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';

/** A folder of a test's own, and disks that keep their file in a folder within it. */
export interface DiskFolder {
  readonly folder: string;
  /** `cache.db`. */
  readonly file: string;
  readonly clock: ManualClock;
  /** Warnings in the log. */
  readonly warnings: readonly string[];
  /** A disk as a process has it; several may be on one folder. */
  readonly open: (maxBytes?: number) => Disk;
  /** Does something with the file past the disk. */
  readonly sql: <Result>(work: (database: Database.Database) => Result) => Result;
}

/** Makes such a folder, which is removed with all that is open in it after the test. */
export function makeDiskFolder(): DiskFolder {
  const parent = mkdtempSync(join(tmpdir(), 'tributary-disk-'));
  const folder = join(parent, 'cache');
  const clock = createManualClock();
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const warn = (_: unknown, message: string): void => void warnings.push(message);
  const log = { debug: ignore, info: ignore, warn, error: warn };
  cleanUps.push(() => {
    rmSync(parent, { recursive: true });
  });
  return {
    folder,
    file: join(folder, 'cache.db'),
    clock,
    warnings,
    open: (maxBytes = 100_000_000) => {
      const disk = createDisk({ folder, maxBytes, clock, log });
      cleanUps.unshift(disk.close);
      return disk;
    },
    sql: (work) => {
      const database = new Database(join(folder, 'cache.db'));
      try {
        return work(database);
      } finally {
        database.close();
      }
    },
  };
}

const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
});
