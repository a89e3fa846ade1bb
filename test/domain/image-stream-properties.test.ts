import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Digest } from '../../src/domain/digest.ts';
import { followedTag } from '../../src/domain/image-stream-followers.ts';
import { imagesOf } from '../../src/domain/image-stream-history.ts';
import { importFailed, importSucceeded, isImportPending } from '../../src/domain/image-stream-import.ts';
import { rollBack } from '../../src/domain/image-stream-rollback.ts';
import { setTagSpec, type WantedSpec } from '../../src/domain/image-stream-spec.ts';
import { stepsBetween } from '../../src/domain/image-stream-steps.ts';
import { withLookupLocal, withoutTag } from '../../src/domain/image-stream-tags.ts';
import type { ImageStream, ImageStreamTag, TagSource, TagSpec } from '../../src/domain/image-stream.ts';
import type { TagChange } from '../../src/domain/tag-event.ts';
import { tagEventsOf } from '../../src/domain/tag-events-of.ts';
import { at, empty, fromImage, fromRegistry, fromTag, imported, wanted } from './image-stream-given.ts';

const deeds = ['ask', 'follow', 'refer', 'pin', 'succeed', 'fail', 'rollBack', 'untag', 'policy', 'lookup'] as const;

/** What may be done to a stream; `choice` chooses among what there is. */
interface Step {
  readonly does: (typeof deeds)[number];
  readonly tag: string;
  readonly other: string;
  readonly choice: number;
}

const mostItems = 5;

function set(stream: ImageStream, { tag, choice }: Step, wish: WantedSpec, second: number): ImageStream {
  const again = choice % 4 === 0;
  const result = setTagSpec(stream, tag, wish, { ...at(second, mostItems), again, streamOf: () => undefined });
  return result.kind === 'SET' ? result.stream : stream;
}

function pinned(stream: ImageStream, choice: number): WantedSpec {
  const digests = [...imagesOf(stream).keys()];
  return wanted(fromImage(`app@${digests[choice % digests.length] ?? 'fffffff'}`));
}

function digestAt(stream: ImageStream, step: Step): Digest | undefined {
  const history = stream.tags.get(step.tag)?.history ?? [];
  return history[step.choice % Math.max(1, history.length)]?.digest;
}

type Act = (stream: ImageStream, step: Step, second: number) => ImageStream;

const acts: Readonly<Record<Step['does'], Act>> = {
  ask: (stream, step, second) => set(stream, step, wanted(registryOf(step)), second),
  follow: (stream, step, second) =>
    set(stream, step, wanted(fromTag(step.choice % 2 === 0 ? step.other : `app:${step.other}`)), second),
  refer: (stream, step, second) => set(stream, step, wanted(registryOf(step), { reference: true }), second),
  pin: (stream, step, second) => set(stream, step, pinned(stream, step.choice), second),
  succeed: (stream, step, second) => {
    const { tag, choice } = step;
    const asked = importedSpec(stream, tag);
    const found = imported('abc'.charAt(choice % 3), choice % 2 === 0 ? 'quay.io/team/app' : 'quay.io/team/copy');
    return asked === undefined ? stream : importSucceeded(stream, { tag, asked }, found, at(second, mostItems));
  },
  fail: (stream, { tag, choice }, second) => {
    const asked = importedSpec(stream, tag);
    const failure = { reason: choice % 2 === 0 ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_TLS', message: 'no' };
    return asked === undefined ? stream : importFailed(stream, { tag, asked }, failure, second * 1000);
  },
  rollBack: (stream, step, second) => {
    const digest = digestAt(stream, step);
    return (digest && rollBack(stream, step.tag, digest, at(second, mostItems))) ?? stream;
  },
  untag: (stream, { tag }) => withoutTag(stream, tag),
  policy: (stream, step, second) => {
    const spec = stream.tags.get(step.tag)?.spec;
    const referencePolicy = step.choice % 2 === 0 ? 'LOCAL' : 'SOURCE';
    return spec === undefined ? stream : set(stream, { ...step, choice: 1 }, { ...spec, referencePolicy }, second);
  },
  lookup: (stream, { choice }) => withLookupLocal(stream, choice % 2 === 0),
};

function take(stream: ImageStream, step: Step, second: number): ImageStream {
  return acts[step.does](stream, step, second);
}

function registryOf({ choice }: Step): TagSource {
  return fromRegistry(`quay.io/team/app:${String(choice % 3)}`);
}

function importedSpec(stream: ImageStream, tag: string): TagSpec | undefined {
  const spec = stream.tags.get(tag)?.spec;
  return spec?.from?.kind === 'DOCKER_IMAGE' && !spec.reference ? spec : undefined;
}

const tag = fc.constantFrom('a', 'b', 'c', 'd');
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    does: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom<Step['does'][]>('ask', 'follow', 'succeed', 'succeed') },
      { weight: 1, arbitrary: fc.constantFrom(...deeds) },
    ),
    tag,
    other: tag,
    choice: fc.nat(11),
  }),
  { maxLength: 50, size: 'max' },
);

/** All states of a stream, from the empty one on. */
function statesOf(done: readonly Step[]): readonly ImageStream[] {
  const states = [empty];
  for (const [index, step] of done.entries()) states.push(take(states.at(-1)!, step, index + 1));
  return states;
}

