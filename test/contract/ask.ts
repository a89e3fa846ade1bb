import { parseDigest, type Digest } from '../../src/domain/digest.ts';
import { parseTagName, type RepositoryName } from '../../src/domain/reference.ts';
import type { Ask, Registry } from '../../src/domain/registry.ts';
import { newAsk, present } from '../registries/open-registry.ts';

export type Outcomes = readonly PromiseSettledResult<unknown>[];

/** Asks a registry each of its questions once, about a manifest. */
export function askEverything(
  registry: Registry,
  repository: RepositoryName,
  digest: Digest,
  ask: Ask,
): Promise<Outcomes> {
  const blob = { mediaType: 'application/octet-stream', digest: parseDigest(`sha256:${'0'.repeat(64)}`), size: 2 };
  return Promise.allSettled([
    ...registry.resolveTags(repository, [parseTagName('latest')], ask),
    ...registry.manifests(repository, [digest], ask),
    ...registry.blobs(repository, [blob], ask),
    ...registry.holds(repository, 'manifests', [digest], ask),
    ...registry.holds(repository, 'blobs', [blob.digest], ask),
    registry.tags(repository, { size: 10 }, ask),
    registry.tagNames(repository, ask),
    registry.referrers(repository, digest, undefined, ask),
  ]);
}

/** The names of all tags, page by page; fails where a page has more than it was asked for, or the pages have no end. */
export async function readPages(
  registry: Registry,
  repository: RepositoryName,
  size: number,
): Promise<readonly string[]> {
  const names: string[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < 100; pages += 1) {
    const page = present(await registry.tags(repository, { size, token }, newAsk()));
    if (page.tags.length > size) throw new Error(`${String(page.tags.length)} tags on a page of ${String(size)}`);
    names.push(...page.tags.map(({ name }) => name));
    token = page.next;
    if (token === undefined) return names;
  }
  throw new Error('the list has no end');
}
