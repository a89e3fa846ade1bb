import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import { observeTag, type TagSighting } from '../../src/domain/repository-tag-change.ts';
import type { TagChange } from '../../src/domain/tag-event.ts';
import type { WatchedTag } from '../../src/domain/watched-tag.ts';
import { image } from './image-stream-given.ts';

const key = {
  registry: parseRegistryName('quay.io'),
  repository: parseRepositoryName('team/app'),
  tag: parseTagName('latest'),
};
const mediaType = 'application/vnd.oci.image.index.v1+json';

function present(digit: string, at: number, type: string | undefined = mediaType): TagSighting {
  return { kind: 'PRESENT', digest: image(digit), mediaType: type, at };
}

function missing(at: number): TagSighting {
  return { kind: 'MISSING', at };
}

/** What is known after some sightings, and what was told of them. */
function after(...sightings: readonly TagSighting[]): {
  record: WatchedTag | undefined;
  changes: readonly TagChange[];
} {
  let record: WatchedTag | undefined;
  const changes: TagChange[] = [];
  for (const seen of sightings) {
    const observed = observeTag(key, record, seen, { cause: 'WEBHOOK' });
    record = observed.record;
    if (observed.change !== undefined) changes.push(observed.change);
  }
  return { record, changes };
}

function kinds(...sightings: readonly TagSighting[]): readonly string[] {
  return after(...sightings).changes.map(({ kind }) => kind);
}

describe('a tag of a watched repository', () => {
  it('is created when it is first seen', () => {
    expect(after(present('a', 5))).toEqual({
      record: { ...key, digest: image('a'), mediaType, changedAt: 5, missingSince: undefined, earlier: [] },
      changes: [
        {
          subject: { kind: 'TAG', ...key },
          kind: 'CREATED',
          digest: image('a'),
          previousDigest: undefined,
          cause: 'WEBHOOK',
          coalesced: false,
          reason: undefined,
        },
      ],
    });
  });

  it('moves on, and goes back', () => {
    const { record, changes } = after(present('a', 1), present('b', 2), present('a', 3), present('c', 4));
    expect(changes.map(({ kind }) => kind)).toEqual(['CREATED', 'MOVED', 'ROLLED_BACK', 'MOVED']);
    expect(record).toMatchObject({ digest: image('c'), changedAt: 4, earlier: [image('a'), image('b')] });
  });

  it('stays the same object where nothing is new', () => {
    const { record } = after(present('a', 1));
    for (const seen of [present('a', 2), present('a', 3, undefined)]) {
      const observed = observeTag(key, record, seen, { cause: 'POLL' });
      expect(observed.change).toBeUndefined();
      expect(observed.record).toBe(record);
    }
    expect(observeTag(key, undefined, missing(1), { cause: 'POLL' })).toEqual({ record: undefined, change: undefined });
  });

  it('learns its media type without an event', () => {
    const { record, changes } = after(present('a', 1, undefined), present('a', 2));
    expect(record).toMatchObject({ mediaType, changedAt: 1 });
    expect(changes).toHaveLength(1);
  });

  it('is gone only when it was missing twice, a second apart', () => {
    expect(kinds(present('a', 0), missing(10))).toEqual(['CREATED']);
    expect(kinds(present('a', 0), missing(10), missing(1009))).toEqual(['CREATED']);
    expect(kinds(present('a', 0), missing(10), missing(1009), missing(1010))).toEqual(['CREATED', 'DELETED']);
    expect(after(present('a', 0), missing(10), missing(2000)).record).toEqual({
      ...key,
      digest: undefined,
      mediaType: undefined,
      changedAt: 2000,
      missingSince: undefined,
      earlier: [image('a')],
    });
  });

  it('is gone once', () => {
    const { record } = after(present('a', 0), missing(10), missing(2000));
    expect(observeTag(key, record, missing(4000), { cause: 'POLL' })).toEqual({ record, change: undefined });
    expect(kinds(present('a', 0), missing(10), missing(2000), missing(4000), missing(6000))).toEqual([
      'CREATED',
      'DELETED',
    ]);
  });

  it('is not gone where it was there in between', () => {
    const { record, changes } = after(present('a', 0), missing(10), present('a', 500), missing(2000));
    expect(changes).toHaveLength(1);
    expect(record).toMatchObject({ digest: image('a'), missingSince: 2000, changedAt: 0 });
  });

  it('comes again as one that is created, whatever it pointed at before', () => {
    const { changes } = after(present('a', 0), missing(10), missing(2000), present('a', 3000), present('b', 4000));
    expect(changes.map(({ kind, previousDigest }) => [kind, previousDigest])).toEqual([
      ['CREATED', undefined],
      ['DELETED', image('a')],
      ['CREATED', undefined],
      ['MOVED', image('a')],
    ]);
  });

  it('makes no events when the repository is looked at for the first time', () => {
    const { record, change } = observeTag(key, undefined, present('a', 1), { cause: 'POLL', baseline: true });
    expect(change).toBeUndefined();
    expect(record).toMatchObject({ digest: image('a') });
  });

  it('may have moved more than once where it was only looked at now and then', () => {
    expect(observeTag(key, undefined, present('a', 1), { cause: 'POLL' }).change).toMatchObject({ coalesced: true });
  });

  it('remembers a hundred earlier images, those that it had last', () => {
    const digests = Array.from({ length: 130 }, (_, index) => index.toString(16).padStart(64, '0'));
    const { record } = after(
      ...digests.map((hex, index): TagSighting => ({ ...present('a', index), digest: `sha256:${hex}` }) as TagSighting),
    );
    expect(record?.earlier).toHaveLength(100);
    expect(record?.earlier[0]).toBe(`sha256:${digests[128]!}`);
  });

  it('is told of so that the events lead to what is known, each going on from the one before', () => {
    const sighting = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'd').map((digit) => present(digit, 0)) },
      { weight: 2, arbitrary: fc.constant(missing(0)) },
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(sighting, fc.nat(1500)), { maxLength: 40 }), (steps) => {
        let now = 0;
        const { record, changes } = after(...steps.map(([seen, wait]) => ({ ...seen, at: (now += wait) })));
        let digest: unknown;
        for (const change of changes) {
          expect(change.previousDigest).toBe(digest);
          expect(change.digest).not.toBe(digest);
          digest = change.digest;
        }
        expect(record?.digest).toBe(digest);
        expect(new Set(record?.earlier).size).toBe(record?.earlier.length ?? 0);
      }),
    );
  });
});
