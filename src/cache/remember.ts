import type { Descriptor } from '../domain/descriptor.ts';
import type { Digest } from '../domain/digest.ts';
import type { RepositoryName, TagName } from '../domain/reference.ts';
import type {
  PageRequest,
  Referrers,
  Registry,
  RepositoryDescription,
  RepositoryPage,
  TagNames,
  TagPage,
  TagPageRequest,
  TagTarget,
} from '../domain/registry.ts';
import { createBytes } from './bytes.ts';
import { createContents } from './contents.ts';
import type { Disk } from './disk.ts';
import { createFacts, type Fact, type Facts, type Lifetime, type OnAsked } from './facts.ts';
import type { Load } from './flights.ts';
import { blobForm, manifestForm, type ManifestContents } from './forms.ts';
import type { Memory } from './memory.ts';

export interface RememberOptions {
  /**
   * The word that all it keeps in memory begins with, except bytes: whoever has another address or credential under the same name needs another.
   * Default: the name.
   */
  readonly owner?: string;
  readonly memory: Memory;
  /** Where bytes are kept that memory has no room for, or that another process fetched. Default: nowhere. */
  readonly disk?: Disk | undefined;
  /** How long a tag is fresh, in milliseconds. */
  readonly tagTtl: number;
  /** How old an answer may be that stands in for a registry that fails, in milliseconds. */
  readonly maxStale: number;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
  /** Told of what is asked for, for metrics. */
  readonly onAsked?: OnAsked | undefined;
}

interface OfRepository<Rest> {
  readonly repository: RepositoryName;
  readonly rest: Rest;
}

/**
 * A registry that remembers. What has a digest is remembered for ever, on disk as well, that a repository holds it
 * for an hour, tags and lists for `tagTtl`; all that is in memory within one bound of bytes. Keys begin with the owner, which stands for the
 * registry and the credential that it is read with. So nothing that a registry said to one is taken for
 * what it says to another; bytes alone, which are the same for all, are shared.
 */
