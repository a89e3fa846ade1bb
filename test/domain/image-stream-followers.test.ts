import { describe, expect, it } from '@jest/globals';
import { followedTag } from '../../src/domain/image-stream-followers.ts';
import { rollBack } from '../../src/domain/image-stream-rollback.ts';
import { withoutTag, withTag } from '../../src/domain/image-stream-tags.ts';
import type { Condition } from '../../src/domain/image-stream.ts';
import {
  at,
  empty,
  fromImage,
  fromRegistry,
  fromTag,
  image,
  imagesOfTag,
  imported,
  item,
  tagWith,
  wanted,
  withWanted,
} from './image-stream-given.ts';

const failed: Condition = {
  type: 'ImportSuccess',
  status: 'False',
  reason: 'UPSTREAM_UNAVAILABLE',
  message: 'nobody is there',
  generation: 2,
  lastTransitionTime: 2000,
};

describe('tags that follow others', () => {
  it('do so within their stream only', () => {
    const follows = (from: Parameters<typeof wanted>[0]) => followedTag(empty, { ...wanted(from), generation: 1 });
    expect(follows(fromTag('a'))).toBe('a');
    expect(follows(fromTag('app:a'))).toBe('a');
    expect(follows(fromTag('app:a', 'shop'))).toBe('a');
    expect(follows(fromTag('app:a', 'elsewhere'))).toBeUndefined();
    expect(follows(fromTag('other:a'))).toBeUndefined();
    expect(follows(fromImage('app@aaaaaaa'))).toBeUndefined();
    expect(followedTag(empty, undefined)).toBeUndefined();
  });

  it.each([
    ['in the order of their names', ['a', 'b', 'c', 'd']],
    ['against it', ['z', 'y', 'x', 'w']],
  ])('get the very item in the same change, along a chain, %s', (_what, names) => {
    const chain = names.slice(1).map((follower, index) => ({ follower, followed: names[index] ?? '' }));
    const [first = '', last = ''] = [names[0], names.at(-1)];
    let stream = withTag(empty, tagWith('source', { history: [item('a', 1), item('b', 1)] }));
    for (const { follower, followed } of chain) stream = withWanted(stream, follower, wanted(fromTag(followed)));
    for (const digit of ['a', 'b', 'a']) stream = withWanted(stream, first, wanted(fromImage(`app@${image(digit)}`)));
    expect(names.map((name) => imagesOfTag(stream, name))).toEqual(['aba', 'aba', 'aba', 'aba']);
    const follower = stream.tags.get(last)!;
    expect(follower.history).toEqual(stream.tags.get(first)?.history);
    expect(follower.history[0]!.generation).toBeGreaterThan(follower.spec!.generation);
  });

  it('may do so in a circle', () => {
    let stream = withWanted(withWanted(empty, 'a', wanted(fromTag('b'))), 'b', wanted(fromTag('a')));
    expect(stream.tags.get('a')?.history).toEqual([]);
    stream = withTag(stream, tagWith('c', { history: [item('c', 1)] }));
    stream = withWanted(stream, 'a', wanted(fromTag('c')));
    expect([imagesOfTag(stream, 'a'), imagesOfTag(stream, 'b')]).toEqual(['c', 'c']);
    stream = withWanted(stream, 'c', wanted(fromTag('c')));
    expect(imagesOfTag(stream, 'c')).toBe('c');
  });

  it('keep what they have, and go on asking for it, when the tag is taken away', () => {
    const stream = withWanted(withTag(empty, tagWith('a', { history: [item('a', 1)] })), 'b', wanted(fromTag('a')));
    const without = withoutTag(stream, 'a');
    expect(without.tags.get('b')).toBe(stream.tags.get('b'));
    expect(without.tags.has('a')).toBe(false);
  });
});

describe('a tag that is rolled back', () => {
  const importPolicy = { scheduled: true, insecure: true, importMode: 'LEGACY' } as const;
  const before = withTag(
    withTag({ ...empty, generation: 9 }, tagWith('follower', { spec: { ...wanted(fromTag('1')), generation: 2 } })),
    tagWith('1', {
      spec: { ...wanted(fromRegistry(), { importPolicy, referencePolicy: 'LOCAL' }), generation: 5 },
      history: [item('b', 5), item('a', 3)],
      conditions: [failed],
    }),
  );

  it('has a new head, stays there, and takes its followers along', () => {
    const after = rollBack(before, '1', image('a'), at(20));
    const head = { ...imported('a'), createdAt: 20_000, generation: 10 };
    expect(after?.generation).toBe(10);
    expect(after?.tags.get('1')).toEqual({
      name: '1',
      spec: {
        from: fromImage(`app@${image('a')}`),
        reference: false,
        generation: 10,
        importPolicy: { scheduled: false, insecure: false, importMode: 'LEGACY' },
        referencePolicy: 'LOCAL',
        upstream: undefined,
      },
      history: [head, item('b', 5), item('a', 3)],
      conditions: [],
    });
    expect(after?.tags.get('follower')?.history).toEqual([head]);
  });

  it('changes no more where it stands there already', () => {
    const after = rollBack(before, '1', image('a'), at(20));
    expect(after && rollBack(after, '1', image('a'), at(21))).toBe(after);
  });

  it('can be kept where it is', () => {
    const after = rollBack(before, '1', image('b'), at(20));
    expect(after?.tags.get('1')?.history).toEqual([{ ...item('b', 5), generation: 10 }, item('a', 3)]);
  });

  it('cannot go where it never was', () => {
    expect(rollBack(before, '1', image('c'), at(20))).toBeUndefined();
    expect(rollBack(before, '2', image('a'), at(20))).toBeUndefined();
  });
});
