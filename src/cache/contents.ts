import type { Digest } from '../domain/digest.ts';
import type { RepositoryName } from '../domain/reference.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { Ask, Each } from '../domain/registry.ts';
import { createFacts } from './facts.ts';
import type { Memory, MemoryPart } from './memory.ts';

/** How long it is believed that a repository holds a digest, in milliseconds. */
const holdingLifetime = { fresh: 3_600_000, whileRevalidating: 3_600_000, ifError: 86_400_000 };

export interface ContentsOptions<Subject, Content extends object> {
  /** The registry, as the memory's keys name it. */
  readonly registry: string;
  readonly memory: Memory;
  /** The bytes by digest, shared by all registries. */
  readonly bytes: MemoryPart<Content>;
  readonly digestOf: (subject: Subject) => Digest;
  readonly fetch: (repository: RepositoryName, subjects: readonly Subject[], ask: Ask) => Each<Content | undefined>;
  readonly holds: (repository: RepositoryName, subjects: readonly Subject[], ask: Ask) => Each<boolean>;
  readonly now: () => number;
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
    part: options.memory.part(`${options.registry} ${sort}`, () => 0),
    lifetime: holdingLifetime,
    now,
    keep: ({ freshness }) => ({ freshness, content: undefined }),
    fetch: fetchOrCheck,
  });

  /** Asks for the bytes, or, where they are known from elsewhere, only whether this repository holds them. */
  function fetchOrCheck(places: readonly Place<Subject>[], ask: Ask): Each<Holding<Content> | undefined> {
    const repository = places[0]?.repository;
    if (repository === undefined) return [];
    const subjects = places.map(({ subject }) => subject);
    const isKnown = subjects.map((subject) => bytes.get(digestOf(subject)) !== undefined);
    const known = subjects.filter((_, index) => isKnown[index]);
    const unknown = subjects.filter((_, index) => isKnown[index] !== true);
    // Both are answered in the order asked, so each is handed out from its beginning on.
    const held = (known.length > 0 ? options.holds(repository, known, ask) : []).values();
    const fetched = (unknown.length > 0 ? options.fetch(repository, unknown, ask) : []).values();
    return subjects.map(async (subject, index): Promise<Holding<Content> | undefined> => {
      const content =
        isKnown[index] === true ? await heldContent(subject, held.next().value) : await fetched.next().value;
      if (content === undefined) return undefined;
      bytes.set(digestOf(subject), content);
      return { freshness: { state: 'FRESH', fetchedAt: now() }, content };
    });
  }

  async function heldContent(subject: Subject, holds: Promise<boolean> | undefined): Promise<Content | undefined> {
    const content = bytes.get(digestOf(subject));
    return (await holds) === true ? content : undefined;
  }

  async function withContent(
    subject: Subject,
    known: Content | undefined,
    holding: Promise<Holding<Content> | undefined>,
  ): Promise<Held<Content> | undefined> {
    const held = await holding;
    const content = held?.content ?? known ?? bytes.get(digestOf(subject));
    return held === undefined || content === undefined ? undefined : { content, freshness: held.freshness };
  }

  return {
    read: (repository, subjects, ask) => {
      const places = subjects.map((subject) => ({ repository, subject }));
      const known = subjects.map((subject) => bytes.get(digestOf(subject)));
      // A holding without its bytes, which were put out to make room, is of no use: both are fetched anew.
      places.forEach((place, index) => {
        if (known[index] === undefined) holdings.forget(place);
      });
      const found = holdings.read(places, ask);
      return subjects.map((subject, index) =>
        withContent(subject, known[index], found[index] ?? Promise.resolve(undefined)),
      );
    },
    learn: (repository, subject, freshness, content) => {
      if (content !== undefined) bytes.set(digestOf(subject), content);
      holdings.learn({ repository, subject }, { freshness, content: undefined });
    },
  };
}
