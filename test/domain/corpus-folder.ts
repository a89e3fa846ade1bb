import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The shared corpus of payloads, where it is at hand; a clone has none. */
const folder = resolve(process.env['TRIBUTARY_CORPUS'] ?? '../shared', 'fixtures');

/** Whether the corpus is at hand; says so where it is not. */
export function corpusIsPresent(): boolean {
  if (existsSync(folder)) return true;
  process.stdout.write(`corpus absent: no folder ${folder} (set TRIBUTARY_CORPUS)\n`);
  return false;
}

/** The names of a folder's files. */
export function corpusFiles(name: string): readonly string[] {
  return readdirSync(join(folder, name));
}

/** The bytes of a file. */
export function corpusBytes(...path: readonly string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(folder, ...path)));
}
