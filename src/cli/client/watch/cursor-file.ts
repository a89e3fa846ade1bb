import { open, readFile, rename } from 'node:fs/promises';
import { failure } from '../failure.ts';

/** Where watching stood, by the text of each pattern. */
export type Cursors = ReadonlyMap<string, string>;

/** Reads where watching stood; nothing where there is no such file yet. Rejects with a failure for any other file. */
export async function readCursorFile(file: string): Promise<Cursors> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw failure(2, `the cursor file cannot be read: ${(error as Error).message}`);
  }
  const cursors = parseCursors(text);
  if (cursors === undefined) {
    throw failure(2, `${file} is no cursor file: name another, or take it away to begin with what happens from now on`);
  }
  return cursors;
}

/**
 * Writes where watching stands. The file is at all times either the old or the new one, whatever ends this process or the
 * machine: it is written beside, forced to the disk, and put in place by its name. Rejects with a failure.
 */
export async function writeCursorFile(file: string, cursors: Cursors): Promise<void> {
  const beside = `${file}.tmp`;
  try {
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(Object.fromEntries(cursors), null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch (error) {
    throw failure(3, `the cursor file cannot be written: ${(error as Error).message}`);
  }
}

function parseCursors(text: string): Cursors | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value as Readonly<Record<string, unknown>>);
    const isFine = (entry: readonly [string, unknown]): entry is [string, string] => typeof entry[1] === 'string';
    return entries.every(isFine) ? new Map(entries) : undefined;
  } catch {
    return undefined;
  }
}
