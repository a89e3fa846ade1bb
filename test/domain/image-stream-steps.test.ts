import { describe, expect, it } from '@jest/globals';
import { stepsBetween } from '../../src/domain/image-stream-steps.ts';
import { withTag } from '../../src/domain/image-stream-tags.ts';
import type { ImageStream, TagItem } from '../../src/domain/image-stream.ts';
import { tagEventsOf } from '../../src/domain/tag-events-of.ts';
import { empty, image, imagesOfTag, item, tagWith } from './image-stream-given.ts';

/** A stream with tags whose histories are written as digits, the newest first; an item's generation is its age. */
function streamOf(histories: Readonly<Record<string, string>>): ImageStream {
  return Object.entries(histories).reduce(
    (stream, [tag, digits]) => withTag(stream, tagWith(tag, { history: itemsOf(digits) })),
    empty,
  );
}

function itemsOf(digits: string): readonly TagItem[] {
  return Array.from(digits, (digit, index) => item(digit, digits.length - index));
}

/** What a tag points at after each step. */
function digitsOf(
  before: ImageStream | undefined,
  after: ImageStream,
  mostSteps = 100,
): readonly (string | undefined)[] {
  return stepsBetween(before, after, mostSteps).map((step) => imagesOfTag(step, '1')?.charAt(0));
}

function kindsOf(before: ImageStream, after: ImageStream): readonly string[] {
  const steps = [before, ...stepsBetween(before, after, 100)];
  return steps
    .slice(1)
    .flatMap((step, index) =>
      tagEventsOf(steps[index], step, 'RELIST').map(({ kind, subject }) => `${subject.tag} ${kind}`),
    );
}

describe('the steps of a change that was seen when it was over', () => {
  it('show each image that the history tells of, oldest first', () => {
    expect(digitsOf(streamOf({ 1: 'a' }), streamOf({ 1: 'dcba' }))).toEqual(['b', 'c', 'd']);
    expect(kindsOf(streamOf({ 1: 'a' }), streamOf({ 1: 'acba' }))).toEqual(['1 MOVED', '1 MOVED', '1 ROLLED_BACK']);
  });

  it('show a tag going on and coming back, which two looks at it do not', () => {
    expect(tagEventsOf(streamOf({ 1: 'a' }), streamOf({ 1: 'aba' }), 'RELIST')).toEqual([]);
    expect(kindsOf(streamOf({ 1: 'a' }), streamOf({ 1: 'aba' }))).toEqual(['1 MOVED', '1 ROLLED_BACK']);
  });

  it('are the end alone where nothing was missed, or nothing tells what was', () => {
    const after = streamOf({ 1: 'ba' });
    expect(stepsBetween(streamOf({ 1: 'a' }), after, 100)).toEqual([after]);
    expect(stepsBetween(after, after, 100)).toEqual([after]);
    expect(stepsBetween(undefined, streamOf({ 1: 'cba' }), 100)).toHaveLength(1);
    expect(digitsOf(streamOf({ 1: 'f' }), streamOf({ 1: 'cba' }))).toEqual(['c']);
    expect(digitsOf(streamOf({ 1: 'a' }), empty)).toEqual([undefined]);
  });

  it('begin with the first image of a tag that was not there, or had none', () => {
    expect(digitsOf(empty, streamOf({ 1: 'cba' }))).toEqual(['a', 'b', 'c']);
    expect(kindsOf(streamOf({ 1: '' }), streamOf({ 1: 'ba' }))).toEqual(['1 CREATED', '1 MOVED']);
  });

  it('find the known head also where its generation went on', () => {
    const known = withTag(empty, tagWith('1', { history: [item('a', 1)] }));
    const after = withTag(
      empty,
      tagWith('1', { history: [item('c', 4), item('b', 3), { ...item('a', 1), generation: 2 }] }),
    );
    expect(digitsOf(known, after)).toEqual(['b', 'c']);
  });

  it('tell the known head from the same image in the same second by its generation', () => {
    const [first, second, third] = [1, 2, 3].map((generation) => ({
      ...item(generation === 2 ? 'b' : 'a', generation),
      createdAt: 0,
    }));
    const before = withTag(empty, tagWith('1', { history: [first!] }));
    const after = withTag(empty, tagWith('1', { history: [third!, second!, first!] }));
    expect(digitsOf(before, after)).toEqual(['b', 'a']);
  });

  it('are no more than wanted, the older ones left out', () => {
    expect(digitsOf(streamOf({ 1: 'a' }), streamOf({ 1: 'fedcba' }), 3)).toEqual(['d', 'e', 'f']);
    expect(digitsOf(streamOf({ 1: 'a' }), streamOf({ 1: 'fedcba' }), 1)).toEqual(['f']);
  });

  it('move each tag once at most, and all other things last', () => {
    const before: ImageStream = { ...streamOf({ 1: 'a', 2: 'b', gone: 'c' }), resourceVersion: '1' };
    const after: ImageStream = {
      ...streamOf({ 1: 'cba', 2: 'cb', new: 'a' }),
      resourceVersion: '9',
      labels: { x: 'y' },
    };
    expect(kindsOf(before, after)).toEqual(['1 MOVED', '1 MOVED', '2 MOVED', 'gone DELETED', 'new CREATED']);
    const [first] = stepsBetween(before, after, 100);
    expect(first).toMatchObject({ resourceVersion: '1', labels: {} });
    expect(first?.tags.get('1')?.history[0]?.digest).toBe(image('b'));
  });
});
