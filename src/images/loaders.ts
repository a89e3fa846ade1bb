import DataLoader from 'dataloader';
import type { Descriptor } from '../domain/descriptor.ts';
import type { Digest } from '../domain/digest.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { TagName } from '../domain/reference.ts';
import type { Ask, Each, TagTarget } from '../domain/registry.ts';
import type { Repository } from './repository.ts';

/** The loaders of one operation: what is asked for in many places is asked of the registry once, and together. */
export interface Loaders {
  readonly tagTarget: (repository: Repository, tag: TagName) => Promise<TagTarget | undefined>;
  readonly manifest: (repository: Repository, digest: Digest) => Promise<Manifest | undefined>;
  readonly blob: (repository: Repository, descriptor: Descriptor) => Promise<Uint8Array | undefined>;
}

export function createLoaders(ask: Ask): Loaders {
  return {
    tagTarget: createLoader(
      (tag) => tag,
      ({ registry, name }, tags) => registry.resolveTags(name, tags, ask),
    ),
    manifest: createLoader(
      (digest) => digest,
      ({ registry, name }, digests) => registry.manifests(name, digests, ask),
    ),
    blob: createLoader(
      ({ digest }) => digest,
      ({ registry, name }, descriptors) => registry.blobs(name, descriptors, ask),
    ),
  };
}

interface Key<Subject> {
  readonly repository: Repository;
  readonly subject: Subject;
}

/**
 * A loader that calls the port once per repository for all keys that come together. Each key has a promise of its own,
 * which DataLoader adopts, so that a slow registry holds up nobody else's answers.
 */
function createLoader<Subject, Found>(
  subjectKey: (subject: Subject) => string,
  call: (repository: Repository, subjects: readonly Subject[]) => Each<Found>,
): (repository: Repository, subject: Subject) => Promise<Found> {
  const repositoryKey = ({ registry, name }: Repository): string => `${registry.name}/${name}`;

  function batch(keys: readonly Key<Subject>[]): Promise<Promise<Found>[]> {
    const groups = new Map<string, Key<Subject>[]>();
    for (const key of keys) {
      const group = groups.get(repositoryKey(key.repository));
      if (group === undefined) groups.set(repositoryKey(key.repository), [key]);
      else group.push(key);
    }
    const answers = new Map<Key<Subject>, Promise<Found>>();
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const subjects = group.map(({ subject }) => subject);
      call(first.repository, subjects).forEach((answer, index) => {
        const key = group[index];
        if (key !== undefined) answers.set(key, answer);
      });
    }
    return Promise.resolve(keys.map((key) => answers.get(key) ?? Promise.reject(new Error('a key went unanswered'))));
  }

  const loader = new DataLoader<Key<Subject>, Promise<Found>, string>(batch, {
    cacheKeyFn: ({ repository, subject }) => `${repositoryKey(repository)} ${subjectKey(subject)}`,
  });
  return async (repository, subject) => loader.load({ repository, subject });
}
