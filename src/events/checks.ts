import type { RegistryName, RepositoryName } from '../domain/reference.ts';

/** What is known of the polls of a repository, by whichever gateway they were. */
export interface Check {
  /** When the last poll that read everything began, in milliseconds since the epoch; `undefined` before there was one. */
  readonly checkedAt: number | undefined;
  /** Whether its tags have been taken in, so that one that is not known is a new one. */
  readonly hasBaseline: boolean;
}

/** How current each watched repository is. */
export interface Checks {
  readonly of: (registry: RegistryName, repository: RepositoryName) => Check | undefined;
  readonly learn: (registry: RegistryName, repository: RepositoryName, check: Check) => void;
  readonly forget: (registry: RegistryName, repository: RepositoryName) => void;
}

export function createChecks(): Checks {
  const checks = new Map<string, Check>();
  return {
    of: (registry, repository) => checks.get(`${registry}/${repository}`),
    learn: (registry, repository, check) => {
      checks.set(`${registry}/${repository}`, check);
    },
    forget: (registry, repository) => {
      checks.delete(`${registry}/${repository}`);
    },
  };
}
