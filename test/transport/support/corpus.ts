import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env['TRIBUTARY_CORPUS'] ?? '../shared';

/** Reads a JSON file of the shared corpus; `undefined`, and one line saying so, where the corpus is not there. */
export function readCorpus(path: string): unknown {
  const file = join(folder, 'fixtures', path);
  if (!existsSync(file)) {
    process.stderr.write(`corpus absent: no ${file}\n`);
    return undefined;
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Where a file of the corpus lies; `undefined` where it does not. */
export function corpusFile(path: string): string | undefined {
  const file = join(folder, 'fixtures', path);
  if (existsSync(file)) return file;
  process.stderr.write(`corpus absent: no ${file}\n`);
  return undefined;
}
