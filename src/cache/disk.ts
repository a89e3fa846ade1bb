import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { faultOf, openDiskFile, removeDiskFile, type DiskFile, type Kept } from './disk-file.ts';

/** What all registries share on disk: bytes under keys that name them for ever, the least recently used going first. */
export interface Disk {
  readonly has: (key: string) => boolean;
  readonly get: (key: string) => Kept | undefined;
  /** Takes bytes in, to be written soon. */
  readonly set: (key: string, kept: Kept) => void;
  /** Takes away what came back other than it was taken in, and tells of it. */
  readonly reject: (key: string) => void;
  /** Bytes in use; 0 as long as nothing was asked of it. */
  readonly size: () => number;
  /** Writes what is still to be written. */
  readonly close: () => void;
}

export interface DiskOptions {
  /** Where `cache.db` is, made when it is first needed. May be shared with other processes, and deleted at any time. */
  readonly folder: string;
  /** Bytes that the file may have, besides its log of some MB. */
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

const dayMs = 86_400_000;

/** How long bytes wait for others to be written with, in milliseconds. */
const writeDelay = 100;

/** What is written in one go, so that nobody waits long for it: about a millisecond. */
const atOnce = { rows: 64, bytes: 1024 * 1024 };

/** Bytes that may wait; where writing does not keep up with what comes in, the rest is not kept. */
const mostWaiting = 32 * 1024 * 1024;

/** How long a file that cannot be used is let alone, in milliseconds. */
const restMs = 60_000;

/**
 * The disk level of the cache. It only ever helps: whatever is wrong with the file, callers see bytes missing and operators
 * a warning. What comes back is as it was read; whether it is what it should be is for the caller to verify.
 */
export function createDisk({ folder, maxBytes, clock, log }: DiskOptions): Disk {
  const waiting = new Map<string, Kept>();
  let waitingBytes = 0;
  const used = new Set<string>();
  let file: DiskFile | undefined;
  let restsUntil = 0;
  let isTold = false;
  let isScheduled = false;
  let isClosed = false;

  const today = (): number => Math.floor(clock.now() / dayMs);
  const isResting = (): boolean => isClosed || clock.now() < restsUntil;

  /** Does something with the file; `undefined` where there is none to be had now. */
  function withFile<Result>(work: (file: DiskFile) => Result): Result | undefined {
    if (isResting()) return undefined;
    try {
      file ??= openWithin(folder, maxBytes);
      return work(file);
    } catch (error) {
      // That another process is writing passes, unless it keeps this one from even opening the file.
      if (file === undefined || faultOf(error) !== 'BUSY') giveUp(error);
      return undefined;
    }
  }

  /** A broken file is made anew when it is needed next; any other trouble, a full disk say, needs time. */
  function giveUp(error: unknown): void {
    file?.close();
    file = undefined;
    if (faultOf(error) === 'BROKEN' && isRemoved()) {
      log.warn({ folder, error }, 'the cache on disk was damaged: it is made anew');
      return;
    }
    restsUntil = clock.now() + restMs;
    if (!isTold) log.warn({ folder, error }, 'the cache on disk cannot be used: going on without, and trying again');
    isTold = true;
  }

  function isRemoved(): boolean {
    try {
      removeDiskFile(folder);
      return true;
    } catch {
      return false;
    }
  }

  function schedule(ms: number): void {
    if (isScheduled || isClosed || waiting.size + used.size === 0) return;
    isScheduled = true;
    clock.setTimeout(() => {
      isScheduled = false;
      schedule(writeSome() ? 0 : writeDelay);
    }, ms);
  }

  /** Writes a part of what waits; whether that went well. */
  function writeSome(): boolean {
    if (file?.isInPlace() === false) {
      file.close();
      file = undefined;
    }
    const batch = { day: today(), used: [...used].slice(0, atOnce.rows), added: firstOf(waiting) };
    const isWritten = withFile((opened) => {
      opened.write(batch);
      return true;
    });
    if (isWritten !== true && !isResting()) return false;
    if (isWritten === true) isTold = false;
    // Where there is no file for now, nothing waits for one.
    forget(isWritten === true ? batch : { used: [...used], added: [...waiting] });
    return isWritten === true;
  }

  function forget(done: { readonly used: Iterable<string>; readonly added: Iterable<readonly [string, Kept]> }): void {
    for (const key of done.used) used.delete(key);
    for (const [key, kept] of done.added) {
      waitingBytes -= kept.bytes.length;
      waiting.delete(key);
    }
  }

  return {
    has: (key) => waiting.has(key) || withFile((opened) => opened.has(key)) === true,
    get: (key) => {
      const kept = waiting.get(key);
      if (kept !== undefined) return kept;
      const found = withFile((opened) => opened.read(key));
      if (found !== undefined && found.lastUsed < today()) {
        used.add(key);
        schedule(writeDelay);
      }
      return found;
    },
    set: (key, kept) => {
      if (isResting() || waiting.has(key) || waitingBytes + kept.bytes.length > mostWaiting) return;
      waiting.set(key, kept);
      waitingBytes += kept.bytes.length;
      schedule(writeDelay);
    },
    reject: (key) => {
      log.warn({ folder, key }, 'the cache on disk held other bytes than their digest says: they are deleted');
      withFile((opened) => {
        opened.delete(key);
      });
    },
    size: () => (file === undefined ? 0 : (withFile((opened) => opened.size()) ?? 0)),
    close: () => {
      while (waiting.size > 0 && writeSome());
      isClosed = true;
      file?.close();
      file = undefined;
    },
  };
}

/** Opens the file; one that grew under a larger bound is begun anew, since it would never shrink. */
function openWithin(folder: string, maxBytes: number): DiskFile {
  const file = openDiskFile(folder, maxBytes);
  if (file.fileSize() <= maxBytes) return file;
  file.close();
  removeDiskFile(folder);
  return openDiskFile(folder, maxBytes);
}

function firstOf(waiting: ReadonlyMap<string, Kept>): readonly (readonly [string, Kept])[] {
  const first: (readonly [string, Kept])[] = [];
  let bytes = 0;
  for (const entry of waiting) {
    if (first.length >= atOnce.rows || bytes >= atOnce.bytes) break;
    first.push(entry);
    bytes += entry[1].bytes.length;
  }
  return first;
}
