import type { Notifications } from './notifications.ts';
import type { RegistryStore } from './registry/store.ts';

/** The repository whose tags move, and the tags that do. */
export const moving = { repository: 'shop/nightly', tags: ['edge', 'next'] } as const;

/** Milliseconds from one move to the next. */
const every = 4000;

/**
 * Lets tags of the sample registry move from build to build, sometimes back, in the same order at every run. Ends with what
 * is returned.
 */
export function startMovingTags(store: RegistryStore, notifications: Notifications): () => void {
  const { repository, tags } = moving;
  const builds = [...(store.repositories.get(repository)?.tags ?? [])]
    .filter(([tag]) => /^\d/.test(tag))
    .map(([, { digest }]) => digest);
  let state = 1;

  /** A whole number below `below`: a linear congruential generator (Numerical Recipes, 7.1), good enough to look at. */
  function next(below: number): number {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  }

  const timer = setInterval(() => {
    const tag = tags[next(tags.length)];
    const digest = builds[next(builds.length)];
    if (tag === undefined || digest === undefined) return;
    store.tag(repository, tag, digest, Date.now());
    notifications.pushed(repository, tag);
  }, every);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
