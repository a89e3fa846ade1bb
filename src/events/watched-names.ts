import type { RepositoryName } from '../domain/reference.ts';
import type { Ask, Registry } from '../domain/registry.ts';
import type { RegistryPatterns } from './watched-repositories.ts';

const pageSize = 100;
/** No catalog is longer than this, unless it goes in circles. */
const mostPages = 1000;

/** The names in a registry's catalog that globs match; `undefined` where it has no catalog for us. Rejects as the registry does. */
export async function findWatchedNames(
  { repositories: catalog }: Registry,
  { matches }: RegistryPatterns,
  ask: Ask,
): Promise<readonly RepositoryName[] | undefined> {
  if (catalog === undefined) return undefined;
  const names = new Set<RepositoryName>();
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await catalog({ size: pageSize, token }, ask);
    if (page === undefined) return undefined;
    for (const name of page.repositories) if (matches(name)) names.add(name);
    token = page.next;
    if (token === undefined) break;
  }
  return [...names];
}
