import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ImageStream, ImageStreamKey } from '../../src/domain/image-stream.ts';
import type { Store } from '../../src/store/store.ts';
import { eventOf, importedTag, putStream, streamName, streamOf, streamTag, tagOf } from './given.ts';

const at = (namespace: string, name: string): ImageStreamKey => ({ source: 'local', namespace, name });

function tagsOf(...tags: readonly ReturnType<typeof streamTag>[]): ImageStream['tags'] {
  return new Map(tags.map((tag) => [tag.name, tag]));
}

/** How image streams are kept, found and taken away. */
export function describeImageStreams(open: () => Promise<Store>): void {
  it('keeps all that is said of a stream', async () => {
    const store = await open();
    const stream = streamOf(streamName, {
      labels: { zebra: '1', apple: '', '7': 'seven', __proto__x: 'y' },
      generation: 12,
      lookupLocal: true,
      dockerImageRepository: 'registry.svc:5000/shop/web',
      publicDockerImageRepository: 'registry.example/shop/web',
      resourceVersion: '4711',
      tags: tagsOf(
        importedTag('latest', tagOf('1.0')),
        streamTag('odd: name/ü', ['three', 'two', 'two', 'one'], {
          conditions: [
            {
              type: 'ImportSuccess',
              status: 'False',
              reason: 'UPSTREAM_TIMEOUT',
              message: 'too late',
              generation: 3,
              lastTransitionTime: 5,
            },
          ],
        }),
        streamTag('reference', [], {
          spec: {
            from: undefined,
            reference: true,
            generation: 2,
            importPolicy: { scheduled: false, insecure: true, importMode: 'LEGACY' },
            referencePolicy: 'LOCAL',
            upstream: undefined,
          },
        }),
      ),
    });
    await putStream(store, streamName, stream);
    const [found, none] = await store.imageStreams.get([streamName, at('shop', 'none')]);
    expect(found).toStrictEqual(stream);
    expect(Object.keys(found!.labels)).toEqual(Object.keys(stream.labels));
    expect(none).toBeUndefined();
  });

  it('takes a stream away with all its tags, and lets it come back with none', async () => {
    const store = await open();
    const stream = streamOf(streamName, { tags: tagsOf(streamTag('a', ['one']), importedTag('b', tagOf('1.0'))) });
    const neighbour = streamOf(at('shop', 'web2'), { tags: tagsOf(streamTag('a', ['one'])) });
    await putStream(store, streamName, stream);
    await putStream(store, neighbour, neighbour);
    await putStream(store, streamName, undefined);
    expect(await store.imageStreams.get([streamName, neighbour])).toEqual([undefined, neighbour]);
    expect(await store.imageStreams.importedFrom(tagOf('1.0'))).toEqual([]);
    await putStream(store, streamName, streamOf(streamName));
    expect(await store.imageStreams.get([streamName])).toEqual([streamOf(streamName)]);
  });

  it('lists streams by namespace and name, a page at a time', async () => {
    const store = await open();
    const keys = [at('a', 'x'), at('a', 'y'), at('a-b', 'x'), at('b', 'a'), { ...at('a', 'x'), source: 'other' }];
    await Promise.all(keys.toReversed().map((key) => putStream(store, key, streamOf(key))));
    const list = async (query: Omit<Parameters<Store['imageStreams']['list']>[0], 'source'>): Promise<string[]> =>
      (await store.imageStreams.list({ source: 'local', ...query })).map(
        ({ namespace, name }) => `${namespace}/${name}`,
      );
    expect(await list({ limit: 10 })).toEqual(['a/x', 'a/y', 'a-b/x', 'b/a']);
    expect(await list({ limit: 2, after: at('a', 'x') })).toEqual(['a/y', 'a-b/x']);
    expect(await list({ limit: 10, namespace: 'a', after: at('a', 'x') })).toEqual(['a/y']);
    expect(await list({ limit: 10, after: at('b', 'a') })).toEqual([]);
    expect(await store.imageStreams.count({ source: 'local' })).toBe(4);
    expect(await store.imageStreams.count({ source: 'local', namespace: 'a' })).toBe(2);
  });

  it('finds scheduled tags by what they are imported from', async () => {
    const store = await open();
    const upstream = tagOf('1.0');
    const tags = tagsOf(importedTag('a', upstream), importedTag('b', upstream, false), importedTag('c', tagOf('2.0')));
    await putStream(store, streamName, streamOf(streamName, { tags }));
    expect(await store.imageStreams.importedFrom(upstream)).toEqual([{ ...streamName, tag: 'a' }]);
    await putStream(store, streamName, streamOf(streamName, { tags: tagsOf(importedTag('a', tagOf('3.0'))) }));
    expect(await store.imageStreams.importedFrom(upstream)).toEqual([]);
  });

  it('counts the events of a tag beyond the end of its stream', async () => {
    const store = await open();
    const tag = { ...streamName, tag: 'latest' };
    const tell = (image: string): Promise<unknown> =>
      store.change({
        imageStreams: [streamName],
        decide: () => ({ result: 0, events: [eventOf({ kind: 'IMAGE_STREAM_TAG', ...tag }, image)] }),
      });
    await tell('one');
    await putStream(store, streamName, undefined);
    await tell('two');
    expect(await store.imageStreams.revisions([tag, { ...tag, tag: 'never' }])).toEqual([2, 0]);
    const { events } = await store.log.read({ order: 'OLDEST_FIRST', limit: 10 });
    expect(events.map(({ subject, revision }) => ({ subject, revision }))).toEqual(
      [1, 2].map((revision) => ({ subject: { kind: 'IMAGE_STREAM_TAG', ...tag }, revision })),
    );
  });

  it('keeps any history after any other', async () => {
    const store = await open();
    const histories = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 6 });
    const streams = fc.dictionary(fc.constantFrom('x', 'y', 'z'), histories);
    await fc.assert(
      fc.asyncProperty(streams, async (wanted) => {
        const sorted = Object.entries(wanted).sort(([a], [b]) => (a < b ? -1 : 1));
        const stream = streamOf(streamName, {
          tags: tagsOf(...sorted.map(([name, images]) => streamTag(name, images))),
        });
        await putStream(store, streamName, stream);
        expect((await store.imageStreams.get([streamName]))[0]).toEqual(stream);
      }),
      { numRuns: 40 },
    );
  });
}
