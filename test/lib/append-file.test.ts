import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAppendFile, type AppendFile } from '../../src/lib/append-file.ts';

let folder: string;
let path: string;
let file: AppendFile;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-append-'));
  path = join(folder, 'lines');
  file = createAppendFile(path);
});
afterEach(async () => {
  await file.close();
  rmSync(folder, { recursive: true });
});

const content = (): string => readFileSync(path, 'utf8');

describe('a file that only grows', () => {
  it('is made for its owner alone, and keeps what is there', async () => {
    await file.append('1\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await file.append('2\n3\n');
    await file.close();
    await createAppendFile(path).append('4\n');
    expect(content()).toBe('1\n2\n3\n4\n');
  });

  it('is begun anew when it was moved away, and when it was removed', async () => {
    await file.append('1\n');
    renameSync(path, `${path}.1`);
    await file.append('2\n');
    expect([readFileSync(`${path}.1`, 'utf8'), content()]).toEqual(['1\n', '2\n']);
    rmSync(path);
    await file.append('3\n');
    expect(content()).toBe('3\n');
  });

  it('goes on in a file that others put in its place', async () => {
    await file.append('1\n');
    appendFileSync(`${path}.new`, 'of others\n');
    renameSync(`${path}.new`, path);
    await file.append('2\n');
    expect(content()).toBe('of others\n2\n');
  });

  it('ends a line that was cut off before it writes another', async () => {
    appendFileSync(path, '{"cut');
    await file.append('2\n');
    expect(content()).toBe('{"cut\n2\n');
  });

  it('says that it cannot be written, and is written again once it can', async () => {
    const missing = createAppendFile(join(folder, 'later', 'lines'));
    await expect(missing.append('1\n')).rejects.toMatchObject({ code: 'ENOENT' });
    mkdirSync(join(folder, 'later'));
    await missing.append('2\n');
    await missing.close();
    expect(readFileSync(join(folder, 'later', 'lines'), 'utf8')).toBe('2\n');
  });

  it('leaves the mode of a file that is there as it is', async () => {
    appendFileSync(path, '');
    chmodSync(path, 0o640);
    await file.append('1\n');
    expect(statSync(path).mode & 0o777).toBe(0o640);
  });
});
