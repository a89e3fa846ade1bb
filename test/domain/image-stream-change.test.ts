import { describe, expect, it } from '@jest/globals';
import { imagesOf, previousImage, withItem } from '../../src/domain/image-stream-history.ts';
import { setTagSpec, type WantedSpec } from '../../src/domain/image-stream-spec.ts';
import {
  newImageStream,
  withLabels,
  withLookupLocal,
  withoutTag,
  withTag,
} from '../../src/domain/image-stream-tags.ts';
import type { Condition, ImageStream } from '../../src/domain/image-stream.ts';
import { pinnedSource } from '../../src/domain/tag-source.ts';
import { failureOf } from './given.ts';
import {
  at,
  empty,
  fromImage,
  fromRegistry,
  fromTag,
  image,
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
const spec = { ...wanted(fromRegistry()), generation: 1 };
const other = 'quay.io/team/other';

describe('what a tag points at', () => {
  const before = tagWith('1', { spec, history: [item('b', 5), item('a', 3)], conditions: [failed] });

  it('is the first item of a tag without history', () => {
    const next = tagWith('1', { spec, conditions: [failed] });
    expect(withItem(next, item('a', 3), 50)).toEqual(tagWith('1', { spec, history: [item('a', 3)] }));
  });

  it('does not change where the item is the same, and the tag keeps its conditions', () => {
    expect(withItem(before, item('b', 5), 50)).toBe(before);
    expect(withItem(before, { ...item('b', 5), createdAt: 9000 }, 50)).toBe(before);
  });

  it('gets only the generation where image and reference are the same', () => {
    const history = [{ ...item('b', 5), generation: 7 }, item('a', 3)];
    expect(withItem(before, item('b', 7), 50)).toEqual(tagWith('1', { spec, history }));
  });

  it('gets the reference in place where only that differs', () => {
    const history = [{ ...item('b', 7, other), createdAt: 5000 }, item('a', 3)];
    expect(withItem(before, item('b', 7, other), 50)).toEqual(tagWith('1', { spec, history }));
  });

  it('gets the image in place where only that differs', () => {
    const next = { ...item('c', 7), dockerImageReference: item('b', 5).dockerImageReference };
    const history = [{ ...next, createdAt: 5000 }, item('a', 3)];
    expect(withItem(before, next, 50)).toEqual(tagWith('1', { spec, history }));
  });

  it('is a new item before the others where both differ, also where the image was there before', () => {
    const history = [item('a', 7), item('b', 5), item('a', 3)];
    expect(withItem(before, item('a', 7), 50)).toEqual(tagWith('1', { spec, history }));
  });

  it('makes the history no longer than it may be', () => {
    expect(withItem(before, item('c', 7), 2).history).toEqual([item('c', 7), item('b', 5)]);
    expect(withItem(before, item('c', 7), 1).history).toEqual([item('c', 7)]);
  });

  it('is remembered with all images of the stream', () => {
    const stream = withTag(withTag(empty, before), tagWith('2', { history: [item('b', 6, other), item('c', 4)] }));
    expect([...imagesOf(stream)]).toEqual([
      [image('b'), item('b', 5)],
      [image('a'), item('a', 3)],
      [image('c'), item('c', 4)],
    ]);
  });

  it('was another image before', () => {
    expect(previousImage(before)).toBe(image('a'));
    expect(previousImage(tagWith('1', { history: [item('a', 3), item('a', 2, other), item('c', 1)] }))).toBe(
      image('c'),
    );
    expect(previousImage(tagWith('1', { history: [item('a', 3)] }))).toBeUndefined();
    expect(previousImage(tagWith('1', {}))).toBeUndefined();
  });
});

describe('what is wanted of a tag', () => {
  const none = { ...at(100), streamOf: () => undefined };
  const set = (stream: ImageStream, wish: WantedSpec) => setTagSpec(stream, '1', wish, none);

  it('is a new generation of stream and tag, and asks for an import, where an image of a registry is wanted', () => {
    const result = set(empty, wanted(fromRegistry()));
    const tag = tagWith('1', { spec: { ...wanted(fromRegistry()), generation: 2 } });
    expect(result).toEqual({
      kind: 'SET',
      stream: { ...empty, generation: 2, tags: new Map([['1', tag]]) },
      isImportAsked: true,
    });
  });

  it.each<[string, Partial<WantedSpec>]>([
    ['another name', { from: fromRegistry('quay.io/team/app:2') }],
    ['another import mode', { importPolicy: { scheduled: false, insecure: false, importMode: 'LEGACY' } }],
    ['another namespace', { from: { ...fromRegistry(), namespace: 'elsewhere' } }],
  ])('asks for an import for %s', (_what, parts) => {
    const result = set(withWanted(empty, '1', wanted(fromRegistry())), wanted(fromRegistry(), parts));
    expect(result).toMatchObject({ kind: 'SET', isImportAsked: true, stream: { generation: 3 } });
    expect(result.kind === 'SET' && result.stream.tags.get('1')?.spec?.generation).toBe(3);
  });

  it.each<[string, Partial<WantedSpec>]>([
    ['a schedule', { importPolicy: { scheduled: true, insecure: false, importMode: 'PRESERVE_ORIGINAL' } }],
    ['insecure', { importPolicy: { scheduled: false, insecure: true, importMode: 'PRESERVE_ORIGINAL' } }],
    ['another way to pull', { referencePolicy: 'LOCAL' }],
  ])('is a new generation of the stream alone for %s', (_what, parts) => {
    const result = set(withWanted(empty, '1', wanted(fromRegistry())), wanted(fromRegistry(), parts));
    expect(result).toMatchObject({ kind: 'SET', isImportAsked: false, stream: { generation: 3 } });
    expect(result.kind === 'SET' && result.stream.tags.get('1')?.spec).toEqual({
      ...wanted(fromRegistry(), parts),
      generation: 2,
    });
  });

  it('changes nothing where it is wanted already, unless it is asked for again', () => {
    const stream = withWanted(empty, '1', wanted(fromRegistry()));
    expect(set(stream, wanted(fromRegistry()))).toEqual({ kind: 'SET', stream, isImportAsked: false });
    expect(withWanted(stream, '1', wanted(fromRegistry()))).toBe(stream);
    const again = setTagSpec(stream, '1', wanted(fromRegistry()), { ...none, again: true });
    expect(again).toMatchObject({ isImportAsked: true, stream: { generation: 3 } });
  });

  it('can be nothing but pushes', () => {
    expect(set(empty, wanted(undefined))).toMatchObject({ kind: 'SET', isImportAsked: false });
  });

  it('is at once a mere reference where no image is to be looked up', () => {
    const stream = withWanted(empty, '1', wanted(fromRegistry(), { reference: true }), { second: 7 });
    expect(stream.tags.get('1')?.history).toEqual([
      { createdAt: 7000, digest: undefined, dockerImageReference: 'quay.io/team/app:1', generation: 2 },
    ]);
  });

  it('cannot be scheduled where it is not imported', () => {
    const importPolicy = { scheduled: true, insecure: false, importMode: 'LEGACY' } as const;
    expect(failureOf(() => set(empty, wanted(fromTag('2'), { importPolicy }))).code).toBe('ARGUMENT_INVALID');
  });
});

describe('a source within the same source of streams', () => {
  const source: ImageStream = withTag(newImageStream({ source: 'local', namespace: 'base', name: 'os' }, 0), {
    ...tagWith('9', { history: [item('b', 5), item('a', 3)] }),
  });
  const others = [source];

  it('is looked up once: the item of the tag, with the time that it has there', () => {
    const stream = withWanted(empty, '1', wanted(fromTag('os:9', 'base')), { others });
    expect(stream.tags.get('1')?.history).toEqual([{ ...item('b', 5), generation: 2 }]);
    expect(withWanted(stream, '1', wanted(fromTag('os:9', 'base')), { others: [] })).toBe(stream);
  });

  it('is an image of any history of its stream, by digest or what it begins with, from now on', () => {
    const stream = withWanted(empty, '1', wanted(fromImage('os@aaaaaaa', 'base')), { others, second: 8 });
    expect(stream.tags.get('1')).toMatchObject({
      spec: { from: fromImage(`os@${image('a')}`, 'base') },
      history: [{ ...imported('a'), createdAt: 8000, generation: 2 }],
    });
  });

  it('is accepted where the tag points at nothing, and refused where there is no such stream or image', () => {
    const options = { ...at(1), streamOf: () => source };
    expect(withWanted(empty, '1', wanted(fromTag('os:10', 'base')), { others }).tags.get('1')?.history).toEqual([]);
    expect(setTagSpec(empty, '1', wanted(fromTag('os:9')), { ...options, streamOf: () => undefined })).toEqual({
      kind: 'NO_STREAM',
      key: { source: 'local', namespace: 'shop', name: 'os' },
    });
    expect(setTagSpec(empty, '1', wanted(fromImage('os@ccccccc', 'base')), options)).toEqual({
      kind: 'NO_IMAGE',
      key: { source: 'local', namespace: 'base', name: 'os' },
      image: 'ccccccc',
    });
    expect(failureOf(() => setTagSpec(empty, '1', wanted(fromImage('os@aa', 'base')), options)).code).toBe(
      'REFERENCE_INVALID',
    );
  });

  it('can be pinned to what it is now', () => {
    const streamOf = () => source;
    const reference = withWanted(empty, 'r', wanted(fromRegistry(), { reference: true }));
    expect(pinnedSource(empty, fromTag('os:9', 'base'), streamOf)).toEqual(fromImage(`os@${image('b')}`, 'base'));
    expect(pinnedSource(reference, fromTag('r'), streamOf)).toEqual(fromRegistry());
    expect(pinnedSource(empty, fromTag('none'), streamOf)).toBeUndefined();
  });
});

describe('what else changes in a stream', () => {
  it('is a new generation where a tag with a specification is taken away, history and all', () => {
    const stream = withWanted(empty, '1', wanted(fromRegistry()));
    expect(withoutTag(stream, '1')).toEqual({ ...empty, generation: 3 });
    expect(withoutTag(withTag(empty, tagWith('1', { history: [item('a', 1)] })), '1')).toEqual(empty);
    expect(withoutTag(stream, '2')).toBe(stream);
  });

  it('is a new generation for lookups, and none for labels', () => {
    expect(withLookupLocal(empty, true)).toEqual({ ...empty, lookupLocal: true, generation: 2 });
    expect(withLookupLocal(empty, false)).toBe(empty);
    const labelled = withLabels(empty, { team: 'a', env: 'x' });
    expect(labelled).toEqual({ ...empty, labels: { team: 'a', env: 'x' } });
    expect(withLabels(labelled, { env: 'x', team: 'a' })).toBe(labelled);
    expect(withLabels(labelled, { env: 'x' }).labels).toEqual({ env: 'x' });
    expect(withLabels(labelled, { env: 'x', team: 'b' }).labels).toEqual({ env: 'x', team: 'b' });
  });

  it('keeps tags in the order of their names', () => {
    const tags = ['b', 'ä', '', 'a', 'B'].reduce((stream, name) => withTag(stream, tagWith(name, {})), empty).tags;
    expect([...tags.keys()]).toEqual(['', 'B', 'a', 'b', 'ä']);
  });
});
