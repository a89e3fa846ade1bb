import type { Access, ImageStreamResource, Verb, Viewer } from '../access/access.ts';
import type { ImageStream, ImageStreamKey, ImageStreamTagKey } from '../domain/image-stream.ts';
import type { ImageStreamSource } from '../domain/image-stream-source.ts';
import type { Listing } from '../images/listing.ts';
import type { StoredImageStreams } from '../store/store.ts';
import { takeVisible, type ImageStreamPosition } from './list-image-streams.ts';
import { createImageStreamLoaders } from './loaders.ts';
import { shows, type VisibleSources } from './visible-sources.ts';

/**
 * What one viewer may read of image streams in one operation. Every method asks `access` first, by names alone, before the
 * store: what the viewer may not read answers as what does not exist. Everything is read from the store, whose upkeep is
 * the sources' own business.
 */
export interface ImageStreamReader {
  /** As a caller names it: `source` may be left out where there is only one. Throws SOURCE_AMBIGUOUS. */
  readonly imageStream: (at: ImageStreamAt) => Promise<ImageStream | undefined>;
  /** A page by namespace and name; `undefined` where there is no such source. Throws SOURCE_AMBIGUOUS. */
  readonly page: (query: ImageStreamPageQuery) => Promise<ImageStreamPage | undefined>;
  readonly revision: (key: ImageStreamTagKey) => Promise<number>;
  /** Forgets what was read in this operation, since something was written. */
  readonly forget: () => void;
}

/** An image stream as callers name it. */
export interface ImageStreamAt {
  /** `undefined` where it was left out. */
  readonly source: string | undefined;
  readonly namespace: string;
  readonly name: string;
}

export interface ImageStreamPageQuery {
  readonly source: string | undefined;
  readonly namespace: string | undefined;
  readonly first: number;
  /** Where to go on in the list of this source, which is given since it may have been left out. */
  readonly after: (source: string) => ImageStreamPosition | undefined;
}

export interface ImageStreamPage extends Listing<ImageStream, ImageStreamPosition> {
  readonly source: string;
  /** How many there are in all; `undefined` where the viewer may not see all of them. Asks the store. */
  readonly count: () => Promise<number | undefined>;
}

export interface ImageStreamReaderOptions {
  readonly sources: VisibleSources;
  readonly store: StoredImageStreams;
  readonly access: Access;
  readonly viewer: Viewer;
}

export function createImageStreamReader(options: ImageStreamReaderOptions): ImageStreamReader {
  const { sources, store, access, viewer } = options;
  const loaders = createImageStreamLoaders(store);

  async function may(verb: Verb, resource: ImageStreamResource): Promise<boolean> {
    return access.may(viewer, verb, resource);
  }

  async function imageStream({ source: named, namespace, name }: ImageStreamAt): Promise<ImageStream | undefined> {
    const source = await sources.find(named);
    if (source === undefined || !(await isVisible(source, { source: source.name, namespace, name }))) return undefined;
    return loaders.imageStream({ source: source.name, namespace, name });
  }

  async function isVisible(source: ImageStreamSource, key: ImageStreamKey): Promise<boolean> {
    return shows(source, key.namespace) && may('get', resourceOf(key));
  }

  async function page(query: ImageStreamPageQuery): Promise<ImageStreamPage | undefined> {
    const { namespace, first } = query;
    const source = await sources.find(query.source);
    if (source === undefined) return undefined;
    const within = { source: source.name, ...(namespace !== undefined && { namespace }) };
    const listing = await takeVisible(
      (after, limit) => store.list({ ...within, after, limit }),
      (stream) => isVisible(source, stream),
      first,
      query.after(source.name),
    );
    return {
      ...listing,
      source: source.name,
      // Who may see only some is told no number, which would tell of the others.
      count: async () =>
        source.namespaces === undefined && (await may('get', within)) ? store.count(within) : undefined,
    };
  }

  return {
    imageStream,
    page,
    revision: async (key) => ((await may('get', resourceOf(key))) ? loaders.revision(key) : 0),
    forget: loaders.forget,
  };
}

/** An image stream as decisions about access name it. */
export function resourceOf({ source, namespace, name }: ImageStreamKey): Required<Omit<ImageStreamResource, 'tag'>> {
  return { source, namespace, imageStream: name };
}
