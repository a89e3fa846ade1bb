import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'bench/README.md',
  ...pagesUnder('docs'),
  ...pagesUnder('deploy'),
];

/** Folders by which a path begins: from the root, or, as the pages about the code have it, from `src/`. */
const tops = [...foldersOf('.'), ...foldersOf('src')];

function pagesUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function foldersOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map(({ name }) => name);
}

function read(page: string): string {
  return readFileSync(join(root, page), 'utf8');
}

/** Paths of the project's own files that stand in backticks; `*` for any part of a name, `<…>` for what the reader puts there. */
function pathsIn(text: string): readonly string[] {
  const quoted = [...text.matchAll(/`([\w.-]+\/[\w./*-]*)`/g)].flatMap(([, path]) => path ?? []);
  return quoted.filter((path) => tops.includes(path.slice(0, path.indexOf('/'))));
}

function exists(path: string): boolean {
  return ['', 'src'].some((base) => {
    const full = join(root, base, path);
    if (!path.includes('*')) return existsSync(full);
    const pattern = new RegExp(
      `^${path
        .slice(path.lastIndexOf('/') + 1)
        .replaceAll('.', '\\.')
        .replaceAll('*', '.*')}$`,
    );
    return existsSync(dirname(full)) && readdirSync(dirname(full)).some((name) => pattern.test(name));
  });
}

describe.each(pages)('%s', (page) => {
  it('names only files that exist', () => {
    expect(pathsIn(read(page)).filter((path) => !exists(path))).toEqual([]);
  });

  it('links only to files that exist', () => {
    const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].flatMap(([, link]) => link ?? []);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });
});

it('the page about the code names its files', () => {
  expect(pathsIn(read('docs/architecture.md')).length).toBeGreaterThan(50);
});
