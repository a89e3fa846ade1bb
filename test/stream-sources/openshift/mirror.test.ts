import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ImageStream } from '../../../src/domain/image-stream.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createMirror, type Mirror, type Seen } from '../../../src/stream-sources/openshift/mirror.ts';
import { clusterStream, tellAll } from './given.ts';

const key = { source: 'cluster', namespace: undefined };
const present = (stream: ImageStream): Seen => ({ kind: 'PRESENT', stream, version: stream.resourceVersion! });
const web = (version: number, ...images: readonly string[]): ImageStream =>
  clusterStream('shop/web', version, { prod: images });

describe('the mirror of a cluster', () => {
  let store: Store;
  let mirror: Mirror;
  let taken: number;

  beforeEach(async () => {
    store = await openStore({ url: ':memory:' });
    taken = 0;
    mirror = createMirror(store, key, () => (taken += 1));
  });
  afterEach(() => store.close());

  async function begin(...streams: readonly ImageStream[]): Promise<void> {
    const listed = { version: '10', since: undefined };
    for (const stream of streams) await mirror.takeListed(stream, listed);
    await mirror.finish(listed);
  }
  const stored = async (): Promise<string | undefined> => (await store.imageStreams.get([web(0)]))[0]?.resourceVersion;

  it('finds no news in what it sees first', async () => {
    await begin(web(7, 'one'));
    expect(await tellAll(store)).toEqual([]);
    expect([await mirror.version(), await stored()]).toEqual(['10', '7']);
  });

  it('tells each change of a watch once, in order, however often it is told', async () => {
    await begin();
    const told = [present(web(11, 'one')), present(web(12, 'two', 'one')), present(web(14, 'one', 'two', 'one'))];
    for (const seen of [...told, ...told]) expect(await mirror.take(seen, '10')).toBe(true);
    await mirror.take({ kind: 'GONE', key: web(0), version: '15' }, '14');
    await mirror.take({ kind: 'GONE', key: web(0), version: '15' }, '14');
    expect(await tellAll(store)).toEqual([
      'shop/web:prod CREATED one WATCH',
      'shop/web:prod MOVED two WATCH',
      'shop/web:prod ROLLED_BACK one WATCH',
      'shop/web:prod DELETED undefined WATCH',
    ]);
    expect(await mirror.version()).toBe('15');
  });

  it('tells once what two gateways see, of which one lags behind, a stream that is gone by then included', async () => {
    await begin(web(7, 'one'));
    const other = createMirror(store, key, () => undefined);
    await mirror.take(present(web(11, 'two', 'one')), '10');
    await mirror.take({ kind: 'GONE', key: web(0), version: '12' }, '11');
    expect(await other.take(present(web(11, 'two', 'one')), '10')).toBe(true);
    expect(await other.take({ kind: 'GONE', key: web(0), version: '12' }, '11')).toBe(true);
    expect(await tellAll(store)).toEqual(['shop/web:prod MOVED two WATCH', 'shop/web:prod DELETED undefined WATCH']);
    expect(await stored()).toBeUndefined();
  });

  it('takes in nothing where what came before is missing', async () => {
    expect(await mirror.take(present(web(11, 'one')), '10')).toBe(false);
    await begin();
    expect(await mirror.take(present(web(15, 'one')), '14')).toBe(false);
    expect(await stored()).toBeUndefined();
    expect(await mirror.take({ kind: 'PASSED', version: '14' }, '10')).toBe(true);
    expect(await mirror.take(present(web(15, 'one')), '14')).toBe(true);
  });

  it('F09: moves on with bookmarks, never back', async () => {
    await begin();
    await mirror.take({ kind: 'PASSED', version: '30' }, '10');
    await mirror.take({ kind: 'PASSED', version: '9' }, '10');
    expect(await mirror.version()).toBe('30');
  });

  it('F12: finds heads that nobody saw come in the history, and tells them one by one', async () => {
    await begin(web(7, 'one'));
    await mirror.take(present(web(20, 'three', 'two', 'one')), '10');
    expect(await tellAll(store)).toEqual(['shop/web:prod MOVED two WATCH', 'shop/web:prod MOVED three WATCH']);
    expect(await stored()).toBe('20');
  });

  it('lets a stream that was made anew under its name go first', async () => {
    await begin(web(7, 'one'));
    await mirror.take(present({ ...web(20, 'two'), createdAt: 99_000 }), '10');
    expect(await tellAll(store)).toEqual(['shop/web:prod DELETED undefined WATCH', 'shop/web:prod CREATED two WATCH']);
  });

  describe('when all is listed again', () => {
    it('tells what differs as coalesced, and nothing of what does not', async () => {
      await begin(
        web(7, 'one'),
        clusterStream('shop/api', 8, { a: ['one'] }),
        clusterStream('shop/old', 9, { a: ['one'] }),
      );
      taken = 0;
      const listed = { version: '50', since: '10' };
      const news = [
        await mirror.takeListed(web(30, 'two', 'one'), listed),
        await mirror.takeListed(clusterStream('shop/api', 8, { a: ['one'] }), listed),
        await mirror.takeListed(clusterStream('shop/new', 31, { a: ['three'] }), listed),
        await mirror.takeMissing({ ...clusterStream('shop/old', 9), resourceVersion: '9' }, listed),
      ];
      expect(news).toEqual([true, false, true, true]);
      expect(taken).toBe(3);
      expect(await mirror.finish(listed)).toBe(true);
      expect(await tellAll(store)).toEqual([
        'shop/web:prod MOVED two RELIST coalesced',
        'shop/new:a CREATED three RELIST coalesced',
        'shop/old:a DELETED undefined RELIST coalesced',
      ]);
      expect(await mirror.version()).toBe('50');
    });

    it('leaves alone what another gateway has brought further', async () => {
      await begin(web(7, 'one'));
      const listed = { version: '50', since: '10' };
      await mirror.take(present(web(60, 'two', 'one')), '10');
      expect(await mirror.takeListed(web(40, 'three', 'one'), listed)).toBeUndefined();
      expect(await mirror.takeMissing({ ...web(7), resourceVersion: '7' }, listed)).toBeUndefined();
      expect(await mirror.finish(listed)).toBe(false);
      expect([await stored(), await mirror.version()]).toEqual(['60', '60']);
    });

    it('does not take away what changed since it was looked for', async () => {
      await begin(web(7, 'one'));
      await mirror.take(present(web(11, 'two', 'one')), '10');
      expect(await mirror.takeMissing({ ...web(7), resourceVersion: '7' }, { version: '20', since: '10' })).toBe(false);
      expect(await stored()).toBe('11');
    });

    it('goes back with a cluster that was restored, once', async () => {
      await begin(web(7, 'one'));
      await mirror.take(present(web(60, 'two', 'one')), '10');
      const listed = { version: '40', since: '60' };
      expect(await mirror.takeListed(web(7, 'one'), listed)).toBe(true);
      expect(await mirror.finish(listed)).toBe(true);
      expect([await stored(), await mirror.version()]).toEqual(['7', '40']);
      // Another gateway that saw the same now finds it done, and what comes next is not undone.
      await mirror.take(present(web(41, 'three', 'one')), '40');
      expect(await mirror.takeListed(web(7, 'one'), listed)).toBeUndefined();
      expect(await tellAll(store)).toEqual([
        'shop/web:prod MOVED two WATCH',
        'shop/web:prod ROLLED_BACK one RELIST coalesced',
        'shop/web:prod MOVED three WATCH',
      ]);
    });

    it('tells what is news of streams that were known, even if it is the first whole list', async () => {
      await mirror.takeListed(web(7, 'one'), { version: '10', since: undefined });
      expect(await mirror.takeListed(web(12, 'two', 'one'), { version: '20', since: undefined })).toBe(true);
      expect(await tellAll(store)).toEqual(['shop/web:prod MOVED two RELIST coalesced']);
    });
  });
});
