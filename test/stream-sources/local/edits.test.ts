import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digest } from '../../support/fake-registry.ts';
import { app, at, createStand, how, other, wanted, type Stand } from './stand.ts';

let stand: Stand;

beforeEach(async () => {
  stand = await createStand();
});

afterEach(() => stand.stop());

const plain = { labels: {}, lookupLocal: false };

describe('creating', () => {
  it('makes an empty stream with its labels, and tells the log nothing', async () => {
    const made = await stand.source.writes.create(app, { labels: { team: 'a' }, lookupLocal: true }, how());
    expect(made).toMatchObject({ ...app, labels: { team: 'a' }, lookupLocal: true, generation: 1 });
    expect(made.createdAt).toBe(stand.clock.now());
    expect(await stand.stream()).toEqual(made);
    expect(await stand.events()).toEqual([]);
  });

  it('refuses what is there already', async () => {
    await stand.source.writes.create(app, plain, how());
    await expect(stand.source.writes.create(app, plain, how())).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it.each([
    ['a namespace', { ...app, namespace: 'Shop' }],
    ['a name', { ...app, name: 'a/b' }],
  ])('refuses %s that cannot be one', async (_, key) => {
    await expect(stand.source.writes.create(key, plain, how())).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  it('says in a dry run what would be, and writes nothing', async () => {
    const made = await stand.source.writes.create(app, plain, how({ dryRun: true }));
    expect(made).toMatchObject({ ...app, generation: 1 });
    expect(await stand.stream()).toBeUndefined();
    await stand.source.writes.create(app, plain, how());
    const again = stand.source.writes.create(app, plain, how({ dryRun: true }));
    await expect(again).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('is done once under a key, however often it is asked for, and refuses another use of the key', async () => {
    const once = { key: 'k', fingerprint: 'create app' };
    const [first, second] = await Promise.all([
      stand.source.writes.create(app, plain, how({ once })),
      stand.source.writes.create(app, plain, how({ once })),
    ]);
    expect(second).toEqual(first);
    const misused = stand.source.writes.create(other, plain, how({ once: { ...once, fingerprint: 'other' } }));
    await expect(misused).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('setting the lookup', () => {
  it('is a new generation, and nothing where it is so already', async () => {
    await stand.source.writes.create(app, plain, how());
    expect(await stand.source.writes.setLookup(app, true, how())).toMatchObject({ lookupLocal: true, generation: 2 });
    expect(await stand.source.writes.setLookup(app, true, how())).toMatchObject({ lookupLocal: true, generation: 2 });
  });

  it('needs the stream', async () => {
    await expect(stand.source.writes.setLookup(app, true, how())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('deleting', () => {
  it('takes the stream with all its tags, and tells of each', async () => {
    stand.upstream.move('1', digest('a'));
    await stand.source.writes.tag([at('2'), at('1')], wanted(), how());
    await stand.source.writes.delete(app, how());
    expect(await stand.stream()).toBeUndefined();
    expect((await stand.events()).slice(2)).toEqual(['DELETED shop/app:1 aaa', 'DELETED shop/app:2 aaa']);
  });

  it('needs the stream, and is done once under a key', async () => {
    await expect(stand.source.writes.delete(app, how())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await stand.source.writes.create(app, plain, how());
    const once = { key: 'k', fingerprint: 'delete app' };
    await stand.source.writes.delete(app, how({ once }));
    await stand.source.writes.delete(app, how({ once }));
  });

  it('deletes nothing in a dry run', async () => {
    await stand.source.writes.create(app, plain, how());
    await stand.source.writes.delete(app, how({ dryRun: true }));
    expect(await stand.stream()).toBeDefined();
  });
});

describe('untagging', () => {
  beforeEach(async () => {
    stand.upstream.move('1', digest('a'));
    await stand.source.writes.tag([at('1')], wanted(), how());
    await stand.source.writes.tag([at('prod')], wanted('1', { kind: 'IMAGE_STREAM_TAG', alias: true }), how());
  });

  it('takes specification and history away, and leaves followers what they have', async () => {
    await stand.source.writes.untag(at('1'), how());
    expect(await stand.tag('1')).toBeUndefined();
    expect((await stand.tag('prod'))?.history).toMatchObject([{ digest: digest('a') }]);
    expect((await stand.events()).at(-1)).toBe('DELETED shop/app:1 aaa');
  });

  it('needs the stream, the tag, and what is expected of it', async () => {
    await expect(stand.source.writes.untag(at('1', other), how())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(stand.source.writes.untag(at('2'), how())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const guarded = stand.source.writes.untag(at('1'), how({ expectedDigest: digest('b') }));
    await expect(guarded).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringMatching(`${digest('b')}.*${digest('a')}`),
    });
    await stand.source.writes.untag(at('1'), how({ expectedDigest: digest('a') }));
  });
});

describe('rolling back', () => {
  beforeEach(async () => {
    for (const image of ['a', 'b', 'c']) {
      stand.upstream.move('1', digest(image));
      await stand.source.writes.tag([at('1')], wanted(undefined, { scheduled: true }), how());
    }
  });

  it('points at the image before, pinned there and not scheduled any more', async () => {
    await stand.source.writes.rollBack(at('1'), undefined, how({ expectedDigest: digest('c') }));
    const tag = await stand.tag('1');
    expect(tag?.history.map((item) => item.digest)).toEqual(['b', 'c', 'b', 'a'].map(digest));
    expect(tag?.spec).toMatchObject({
      from: { kind: 'IMAGE_STREAM_IMAGE', name: `app@${digest('b')}` },
      importPolicy: { scheduled: false },
      upstream: undefined,
    });
    expect((await stand.events()).at(-1)).toBe('ROLLED_BACK shop/app:1 ccc>bbb');
  });

  it('points at any image of the history, and the guard lets only one of two go first', async () => {
    const back = (to: string) =>
      stand.source.writes.rollBack(at('1'), digest(to), how({ expectedDigest: digest('c') }));
    const both = await Promise.allSettled([back('a'), back('b')]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect((await stand.tag('1'))?.history[0]?.digest).toBe(digest('a'));
  });

  it.each([
    ['a stream that is not there', at('1', other), undefined],
    ['a tag that is not there', at('2'), undefined],
    ['an image that it never had', at('1'), digest('d')],
  ])('refuses %s', async (_, tag, to) => {
    await expect(stand.source.writes.rollBack(tag, to, how())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('refuses a tag that has had one image only', async () => {
    await stand.source.writes.tag([at('2')], wanted(), how());
    await expect(stand.source.writes.rollBack(at('2'), undefined, how())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('says in a dry run what would be', async () => {
    const { tags } = await stand.source.writes.rollBack(at('1'), digest('a'), how({ dryRun: true }));
    expect(tags.get('1')?.history[0]?.digest).toBe(digest('a'));
    expect((await stand.tag('1'))?.history[0]?.digest).toBe(digest('c'));
  });
});
