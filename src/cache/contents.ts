import type { Digest } from '../domain/digest.ts';
import type { RepositoryName } from '../domain/reference.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { Ask, Each } from '../domain/registry.ts';
import type { Bytes } from './bytes.ts';
import { createFacts, type OnAsked } from './facts.ts';
import type { Memory } from './memory.ts';

/** How long it is believed that a repository holds a digest, in milliseconds. */
const holdingLifetime = { fresh: 3_600_000, whileRevalidating: 3_600_000, ifError: 86_400_000 };

export interface ContentsOptions<Subject, Content extends object> {
  /** Whose holdings these are, as the memory's keys name it: a registry, or one credential there. */
  readonly owner: string;
  readonly memory: Memory;
  /** The bytes by digest, shared by all registries. */
  readonly bytes: Bytes<Content>;
  readonly digestOf: (subject: Subject) => Digest;
  readonly fetch: (repository: RepositoryName, subjects: readonly Subject[], ask: Ask) => Each<Content | undefined>;
  readonly holds: (repository: RepositoryName, subjects: readonly Subject[], ask: Ask) => Each<boolean>;
  readonly now: () => number;
  readonly onAsked?: OnAsked | undefined;
}

/** Content with the answer that the repository asked holds it. */
export interface Held<Content> {
  readonly content: Content;
  readonly freshness: Freshness;
}

/**
 * Content by digest. Two facts are kept apart: bytes, which are the same wherever they came from and for ever, and that a
 * repository holds them, which only its own answers teach. Bytes are given out only where the second is known.
 */
export interface Contents<Subject, Content extends object> {
  readonly read: (
    repository: RepositoryName,
    subjects: readonly Subject[],
    ask: Ask,
  ) => Each<Held<Content> | undefined>;
  /** Takes in that a repository holds content, and the content itself where it came along. */
  readonly learn: (repository: RepositoryName, subject: Subject, freshness: Freshness, content?: Content) => void;
}

interface Place<Subject> {
  readonly repository: RepositoryName;
  readonly subject: Subject;
  /** Whether the bytes are at hand, so that the repository is asked only whether it holds them. */
  readonly isKnown: boolean;
}

interface Holding<Content> {
  readonly freshness: Freshness;
  /** Only on the way from the fetch to those who wait for it; what is remembered has none. */
  readonly content: Content | undefined;
}

export function createContents<Subject, Content extends object>(
  sort: 'manifests' | 'blobs',
  options: ContentsOptions<Subject, Content>,
): Contents<Subject, Content> {
  const { bytes, digestOf, now } = options;

  const holdings = createFacts<Place<Subject>, Holding<Content>>({
    keyOf: ({ repository, subject }) => `${repository}@${digestOf(subject)}`,
    // All places of one load are of one repository, since reading is asked of one.
    part: options.memory.part(`${options.owner} ${sort}`, () => 0),
    lifetime: holdingLifetime,
    now,
    onAsked: options.onAsked,
    keep: ({ freshness }) => ({ freshness, content: undefined }),
    fetch: fetchOrCheck,
  });

  /** Asks for the bytes, or, where they are known from elsewhere, only whether this repository holds them. */
  function fetchOrCheck(places: readonly Place<Subject>[], ask: Ask): Each<Holding<Content> | undefined> {
    const repository = places[0]?.repository;
    if (repository === undefined) return [];
    const known = places.filter(({ isKnown }) => isKnown).map(({ subject }) => subject);
    const unknown = places.filter(({ isKnown }) => !isKnown).map(({ subject }) => subject);
    // Both are answered in the order asked, so each is handed out from its beginning on.
    const held = (known.length > 0 ? options.holds(repository, known, ask) : []).values();
    const fetched = (unknown.length > 0 ? options.fetch(repository, unknown, ask) : []).values();
    return places.map(({ subject, isKnown }) =>
      isKnown ? checked(held.next().value) : taken(subject, fetched.next().value),
    );
  }

  async function checked(holds: Promise<boolean> | undefined): Promise<Holding<Content> | undefined> {
    return (await holds) === true ? { freshness: freshNow(), content: undefined } : undefined;
  }

  async function taken(
    subject: Subject,
    fetched: Promise<Content | undefined> | undefined,
  ): Promise<Holding<Content> | undefined> {
    const content = await fetched;
    if (content === undefined) return undefined;
    bytes.set(digestOf(subject), content);
    return { freshness: freshNow(), content };
  }

  function freshNow(): Freshness {
    return { state: 'FRESH', fetchedAt: now() };
  }

  /** Joins what is held with its bytes. Those on disk are read only now: registries answer one after the other. */
  async function withContent(
    { repository, subject }: Place<Subject>,
    remembered: Content | undefined,
    holding: Promise<Holding<Content> | undefined>,
    ask: Ask,
  ): Promise<Held<Content> | undefined> {
    const held = await holding;
    if (held === undefined) return undefined;
    const content = held.content ?? remembered ?? bytes.get(digestOf(subject));
    if (content !== undefined) return { content, freshness: held.freshness };
    // They were on disk, and turned out to be others, or have gone meanwhile.
    const fetched = await taken(subject, options.fetch(repository, [subject], ask)[0]);
    return fetched?.content && { content: fetched.content, freshness: fetched.freshness };
  }

  return {
    read: (repository, subjects, ask) => {
      const remembered = subjects.map((subject) => bytes.remembered(digestOf(subject)));
      const places = subjects.map((subject, index) => {
        const isKnown = remembered[index] !== undefined || bytes.isOnDisk(digestOf(subject));
        return { repository, subject, isKnown };
      });
      // A holding without its bytes, which were put out to make room, is of no use: both are fetched anew.
      for (const place of places) if (!place.isKnown) holdings.forget(place);
      const found = holdings.read(places, ask);
      return places.map((place, index) =>
        withContent(place, remembered[index], found[index] ?? Promise.resolve(undefined), ask),
      );
    },
    learn: (repository, subject, freshness, content) => {
      if (content !== undefined) bytes.set(digestOf(subject), content);
      holdings.learn({ repository, subject, isKnown: true }, { freshness, content: undefined });
    },
  };
}
