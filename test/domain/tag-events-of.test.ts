import { describe, expect, it } from '@jest/globals';
import { withTag } from '../../src/domain/image-stream-tags.ts';
import type { Condition, ImageStream, ImageStreamTag, TagSpec } from '../../src/domain/image-stream.ts';
import type { TagEventKind } from '../../src/domain/tag-event.ts';
import { tagEventsOf } from '../../src/domain/tag-events-of.ts';
import { empty, fromImage, fromRegistry, fromTag, image, item, tagWith, wanted } from './image-stream-given.ts';

const other = 'quay.io/team/other';

function spec(generation: number, from = fromRegistry(), parts: Partial<TagSpec> = {}): TagSpec {
  return { ...wanted(from), generation, ...parts };
}

function failure(reason: string, generation = 3, message = 'nobody is there'): Condition {
  return { type: 'ImportSuccess', status: 'False', reason, message, generation, lastTransitionTime: 0 };
}

function streamOf(...tags: readonly (ImageStreamTag | undefined)[]): ImageStream {
  return tags.reduce<ImageStream>((stream, tag) => (tag === undefined ? stream : withTag(stream, tag)), empty);
}

const a = [item('a', 3)];
const ba = [item('b', 4), ...a];
const aba = [item('a', 5), ...ba];
const reference = { createdAt: 0, digest: undefined, dockerImageReference: 'quay.io/team/app:1', generation: 3 };

type Parts = Partial<ImageStreamTag> | undefined;

describe('the event of a change of one tag', () => {
  it.each<[string, Parts, Parts, TagEventKind]>([
    ['it has an image at once', undefined, { spec: spec(3), history: a }, 'CREATED'],
    ['it is pushed to', undefined, { history: a }, 'CREATED'],
    ['its pending import ends well', { spec: spec(2) }, { spec: spec(3), history: a }, 'CREATED'],
    [
      'its first import is made good',
      { spec: spec(2), conditions: [failure('X', 2)] },
      { spec: spec(3), history: a },
      'CREATED',
    ],
    [
      'it is a new reference',
      undefined,
      { spec: spec(3, fromRegistry(), { reference: true }), history: [reference] },
      'CREATED',
    ],
    ['a reference becomes an image', { history: [reference] }, { spec: spec(3), history: a }, 'CREATED'],
    ['it has an image again after all was pruned', { spec: spec(3) }, { spec: spec(3), history: a }, 'CREATED'],
    ['another image is imported', { spec: spec(3), history: a }, { spec: spec(4), history: ba }, 'MOVED'],
    ['it is moved, and its import recovers', { history: a, conditions: [failure('X')] }, { history: ba }, 'MOVED'],
    [
      'it is moved to another source',
      { spec: spec(3), history: a },
      { spec: spec(4, fromTag('2')), history: ba },
      'MOVED',
    ],
    ['the image is replaced in place', { history: a }, { history: [{ ...a[0]!, digest: image('c') }] }, 'MOVED'],
    ['it goes back', { history: ba }, { history: aba }, 'ROLLED_BACK'],
    ['it goes back, and what it was is pruned', { history: ba }, { history: [item('a', 5)] }, 'ROLLED_BACK'],
    ['it went on and back', { history: [item('c', 2)] }, { history: [...aba, item('c', 2)] }, 'ROLLED_BACK'],
    ['the head is taken away', { history: ba }, { history: a }, 'ROLLED_BACK'],
    [
      'it comes from another image',
      { spec: spec(3), history: a },
      { spec: spec(4, fromImage('app@aaaaaaa')), history: a },
      'RETARGETED',
    ],
    [
      'it comes from another name',
      { spec: spec(3), history: a },
      { spec: spec(4, fromTag('2')), history: a },
      'RETARGETED',
    ],
    [
      'it comes from elsewhere by name',
      { spec: spec(3, fromTag('b:1')), history: a },
      { spec: spec(4, fromTag('b:1', 'ns')), history: a },
      'RETARGETED',
    ],
    ['it comes from somewhere, having been pushed', { history: a }, { spec: spec(3), history: a }, 'RETARGETED'],
    [
      'it becomes a reference within streams',
      { spec: spec(3, fromTag('2')), history: a },
      { spec: spec(4, fromTag('2'), { reference: true }), history: a },
      'RETARGETED',
    ],
    [
      'its repository is another',
      { spec: spec(3), history: a },
      { spec: spec(3), history: [item('a', 3, other)] },
      'RETARGETED',
    ],
    [
      'its reference is another',
      { history: [reference] },
      { history: [{ ...reference, dockerImageReference: other }] },
      'RETARGETED',
    ],
    ['it becomes a reference', { history: a }, { history: [reference, ...a] }, 'RETARGETED'],
    [
      'its import fails',
      { spec: spec(3), history: a },
      { spec: spec(4), history: a, conditions: [failure('X', 4)] },
      'IMPORT_FAILED',
    ],
    ['its first import fails', undefined, { spec: spec(3), conditions: [failure('X')] }, 'IMPORT_FAILED'],
    [
      'its import fails in another way',
      { history: a, conditions: [failure('X')] },
      { history: a, conditions: [failure('Y')] },
      'IMPORT_FAILED',
    ],
    [
      'its import fails, and another source is wanted',
      { spec: spec(3), history: a },
      { spec: spec(4, fromRegistry(other)), history: a, conditions: [failure('X', 4)] },
      'IMPORT_FAILED',
    ],
    ['its import recovers', { history: a, conditions: [failure('X')] }, { history: a }, 'IMPORT_RECOVERED'],
    [
      'its import recovers elsewhere',
      { spec: spec(3), history: a, conditions: [failure('X')] },
      { spec: spec(4, fromTag('2')), history: a },
      'IMPORT_RECOVERED',
    ],
    ['it is taken away', { spec: spec(3), history: a }, undefined, 'DELETED'],
    ['it is taken away before it had an image', { spec: spec(3) }, undefined, 'DELETED'],
  ])('where %s', (_what, before, after, kind) => {
    const [old, now] = [before && tagWith('1', before), after && tagWith('1', after)];
    expect(tagEventsOf(streamOf(old), streamOf(now), 'WATCH')).toEqual([
      {
        subject: { kind: 'IMAGE_STREAM_TAG', source: 'local', namespace: 'shop', name: 'app', tag: '1' },
        kind,
        digest: now?.history[0]?.digest,
        previousDigest: old?.history[0]?.digest,
        cause: 'WATCH',
        coalesced: false,
        reason: kind === 'IMPORT_FAILED' ? `${now!.conditions[0]!.reason}: nobody is there` : undefined,
      },
    ]);
  });

  it.each<[string, Parts, Parts]>([
    ['an import is pending at first', undefined, { spec: spec(2) }],
    ['an import is pending again', { spec: spec(3), history: a }, { spec: spec(4), history: a }],
    [
      'an import from elsewhere is pending',
      { spec: spec(3), history: a },
      { spec: spec(4, fromRegistry(other)), history: a },
    ],
    ['a tag follows nothing yet', undefined, { spec: spec(2, fromTag('2')) }],
    ['what is followed is not there either', { spec: spec(2, fromTag('2')) }, { spec: spec(3, fromTag('3')) }],
    [
      'a policy changes',
      { spec: spec(3), history: a },
      { spec: spec(3, fromRegistry(), { referencePolicy: 'LOCAL' }), history: a },
    ],
    ['history is pruned', { history: aba }, { history: aba.slice(0, 1) }],
    ['all history is pruned', { spec: spec(3), history: a }, { spec: spec(3) }],
    [
      'the same is imported again',
      { spec: spec(3), history: a },
      { spec: spec(4), history: [{ ...a[0]!, generation: 4 }] },
    ],
    ['it is not wanted any more, while history stays', { spec: spec(3), history: a }, { history: a }],
    [
      'an import fails in other words',
      { history: a, conditions: [failure('X')] },
      { history: a, conditions: [failure('X', 4, 'still')] },
    ],
    [
      'an import fails no more that never had an image',
      { spec: spec(3), conditions: [failure('X')] },
      { spec: spec(4) },
    ],
  ])('is none where %s', (_what, before, after) => {
    const [old, now] = [before && tagWith('1', before), after && tagWith('1', after)];
    expect(tagEventsOf(streamOf(old), streamOf(now), 'WATCH')).toEqual([]);
  });
});