function eachChange(check: (before: ImageStream, after: ImageStream, step: Step, second: number) => void): void {
  fc.assert(
    fc.property(steps, (done) => {
      const states = statesOf(done);
      for (const [index, step] of done.entries()) check(states[index]!, states[index + 1]!, step, index + 1);
    }),
    { numRuns: 100 },
  );
}

function heads(stream: ImageStream): ReadonlyMap<string, Digest | undefined> {
  return new Map(
    [...stream.tags.values()]
      .filter(({ history }) => history.length > 0)
      .map(({ name, history }) => [name, history[0]?.digest]),
  );
}

/** Follows events from nothing on, and makes sure that each goes on from the one before. */
function fold(events: readonly TagChange[]): ReadonlyMap<string, Digest | undefined> {
  const known = new Map<string, Digest | undefined>();
  for (const { subject, kind, digest, previousDigest } of events) {
    expect(previousDigest).toBe(known.get(subject.tag));
    if (kind === 'MOVED' || kind === 'ROLLED_BACK') expect(digest).not.toBe(previousDigest);
    if (kind === 'IMPORT_FAILED' || kind === 'IMPORT_RECOVERED') expect(digest).toBe(previousDigest);
    if (kind === 'DELETED') known.delete(subject.tag);
    else if (kind !== 'IMPORT_FAILED' || known.has(subject.tag)) known.set(subject.tag, digest);
  }
  return known;
}

describe('any sequence of changes of a stream', () => {
  it('is told by events that lead to what its tags point at, each going on from the one before', () => {
    fc.assert(
      fc.property(steps, (done) => {
        const states = statesOf(done);
        const events = states.slice(1).flatMap((after, index) => tagEventsOf(states[index], after, 'MUTATION'));
        expect(fold(events)).toEqual(heads(states.at(-1)!));
      }),
      { numRuns: 100 },
    );
  });

  it('is told by one event of a tag at most for each change', () => {
    eachChange((before, after) => {
      const tags = tagEventsOf(before, after, 'MUTATION').map(({ subject }) => subject.tag);
      expect(new Set(tags).size).toBe(tags.length);
    });
  });

  it('leaves followers pointing at what their source points at', () => {
    eachChange((_before, after) => {
      for (const follower of after.tags.values()) {
        const head = after.tags.get(followedTag(after, follower.spec) ?? '')?.history[0];
        if (head === undefined) continue;
        expect(follower.history[0]?.digest).toBe(head.digest);
        expect(follower.history[0]?.dockerImageReference).toBe(head.dockerImageReference);
      }
    });
  });

  it('changes nothing, and tells nothing, where the same is done again', () => {
    eachChange((_before, after, step, second) => {
      if (step.choice % 4 === 0 || step.does === 'rollBack' || step.does === 'pin') return;
      expect(take(after, step, second + 1000)).toBe(after);
    });
  });

  it('keeps generations growing, histories short and without doubles, and tags in order', () => {
    eachChange((before, after) => {
      expect(after.generation).toBeGreaterThanOrEqual(before.generation);
      expect([...after.tags.keys()]).toEqual([...after.tags.keys()].toSorted());
      const tags = [...after.tags.values()];
      expect(tags.filter(({ history }) => history.length > mostItems)).toEqual([]);
      expect(tags.filter(({ spec }) => (spec?.generation ?? 0) > after.generation)).toEqual([]);
      const isDouble = (tag: ImageStreamTag): boolean =>
        tag.history.some(({ digest }, index) => index > 0 && digest === tag.history[index - 1]?.digest);
      expect(tags.filter(isDouble)).toEqual([]);
    });
  });

  it('leaves no import pending that has ended', () => {
    eachChange((_before, after, step) => {
      const ended = after.tags.get(step.tag);
      if ((step.does === 'succeed' || step.does === 'fail') && ended !== undefined)
        expect(isImportPending(ended)).toBe(false);
    });
  });

  it('is recovered image by image from the last of its states, if no history was cut', () => {
    const imports = fc.array(
      fc.record({
        does: fc.constant('succeed' as const),
        tag: fc.constantFrom('a', 'b'),
        other: tag,
        choice: fc.nat(11),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(imports, (done) => {
        const start = ['a', 'b'].reduce(
          (stream, name) => take(stream, { does: 'ask', tag: name, other: name, choice: 1 }, 0),
          empty,
        );
        const known = ['a', 'b'].reduce(
          (stream, name) => take(stream, { does: 'succeed', tag: name, other: name, choice: 0 }, 1),
          start,
        );
        let last = known;
        const moves: string[] = [];
        for (const [index, step] of done.entries()) {
          const next = take(last, step, index + 2);
          moves.push(...told([last, next]));
          last = next;
        }
        const recovered = told([known, ...stepsBetween(known, last, 100)]);
        for (const name of ['a', 'b']) expect(recovered.filter(of(name))).toEqual(moves.filter(of(name)));
      }),
    );
  });
});

/** Moves of images between states, in words. */
function told(states: readonly ImageStream[]): readonly string[] {
  return states
    .slice(1)
    .flatMap((after, index) => tagEventsOf(states[index], after, 'RELIST'))
    .filter(({ kind }) => kind !== 'RETARGETED')
    .map(({ subject, kind, digest }) => `${subject.tag} ${kind} ${String(digest)}`);
}

function of(name: string): (move: string) => boolean {
  return (move) => move.startsWith(`${name} `);
}
