import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { digestOf } from '../../store/given.ts';
import { images, startClusterStand, type ClusterStand } from './cluster-stand.ts';

const reference = (image: string): string => `registry.svc:5000/shop/web@${digestOf(image)}`;

describe('the watch of a cluster', () => {
  let stand: ClusterStand;

  beforeEach(async () => {
    stand = await startClusterStand();
  });
  afterEach(() => stand.stop());

  function push(tag: string, image: string, stream = 'web', namespace = 'shop'): void {
    stand.cluster.pushTag(namespace, stream, tag, digestOf(image), reference(image));
  }

  async function follows(): Promise<ReturnType<ClusterStand['start']>> {
    const running = stand.start();
    await stand.until(() => running.source.counts().following === 1, 'the watch');
    return running;
  }

  const listsOf = (): number =>
    stand.cluster.requests.filter(({ path }) => path.startsWith(`${images}/imagestreams?`) && !path.includes('watch=1'))
      .length;

  it('finds what is there, and tells what changes from then on', async () => {
    push('prod', 'one');
    await follows();
    expect(await stand.told()).toEqual([]);
    push('prod', 'two');
    push('test', 'two');
    await stand.api('DELETE', `${images}/namespaces/shop/imagestreamtags/web:test`);
    push('prod', 'one');
    await stand.api('DELETE', `${images}/namespaces/shop/imagestreams/web`);
    expect(await stand.tells(5)).toEqual([
      'shop/web:prod MOVED two WATCH',
      'shop/web:test CREATED two WATCH',
      'shop/web:test DELETED undefined WATCH',
      'shop/web:prod ROLLED_BACK one WATCH',
      'shop/web:prod DELETED undefined WATCH',
    ]);
  });

  it.each(['end', 'reset'] as const)('goes on from where it was when its connection is lost: %s', async (how) => {
    const { gaps } = await follows();
    push('prod', 'one');
    await stand.tells(1);
    stand.cluster.faults.dropWatches(how);
    push('prod', 'two');
    push('prod', 'three');
    expect(await stand.tells(3)).toEqual([
      'shop/web:prod CREATED one WATCH',
      'shop/web:prod MOVED two WATCH',
      'shop/web:prod MOVED three WATCH',
    ]);
    expect([listsOf(), gaps]).toEqual([1, []]);
  });

  it('F09: reads all again when the cluster does not know any more what it missed, and says that there is a gap', async () => {
    const { gaps } = await follows();
    push('prod', 'one');
    await stand.tells(1);
    const release = stand.cluster.faults.backendDown();
    stand.cluster.faults.dropWatches('reset');
    push('prod', 'two');
    push('prod', 'three');
    push('test', 'three');
    stand.cluster.faults.expireVersions();
    release();
    expect(await stand.tells(4)).toEqual([
      'shop/web:prod CREATED one WATCH',
      'shop/web:prod MOVED two RELIST coalesced',
      'shop/web:prod MOVED three RELIST coalesced',
      'shop/web:test CREATED three RELIST coalesced',
    ]);
    await stand.until(() => gaps.length > 0);
    expect(gaps).toEqual(['*']);
    push('prod', 'four');
    expect((await stand.tells(5))[4]).toBe('shop/web:prod MOVED four WATCH');
  });

  it('survives a restart of the API server', async () => {
    await follows();
    push('prod', 'one');
    await stand.tells(1);
    await stand.cluster.restart();
    push('prod', 'two');
    expect((await stand.tells(2))[1]).toMatch(/^shop\/web:prod MOVED two/);
  });

  it('F10: gives up a watch that has fallen silent, and finds what it did not tell', async () => {
    const { source, gaps } = await follows();
    push('prod', 'one');
    await stand.tells(1);
    const release = stand.cluster.faults.stallWatches();
    push('prod', 'two');
    await stand.clock.advance(79_000);
    expect(source.counts().lists).toBe(1);
    await stand.clock.advance(2_000);
    await stand.until(async () => (await stand.told()).length === 2);
    expect((await stand.told())[1]).toBe('shop/web:prod MOVED two RELIST coalesced');
    await stand.until(() => gaps.length === 1);
    release();
  });

  it.each([
    '{"type":"ADDED"',
    'null',
    '{"type":"SURPRISE","object":{}}',
    '{"type":"ADDED","object":{"metadata":{}}}',
    '<html>',
  ])('begins anew at a line that it cannot read, and misses nothing: %s', async (line) => {
    const { source } = await follows();
    push('prod', 'one');
    await stand.tells(1);
    stand.cluster.faults.corruptWatches(line);
    push('prod', 'two');
    push('prod', 'three');
    expect((await stand.tells(3)).slice(1)).toEqual([
      'shop/web:prod MOVED two WATCH',
      'shop/web:prod MOVED three WATCH',
    ]);
    expect(source.counts().failures).toBeGreaterThan(0);
  });

  it('F10: tries again however often it is refused, more and more slowly, and says so once', async () => {
    push('prod', 'one');
    stand.cluster.faults.refuse(
      (_, path) => path.startsWith(`${images}/imagestreams`),
      { status: 500, body: 'no' },
      20,
    );
    const { source, logged } = stand.start();
    const begun = stand.clock.now();
    for (let turn = 0; turn < 1000 && source.counts().following === 0; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await stand.clock.advance(1000);
    }
    expect(source.counts()).toMatchObject({ following: 1, failures: 20 });
    expect(stand.clock.now() - begun).toBeGreaterThan(150_000);
    expect(logged.filter((text) => text.includes('cannot be followed'))).toHaveLength(1);
    expect(logged).toContain('the cluster answers again');
    push('prod', 'two');
    expect(await stand.tells(1)).toEqual(['shop/web:prod MOVED two WATCH']);
  });

  it('goes on where it was after a restart of the gateway, without a list', async () => {
    const first = await follows();
    push('prod', 'one');
    await stand.tells(1);
    await first.source.stop();
    push('prod', 'two');
    await stand.api('DELETE', `${images}/namespaces/shop/imagestreamtags/web:prod`);
    push('prod', 'three');
    await follows();
    expect((await stand.tells(4)).slice(1)).toEqual([
      'shop/web:prod MOVED two WATCH',
      'shop/web:prod DELETED undefined WATCH',
      'shop/web:prod CREATED three WATCH',
    ]);
    expect(listsOf()).toBe(1);
  });

  it('tells once what two gateways follow', async () => {
    await follows();
    const second = stand.start();
    await stand.until(() => second.source.counts().following === 1);
    for (const image of ['one', 'two', 'three', 'four']) push('prod', image);
    await stand.api('DELETE', `${images}/namespaces/shop/imagestreams/web`);
    expect(await stand.tells(5)).toHaveLength(5);
    const version = String(stand.cluster.resourceVersion());
    expect(await stand.store.imageStreams.watchedTo({ source: 'cluster', namespace: undefined })).toMatchObject({
      resourceVersion: version,
    });
    expect((await stand.events()).map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5]);
  });

  it('follows a cluster that went back to an earlier state', async () => {
    push('prod', 'one');
    const { source, gaps } = await follows();
    const restore = stand.cluster.snapshot();
    push('prod', 'two');
    push('other', 'two');
    await stand.tells(2);
    restore();
    stand.cluster.faults.dropWatches('reset');
    await stand.until(() => source.counts().following === 1);
    await stand.clock.advance(81_000);
    await stand.until(async () => (await stand.told()).length === 4);
    expect((await stand.told()).slice(2)).toEqual([
      'shop/web:other DELETED undefined RELIST coalesced',
      'shop/web:prod ROLLED_BACK one RELIST coalesced',
    ]);
    await stand.until(() => gaps.length > 0);
    await stand.until(() => source.counts().following === 1);
    push('prod', 'three');
    expect((await stand.tells(5))[4]).toBe('shop/web:prod MOVED three WATCH');
  });

  it('F09: reads a long list page by page, and begins it anew where it expires in the middle', async () => {
    for (let at = 0; at < 250; at += 1) {
      stand.cluster.seedStream('shop', `s${at}`, [
        { tag: 'a', digest: digestOf('one'), dockerImageReference: reference('one') },
      ]);
    }
    stand.cluster.faults.refuse(
      (_, path) => path.includes('continue='),
      {
        status: 410,
        body: {
          kind: 'Status',
          status: 'Failure',
          reason: 'Expired',
          code: 410,
          message: 'The provided continue parameter is too old',
        },
      },
      1,
    );
    await follows();
    expect(await stand.store.imageStreams.count({ source: 'cluster' })).toBe(250);
    expect(listsOf()).toBe(2 + 3);
  });

  it('does nothing about streams that are as they were', async () => {
    for (let at = 0; at < 120; at += 1) push('a', 'one', `s${at}`);
    const { source } = await follows();
    let changes = 0;
    const { change } = stand.store;
    Object.assign(stand.store, {
      change: (...args: Parameters<typeof change>) => {
        changes += 1;
        return change(...args);
      },
    });
    stand.cluster.faults.expireVersions();
    stand.cluster.faults.dropWatches('end');
    await stand.until(() => source.counts().lists === 2 && source.counts().following === 1);
    // The one that moves the position on.
    expect(changes).toBe(1);
    expect(await stand.told()).toEqual([]);
  });

  it('ends at once whenever it is told to, whatever it waits for', async () => {
    push('prod', 'one');
    // The clock stands still: what waits for a timer would wait for ever.
    for (let turns = 0; turns < 60; turns += 1) {
      const { source } = stand.start();
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (turns % 3 === 1) stand.cluster.faults.dropWatches('end');
      if (turns % 3 === 2) stand.cluster.faults.dropWatches('reset');
      await source.stop();
    }
    const { source } = await follows();
    await source.stop();
    expect(source.counts().following).toBe(0);
  });

  it('says so where there are no image streams at all', async () => {
    const release = stand.cluster.faults.refuse((_, path) => path.startsWith(images), {
      status: 404,
      body: 'not found',
    });
    const { source } = stand.start();
    await stand.until(() => source.counts().failures > 0);
    expect(await source.freshness('shop')).toBeUndefined();
    release();
    await stand.until(() => source.counts().following === 1);
  });

  it('keeps tags of any name', async () => {
    await follows();
    const names = ['', 'a/b', 'x:y', 'with space', 'UPPER', 'größe', 'a@b'];
    const from = { kind: 'DockerImage', name: 'registry.svc:5000/shop/web:1' };
    const tags = names.map((name) => ({ name, from, reference: true }));
    await stand.api('POST', `${images}/namespaces/shop/imagestreams`, {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { name: 'odd' },
      spec: { tags },
    });
    await stand.tells(names.length);
    const [stream] = await stand.store.imageStreams.get([{ source: 'cluster', namespace: 'shop', name: 'odd' }]);
    expect([...stream!.tags.keys()].sort()).toEqual([...names].sort());
  });
});
