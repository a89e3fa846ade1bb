import { isRepositoryName, parseReference, type RegistryName, type RepositoryName } from '../domain/reference.ts';
import { createGlob, isGlob } from '../lib/glob.ts';

/** Which repositories of a registry are watched. */
export interface WatchedRegistry {
  readonly registry: RegistryName;
  /** How often their tags are looked at, in milliseconds. */
  readonly interval: number;
  /** Names, or globs: `*` within a path part, `**` across parts, `?`. */
  readonly repositories: readonly string[];
}

/** What is watched, by names alone. */
export interface WatchedRepositories {
  readonly registries: readonly RegistryPatterns[];
  readonly isWatched: (registry: RegistryName, repository: RepositoryName) => boolean;
}

/** The watched repositories of one registry. */
export interface RegistryPatterns {
  readonly registry: RegistryName;
  readonly interval: number;
  /** Those that are written out. */
  readonly names: readonly RepositoryName[];
  /** Those that only a list of names can be searched for. */
  readonly globs: readonly string[];
  readonly matches: (repository: RepositoryName) => boolean;
}

export function createWatchedRepositories(watched: readonly WatchedRegistry[]): WatchedRepositories {
  const registries = watched.filter(({ repositories }) => repositories.length > 0).map(readPatterns);
  const byName = new Map(registries.map((patterns) => [patterns.registry, patterns]));
  return {
    registries,
    isWatched: (registry, repository) => byName.get(registry)?.matches(repository) === true,
  };
}

function readPatterns({ registry, interval, repositories }: WatchedRegistry): RegistryPatterns {
  const globs = repositories.filter(isGlob);
  // By docker's rules, as in references: `nginx` on docker.io is `library/nginx`.
  const names = repositories.filter(isRepositoryName).map((name) => parseReference(`${registry}/${name}`).repository);
  const exact = new Set(names);
  const matchers = globs.map(createGlob);
  return {
    registry,
    interval,
    names,
    globs,
    matches: (repository) => exact.has(repository) || matchers.some((matches) => matches(repository)),
  };
}