export function remember(registry: Registry, options: RememberOptions): Registry {
  const { memory, disk, now, onAsked, owner = registry.name } = options;
  const lifetime: Lifetime = {
    fresh: options.tagTtl,
    whileRevalidating: 2 * options.tagTtl,
    ifError: options.maxStale,
  };

  function factsOf<Subject, Found extends Fact>(
    sort: string,
    keyOf: (subject: Subject) => string,
    size: (found: Found) => number,
    fetch: Load<Subject, Found | undefined>,
  ): Facts<Subject, Found> {
    const part = memory.part(`${owner} ${sort}`, size);
    return createFacts({ keyOf, fetch, part, lifetime, now, onAsked });
  }

  /** Facts that are asked for one at a time. */
  function listsOf<Rest, Found extends Fact>(
    sort: string,
    keyOf: (rest: Rest) => string,
    size: (found: Found) => number,
    fetch: (
      repository: RepositoryName,
      rest: Rest,
      ask: Parameters<Load<Rest, Found>>[1],
    ) => Promise<Found | undefined>,
  ): Facts<OfRepository<Rest>, Found> {
    return factsOf(
      sort,
      ({ repository, rest }) => `${repository} ${keyOf(rest)}`,
      size,
      (subjects, ask) => subjects.map(({ repository, rest }) => fetch(repository, rest, ask)),
    );
  }

  const manifests = createContents<Digest, ManifestContents>('manifests', {
    owner,
    memory,
    bytes: createBytes({
      sort: 'manifest',
      part: memory.part('manifest', ({ bytes }) => parsedFactor * bytes.length),
      disk,
      form: manifestForm,
    }),
    digestOf: (digest) => digest,
    fetch: (repository, digests, ask) => registry.manifests(repository, digests, ask),
    holds: (repository, digests, ask) => registry.holds(repository, 'manifests', digests, ask),
    now,
    onAsked,
  });

  const blobs = createContents<Descriptor, Uint8Array>('blobs', {
    owner,
    memory,
    bytes: createBytes({ sort: 'blob', part: memory.part('blob', (bytes) => bytes.length), disk, form: blobForm }),
    digestOf: ({ digest }) => digest,
    fetch: (repository, descriptors, ask) => registry.blobs(repository, descriptors, ask),
    holds: (repository, descriptors, ask) =>
      registry.holds(
        repository,
        'blobs',
        descriptors.map(({ digest }) => digest),
        ask,
      ),
    now,
    onAsked,
  });

  const tags = factsOf<OfRepository<TagName>, TagTarget>(
    'tags',
    ({ repository, rest }) => `${repository}:${rest}`,
    ({ digest }) => digest.length,
    (subjects, ask) => {
      // One load is of one repository, since resolving is asked of one.
      const repository = subjects[0]?.repository;
      if (repository === undefined) return [];
      const names = subjects.map(({ rest }) => rest);
      return registry.resolveTags(repository, names, ask).map(async (resolving) => {
        const target = await resolving;
        if (target === undefined) return undefined;
        const { manifest, ...bare } = target;
        manifests.learn(repository, target.digest, target.freshness, manifest);
        return bare;
      });
    },
  );

  const pages = listsOf<TagPageRequest, TagPage>('tag pages', pageKey, pageSize, (repository, page, ask) =>
    registry.tags(repository, page, ask),
  );
  const names = listsOf<undefined, TagNames>(
    'tag names',
    () => '',
    namesSize,
    (repository, _, ask) => registry.tagNames(repository, ask),
  );
  const referrers = listsOf<ReferrersOf, Referrers>('referrers', referrersKey, referrersSize, (repository, of, ask) =>
    registry.referrers(repository, of.digest, of.artifactType, ask),
  );
  const { describe, repositories } = registry;
  const descriptions =
    describe &&
    factsOf<RepositoryName, RepositoryDescription>(
      'descriptions',
      (repository) => repository,
      ({ description }) => description?.length ?? 0,
      (subjects, ask) => subjects.map((repository) => describe(repository, ask)),
    );
  const catalog =
    repositories &&
    factsOf<PageRequest, RepositoryPage>('catalog', pageKey, catalogSize, (subjects, ask) =>
      subjects.map((page) => repositories(page, ask)),
    );

  return {
    ...registry,
    resolveTags: (repository, wanted, ask) =>
      tags.read(
        wanted.map((rest) => ({ repository, rest })),
        ask,
      ),
    manifests: (repository, digests, ask) =>
      manifests.read(repository, digests, ask).map(async (reading) => {
        const held = await reading;
        return held && { ...held.content, freshness: held.freshness };
      }),
    blobs: (repository, descriptors, ask) =>
      blobs.read(repository, descriptors, ask).map(async (reading) => (await reading)?.content),
    tags: (repository, page, ask) => only(pages.read([{ repository, rest: page }], ask)),
    tagNames: (repository, ask) => only(names.read([{ repository, rest: undefined }], ask)),
    referrers: async (repository, digest, artifactType, ask) => {
      const found = await only(referrers.read([{ repository, rest: { digest, artifactType } }], ask));
      return found ?? { descriptors: [], freshness: { state: 'FRESH', fetchedAt: now() } };
    },
    ...(descriptions && { describe: (repository, ask) => only(descriptions.read([repository], ask)) }),
    ...(catalog && { repositories: (page, ask) => only(catalog.read([page], ask)) }),
  };
}

interface ReferrersOf {
  readonly digest: Digest;
  readonly artifactType: string | undefined;
}

/** A manifest is kept as bytes and as what they say, which takes about as much again, twice. */
const parsedFactor = 3;

/** What an object in a list takes besides its text, roughly. */
const itemOverhead = 150;

function only<T>(each: readonly Promise<T>[]): Promise<T | undefined> {
  return each[0] ?? Promise.resolve(undefined);
}

function pageKey({ size, token, byDate }: TagPageRequest): string {
  return `${size} ${byDate === true ? 'by date' : ''} ${token ?? ''}`;
}

function pageSize({ tags }: TagPage): number {
  const platforms = tags.reduce((sum, { details }) => sum + (details?.platforms?.length ?? 0), 0);
  return (tags.length * 2 + platforms * 2) * itemOverhead;
}

function namesSize({ names }: TagNames): number {
  return names.reduce((sum, name) => sum + name.length + 20, 0);
}

function catalogSize({ repositories }: RepositoryPage): number {
  return repositories.reduce((sum, name) => sum + name.length + 20, 0);
}

function referrersKey({ digest, artifactType }: ReferrersOf): string {
  return `${digest} ${artifactType ?? ''}`;
}

function referrersSize({ descriptors }: Referrers): number {
  return descriptors.length * 4 * itemOverhead;
}
