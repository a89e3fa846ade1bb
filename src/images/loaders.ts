import DataLoader from 'dataloader';
import type { Descriptor } from '../domain/descriptor.ts';
import type { Digest } from '../domain/digest.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { RepositoryName, TagName } from '../domain/reference.ts';
import type { Ask, Each, Registry, TagTarget } from '../domain/registry.ts';
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

/**
 * A loader that calls the port once per repository for all keys that come together. Each key has a promise of its own,
 * which DataLoader adopts, so that a slow registry holds up nobody else's answers.
 */
function createLoader<Subject, Found>(
  subjectKey: (subject: Subject) => string,
  call: (repository: Repository, subjects: readonly Subject[]) => Each<Found>,
): (repository: Repository, subject: Subject) => Promise<Found> {
  const loaders = new Map<Registry, Map<RepositoryName, DataLoader<Subject, Promise<Found>, string>>>();

  function loaderOf(repository: Repository): DataLoader<Subject, Promise<Found>, string> {
    const ofRegistry =
      loaders.get(repository.registry) ?? new Map<RepositoryName, DataLoader<Subject, Promise<Found>, string>>();
    const loader =
      ofRegistry.get(repository.name) ??
      new DataLoader((subjects: readonly Subject[]) => Promise.resolve(call(repository, subjects)), {
        cacheKeyFn: subjectKey,
      });
    loaders.set(repository.registry, ofRegistry.set(repository.name, loader));
    return loader;
  }

  return async (repository, subject) => loaderOf(repository).load(subject);
}
