import type { RepositoryName, TagName } from '../domain/reference.ts';
import type { Ask, Registry } from '../domain/registry.ts';
import type { TagSighting } from '../domain/repository-tag-change.ts';
import type { StoredTag } from '../store/store.ts';
import type { MissingTags } from './missing-tags.ts';
import { failed, type Observed } from './observed.ts';

/** What a registry said for certain of a tag. */
export interface SeenTag {
  readonly tag: TagName;
  readonly sighting: TagSighting;
}

export interface Reading {
  readonly registry: Registry;
  readonly repository: RepositoryName;
  readonly tags: readonly TagName[];
  /** What is known of them, in their order. */
  readonly known: readonly (StoredTag | undefined)[];
  readonly ask: Ask;
  /** When they are asked for: now. */
  readonly at: number;
}

/** Asks a registry for tags, and says what it said for certain, and which could not be read. */
export async function readTags(
  { registry, repository, tags, known, ask, at }: Reading,
  missingTags: Pick<MissingTags, 'sightingAt'>,
): Promise<Observed & { readonly seen: readonly SeenTag[] }> {
  const answers = await Promise.allSettled(registry.resolveTags(repository, tags, ask));
  const found: SeenTag[] = [];
  const missing: SeenTag[] = [];
  const failures: unknown[] = [];
  answers.forEach((answer, index) => {
    const tag = tags[index];
    if (tag === undefined) return;
    if (answer.status === 'rejected') failures.push(answer.reason);
    else if (answer.value !== undefined) {
      const { digest, mediaType } = answer.value;
      found.push({ tag, sighting: { kind: 'PRESENT', digest, mediaType, at } });
    } else {
      const record = known[index];
      const sightingAt = record?.digest === undefined ? undefined : missingTags.sightingAt(record, at);
      if (sightingAt !== undefined) missing.push({ tag, sighting: { kind: 'MISSING', at: sightingAt } });
    }
  });
  if (missing.length === 0) return { ...failed(failures), seen: found };
  // To HEAD a registry says no more than 404, also where it is the whole repository that it does not know or show.
  const isThere = await registry.tags(repository, { size: 1 }, ask).then(
    (page) => page !== undefined,
    (error: unknown) => {
      failures.push(error);
      return false;
    },
  );
  return { ...failed(failures), seen: isThere ? [...found, ...missing] : found };
}
