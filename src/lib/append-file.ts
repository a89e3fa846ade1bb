import { open, stat, type FileHandle } from 'node:fs/promises';

/** A file that only grows. */
export interface AppendFile {
  /** Settles once the text is on the disk. One call at a time. */
  readonly append: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Only who runs us may read it. */
const mode = 0o600;

/**
 * Opens a file when it is first written to, and makes it where it is missing. When it was moved away or removed, as those who
 * rotate logs do, the next text goes into a new file of the name. A line that was cut off, by a full disk or a crash, is ended
 * before anything follows it.
 */
export function createAppendFile(path: string): AppendFile {
  let opened: FileHandle | undefined;

  async function current(): Promise<FileHandle> {
    if (opened !== undefined && !(await isStill(opened, path))) await close();
    if (opened !== undefined) return opened;
    const handle = await open(path, 'a+', mode);
    try {
      await endLine(handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return (opened = handle);
  }

  async function close(): Promise<void> {
    const closing = opened;
    opened = undefined;
    await closing?.close();
  }

  return {
    append: async (text) => {
      try {
        const handle = await current();
        await handle.appendFile(text);
        await handle.datasync();
      } catch (error) {
        // What was written of it is not known: opening the file again looks.
        await close();
        throw error;
      }
    },
    close,
  };
}

/** Whether the path still leads to the open file. */
async function isStill(handle: FileHandle, path: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  return ours.ino === theirs?.ino && ours.dev === theirs.dev;
}

async function endLine(handle: FileHandle): Promise<void> {
  const { size } = await handle.stat();
  if (size === 0) return;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  if (buffer[0] !== lineFeed) await handle.appendFile('\n');
}

const lineFeed = 0x0a;
