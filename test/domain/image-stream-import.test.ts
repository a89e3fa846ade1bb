import { describe, expect, it } from '@jest/globals';
import { importFailed, importSucceeded, isImportPending } from '../../src/domain/image-stream-import.ts';
import { withoutTag, withTag } from '../../src/domain/image-stream-tags.ts';
import type { ImageStream, TagSpec } from '../../src/domain/image-stream.ts';
import {
  at,
  empty,
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

const unreachable = { reason: 'UPSTREAM_UNAVAILABLE', message: 'nobody is there' };

function specOf(stream: ImageStream, tag = '1'): TagSpec {
  const spec = stream.tags.get(tag)?.spec;
  if (spec === undefined) throw new Error(`nothing is wanted of ${tag}`);
  return spec;
}

function succeed(stream: ImageStream, digit: string, repository?: string, second = 10): ImageStream {
  return importSucceeded(stream, { tag: '1', asked: specOf(stream) }, imported(digit, repository), at(second));
}

function fail(stream: ImageStream, failure = unreachable, second = 20): ImageStream {
  return importFailed(stream, { tag: '1', asked: specOf(stream) }, failure, second * 1000);
}

function pending(stream: ImageStream): boolean {
  return isImportPending(stream.tags.get('1') ?? tagWith('1', {}));
}

const asked = withWanted(empty, '1', wanted(fromRegistry()));
const there = succeed(asked, 'a');

describe('an import', () => {
  it('is pending from when it is asked for until it brought an image or failed', () => {
    expect([empty, asked, there, fail(asked)].map(pending)).toEqual([false, true, false, false]);
    const again = withWanted(there, '1', wanted(fromRegistry()), { again: true });
    expect([again, succeed(again, 'a'), fail(again)].map(pending)).toEqual([true, false, false]);
  });

  it('is never pending of what is not imported', () => {
    const spec = { ...wanted(fromRegistry()), generation: 9 };
    expect(isImportPending(tagWith('1', { spec: { ...spec, from: fromTag('2') } }))).toBe(false);
    expect(isImportPending(tagWith('1', { spec: { ...spec, reference: true } }))).toBe(false);
    expect(isImportPending(tagWith('1', { spec: { ...spec, from: undefined } }))).toBe(false);
    expect(isImportPending(tagWith('1', { history: [item('a', 3)] }))).toBe(false);
    expect(isImportPending(tagWith('1', { spec, history: [item('a', 8)] }))).toBe(true);
    expect(isImportPending(tagWith('1', { spec, history: [item('a', 9)] }))).toBe(false);
  });
});

describe('an import that succeeds', () => {
  it('is a new generation of stream, tag and item', () => {
    expect(there).toMatchObject({ generation: 3 });
    expect(there.tags.get('1')).toEqual(
      tagWith('1', {
        spec: { ...wanted(fromRegistry()), generation: 3 },
        history: [{ ...imported('a'), createdAt: 10_000, generation: 3 }],
      }),
    );
  });

  it('changes nothing at all where the image is there already, time after time', () => {
    expect(succeed(there, 'a')).toBe(there);
    const moved = succeed(there, 'b');
    expect(succeed(succeed(moved, 'b'), 'b')).toBe(moved);
    expect(imagesOfTag(moved, '1')).toBe('ba');
  });

  it('only settles the generation where the same image was asked for again', () => {
    const again = withWanted(there, '1', wanted(fromRegistry()), { again: true });
    const settled = succeed(again, 'a', undefined, 30);
    expect(settled.tags.get('1')?.history).toEqual([{ ...imported('a'), createdAt: 10_000, generation: 5 }]);
    expect(specOf(settled).generation).toBe(5);
  });

  it('takes a condition away, with the image or without', () => {
    const failed = fail(there);
    expect(succeed(failed, 'b').tags.get('1')).toMatchObject({ conditions: [], history: [{ digest: image('b') }, {}] });
    expect(succeed(failed, 'a').tags.get('1')).toMatchObject({ conditions: [], history: [{ digest: image('a') }] });
    const standing = withTag(there, { ...there.tags.get('1')!, conditions: failed.tags.get('1')!.conditions });
    expect(succeed(standing, 'a')).toEqual(there);
  });

  it('replaces the repository in place', () => {
    const history = succeed(there, 'a', 'quay.io/team/other', 30).tags.get('1')?.history;
    expect(history).toEqual([{ ...imported('a', 'quay.io/team/other'), createdAt: 10_000, generation: 4 }]);
  });

  it('takes followers along', () => {
    const followed = withWanted(asked, '2', wanted(fromTag('1')));
    const after = succeed(followed, 'a');
    expect(after.tags.get('2')?.history).toEqual(after.tags.get('1')?.history);
  });

  it('keeps what was changed of the policies meanwhile', () => {
    const before = specOf(asked);
    const importPolicy = { scheduled: true, insecure: false, importMode: 'PRESERVE_ORIGINAL' } as const;
    const changed = withWanted(asked, '1', wanted(fromRegistry(), { importPolicy }));
    const after = importSucceeded(changed, { tag: '1', asked: before }, imported('a'), at(10));
    expect(imagesOfTag(after, '1')).toBe('a');
    expect(specOf(after).importPolicy).toEqual(importPolicy);
  });
});

describe('an import that fails', () => {
  it('leaves the image, and says why in a condition', () => {
    const after = fail(there);
    expect(after.tags.get('1')).toEqual(
      tagWith('1', {
        spec: { ...wanted(fromRegistry()), generation: 4 },
        history: there.tags.get('1')!.history,
        conditions: [
          { type: 'ImportSuccess', status: 'False', ...unreachable, generation: 4, lastTransitionTime: 20_000 },
        ],
      }),
    );
  });

  it('changes nothing at all where it fails as before, time after time', () => {
    const once = fail(there);
    expect(fail(fail(once), unreachable, 30)).toBe(once);
  });

  it('says why where it fails in another way', () => {
    const after = fail(fail(there), { ...unreachable, message: 'gone' }, 30);
    expect(after.tags.get('1')?.conditions).toEqual([
      {
        type: 'ImportSuccess',
        status: 'False',
        ...unreachable,
        message: 'gone',
        generation: 5,
        lastTransitionTime: 30_000,
      },
    ]);
  });

  it('is no longer pending where it was asked for again and fails as before', () => {
    const again = withWanted(fail(there), '1', wanted(fromRegistry()), { again: true });
    const after = fail(again, unreachable, 30);
    expect(pending(after)).toBe(false);
    expect(after.tags.get('1')?.conditions).toMatchObject([{ ...unreachable, lastTransitionTime: 20_000 }]);
    expect(fail(after)).toBe(after);
  });
});

describe('an import that comes too late', () => {
  const ended = { tag: '1', asked: specOf(asked) };

  it.each([
    ['another image is wanted', withWanted(asked, '1', wanted(fromRegistry('quay.io/team/app:2')))],
    ['it was asked for again', withWanted(asked, '1', wanted(fromRegistry()), { again: true })],
    ['nothing is wanted any more', withoutTag(asked, '1')],
  ])('changes nothing where %s', (_what, stream) => {
    expect(importSucceeded(stream, ended, imported('a'), at(10))).toBe(stream);
    expect(importFailed(stream, ended, unreachable, 10_000)).toBe(stream);
  });
});

describe('an import of a tag of which nothing was wanted', () => {
  const spec: TagSpec = { ...wanted(fromRegistry()), generation: 0 };

  it('makes it, whether it succeeds or fails', () => {
    const made = importSucceeded(empty, { tag: '1', asked: spec }, imported('a'), at(10));
    expect(made.tags.get('1')).toMatchObject({ spec: { generation: 2 }, history: [{ generation: 2 }] });
    const failed = importFailed(empty, { tag: '1', asked: spec }, unreachable, 10_000);
    expect(failed.tags.get('1')).toMatchObject({
      spec: { generation: 2 },
      history: [],
      conditions: [{ generation: 2 }],
    });
    expect([made, failed].map(pending)).toEqual([false, false]);
  });

  it('goes on from what was pushed to it', () => {
    const pushed = withTag(empty, tagWith('1', { history: [item('b', 1)] }));
    expect(imagesOfTag(importSucceeded(pushed, { tag: '1', asked: spec }, imported('a'), at(10)), '1')).toBe('ab');
  });

  it('changes nothing where something is wanted by now', () => {
    expect(importSucceeded(asked, { tag: '1', asked: spec }, imported('a'), at(10))).toBe(asked);
  });
});
