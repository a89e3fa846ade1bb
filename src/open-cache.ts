import { createDisk, type Disk } from './cache/disk.ts';
import { createMemory, type Memory } from './cache/memory.ts';
import type { Config } from './config.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

/** What is remembered of all registries: it stays when they are configured anew. */
export interface OpenCache {
  readonly memory: Memory;
  /** `undefined` where nothing is kept on disk. */
  readonly disk: Disk | undefined;
}

/** Makes the memory and the disk of the configuration. Nothing is read or written yet. */
export function openCache({ memory, disk, folder }: Config['cache'], log: Log): OpenCache {
  return {
    memory: createMemory(memory),
    disk: folder === undefined ? undefined : createDisk({ folder, maxBytes: disk, clock: systemClock, log }),
  };
}
