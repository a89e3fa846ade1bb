import type { Access } from './access.ts';

/** What a decider decided so far. */
export interface DecisionCounts {
  readonly allowed: number;
  readonly denied: number;
  /** Decisions that could not be taken. */
  readonly failed: number;
}

/**
 * The same access, counting what it decides. It is asked for every field of every object, so it counts with plain numbers,
 * without regard to who asks and about what.
 */
export function countDecisions(access: Access): { readonly access: Access; readonly counts: DecisionCounts } {
  const counts = { allowed: 0, denied: 0, failed: 0 };

  function count(isAllowed: boolean): boolean {
    if (isAllowed) counts.allowed += 1;
    else counts.denied += 1;
    return isAllowed;
  }

  function fail(error: unknown): never {
    counts.failed += 1;
    throw error;
  }

  return {
    access: {
      ...access,
      may: (viewer, verb, resource) => {
        const decided = access.may(viewer, verb, resource);
        return typeof decided === 'boolean' ? count(decided) : decided.then(count, fail);
      },
    },
    counts,
  };
}