describe('the events of a change of a stream', () => {
  it('are one for each tag, followers too, in the order of their names', () => {
    const before = streamOf(
      tagWith('a', { history: a }),
      tagWith('b', { spec: spec(2, fromTag('a')), history: a }),
      tagWith('z', { history: a }),
    );
    const after = streamOf(
      tagWith('a', { history: ba }),
      tagWith('b', { spec: spec(2, fromTag('a')), history: ba }),
      tagWith('c', { history: a }),
    );
    expect(tagEventsOf(before, after, 'IMPORT').map(({ subject, kind }) => [subject.tag, kind])).toEqual([
      ['a', 'MOVED'],
      ['b', 'MOVED'],
      ['c', 'CREATED'],
      ['z', 'DELETED'],
    ]);
  });

  it('are those of all its tags where it comes or goes, and none where it was never there', () => {
    const stream = streamOf(tagWith('a', { history: a }), tagWith('b', { spec: spec(2) }));
    const kinds = (before?: ImageStream, after?: ImageStream) =>
      tagEventsOf(before, after, 'WATCH').map(({ kind }) => kind);
    expect(kinds(undefined, stream)).toEqual(['CREATED']);
    expect(kinds(stream, undefined)).toEqual(['DELETED', 'DELETED']);
    expect(kinds(undefined, undefined)).toEqual([]);
    expect(kinds(stream, stream)).toEqual([]);
    expect(kinds(stream, { ...stream, labels: { x: 'y' }, lookupLocal: true, generation: 9 })).toEqual([]);
  });

  it('may stand for several changes where only a list was read', () => {
    const [before, after] = [streamOf(tagWith('1', { history: a })), streamOf(tagWith('1', { history: ba }))];
    expect(tagEventsOf(before, after, 'RELIST')).toMatchObject([{ cause: 'RELIST', coalesced: true }]);
    expect(tagEventsOf(before, after, 'MUTATION')).toMatchObject([{ cause: 'MUTATION', coalesced: false }]);
  });

  it('tell the message alone where a cluster gives no reason', () => {
    const after = streamOf(tagWith('1', { conditions: [failure('')] }));
    expect(tagEventsOf(empty, after, 'WATCH')).toMatchObject([{ kind: 'IMPORT_FAILED', reason: 'nobody is there' }]);
  });
});
