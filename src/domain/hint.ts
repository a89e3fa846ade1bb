import type { RepositoryName, TagName } from './reference.ts';

/**
 * That something may have changed in a registry, and where to look. What a tag points at now is always read from the
 * registry: a hint carries no digest, so that there is none to be trusted.
 */
export interface Hint {
  readonly repository: RepositoryName;
  /** `undefined`: any tag of the repository may have changed. */
  readonly tag: TagName | undefined;
}

/**
 * The hints of one registry, each said once; what a hint about a whole repository covers is left out. Where there are more
 * than `most`, they become hints about whole repositories, and the first so many of these.
 */
export function coalesceHints(hints: readonly Hint[], most: number): readonly Hint[] {
  const whole = new Set(hints.filter(({ tag }) => tag === undefined).map(({ repository }) => repository));
  const places = new Map(
    hints.map((hint) => {
      const { repository, tag } = hint;
      return whole.has(repository)
        ? [repository, { repository, tag: undefined }]
        : [`${repository}:${tag ?? ''}`, hint];
    }),
  );
  if (places.size <= most) return [...places.values()];
  const repositories = new Set(hints.map(({ repository }) => repository));
  return [...repositories].slice(0, most).map((repository) => ({ repository, tag: undefined }));
}
