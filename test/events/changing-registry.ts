import type { Digest } from '../../src/domain/digest.ts';
import { parseRepositoryName, parseTagName, type RepositoryName, type TagName } from '../../src/domain/reference.ts';
import type { Ask, ListedTag, RateLimit, Registry } from '../../src/domain/registry.ts';
import { untilAborted } from '../../src/lib/wait.ts';
import { createFakeRegistry } from '../support/fake-registry.ts';

/** A registry in memory whose tags move, that counts what it is asked. */
export interface ChangingRegistry extends Registry {
  /** Points a tag elsewhere; `undefined` takes it away. Makes the repository where there is none. */
  readonly set: (repository: RepositoryName, tag: TagName, digest: Digest | undefined) => void;
  /** Makes a repository, or forgets it with all its tags. */
  readonly setRepository: (repository: RepositoryName, isThere: boolean) => void;
  /** What was asked, in order: `HEAD team/app:1`, `GET team/app@sha256:…`, `list team/app`, `catalog`. */
  readonly asked: string[];
  /** How many questions began so. */
  readonly count: (start: string) => number;
  /** All that a tag ever pointed at. */
  readonly history: (repository: RepositoryName, tag: TagName) => readonly (Digest | undefined)[];
  /** Called before each answer; may wait, or throw. */
  onAnswer: (question: string) => Promise<void> | void;
  rateLimit: RateLimit | undefined;
  /** Listings are truncated to so many names. */
  mostNames: number;
  /** What the listing with details shows of tags in the place of what is true. */
  readonly listedDigests: Map<string, Digest>;
}

export interface ChangingOptions {
  readonly now: () => number;
  readonly name?: string;
  readonly hasCatalog?: boolean;
  readonly hasDetails?: boolean;
}

interface TagState {
  readonly digest: Digest;
  readonly movedAt: number;
}

export function createChangingRegistry(options: ChangingOptions): ChangingRegistry {
  const { now, name, hasCatalog = false, hasDetails = false } = options;
  const repositories = new Map<RepositoryName, Map<TagName, TagState>>();
  const histories = new Map<string, (Digest | undefined)[]>();
  const asked: string[] = [];
  const listedDigests = new Map<string, Digest>();
  let moves = 0;
  const fresh = () => ({ state: 'FRESH' as const, fetchedAt: now() });

  async function answer<T>(question: string, { signal }: Ask, value: () => T): Promise<T> {
    asked.push(question);
    await untilAborted(Promise.resolve(registry.onAnswer(question)), signal);
    return value();
  }

  const registry: ChangingRegistry = {
    ...createFakeRegistry(now, name),
    asked,
    listedDigests,
    onAnswer: () => undefined,
    rateLimit: undefined,
    mostNames: 100_000,
    count: (start) => asked.filter((question) => question.startsWith(start)).length,
    history: (repository, tag) => histories.get(`${repository}:${tag}`) ?? [],
    set: (repository, tag, digest) => {
      const tags = repositories.get(repository) ?? new Map<TagName, TagState>();
      repositories.set(repository, tags);
      moves += 1;
      if (digest === undefined) tags.delete(tag);
      else tags.set(tag, { digest, movedAt: moves });
      const key = `${repository}:${tag}`;
      histories.set(key, [...(histories.get(key) ?? []), digest]);
    },
    setRepository: (repository, isThere) => {
      if (isThere) repositories.set(repository, new Map());
      else repositories.delete(repository);
    },
    resolveTags: (repository, tags, ask) =>
      tags.map((tag) =>
        answer(`HEAD ${repository}:${tag}`, ask, () => {
          const state = repositories.get(repository)?.get(tag);
          return state && { digest: state.digest, mediaType: undefined, freshness: fresh() };
        }),
      ),
    manifests: (repository, digests, ask) =>
      digests.map((digest) => answer(`GET ${repository}@${digest}`, ask, () => undefined)),
    tagNames: (repository, ask) =>
      answer(`list ${repository}`, ask, () => {
        const tags = repositories.get(repository);
        if (tags === undefined) return undefined;
        const names = [...tags.keys()].sort();
        return {
          names: names.slice(0, registry.mostNames),
          truncated: names.length > registry.mostNames,
          freshness: fresh(),
        };
      }),
    tags: (repository, { size, token, byDate }, ask) =>
      answer(`${byDate === true ? 'newest' : 'page'} ${repository}`, ask, () => {
        const tags = repositories.get(repository);
        if (tags === undefined) return undefined;
        const listed = [...tags]
          .sort(([, a], [, b]) => b.movedAt - a.movedAt)
          .map(([tag, { digest }]): ListedTag => {
            const shown = listedDigests.get(`${repository}:${tag}`) ?? digest;
            return hasDetails ? { name: tag, details: { digest: shown, updatedAt: undefined } } : { name: tag };
          });
        const begin = Number(token ?? 0);
        const next = begin + size < listed.length ? String(begin + size) : undefined;
        return { tags: listed.slice(begin, begin + size), next, freshness: fresh() };
      }),
    state: () => ({ status: 'UP', latencyMs: undefined, lastError: undefined, rateLimit: registry.rateLimit }),
    ...(hasDetails && { listsTagDetails: true as const }),
    ...(hasCatalog && {
      repositories: ({ size, token }, ask) =>
        answer('catalog', ask, () => {
          const names = [...repositories.keys()].sort();
          const begin = Number(token ?? 0);
          const next = begin + size < names.length ? String(begin + size) : undefined;
          return { repositories: names.slice(begin, begin + size), next, freshness: fresh() };
        }),
    }),
  };
  return registry;
}

/** The repository and the tags that most tests use. */
export const app = parseRepositoryName('team/app');
export const one = parseTagName('1');
export const two = parseTagName('2');
