import { createHash } from 'node:crypto';
import { parseDigest, type Digest } from '../../src/domain/digest.ts';
import type { ImageStream, ImageStreamKey, ImageStreamTag, TagItem } from '../../src/domain/image-stream.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import type { RepositoryTagKey, TagChange, TagSubject } from '../../src/domain/tag-event.ts';
import type { Change, Changed, Store, StoredTag } from '../../src/store/store.ts';

export const registry = parseRegistryName('registry.example');
export const repository = parseRepositoryName('team/app');

/** A digest made of any text. */
export function digestOf(text: string): Digest {
  return parseDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);
}

/** A tag of team/app, or of another repository. */
export function tagOf(name: string, path: string = repository): RepositoryTagKey {
  return { registry, repository: parseRepositoryName(path), tag: parseTagName(name) };
}

/** What is stored of a tag that points at an image. */
export function stored(key: RepositoryTagKey, image: string, more: Partial<StoredTag> = {}): StoredTag {
  return {
    ...key,
    digest: digestOf(image),
    mediaType: undefined,
    changedAt: 0,
    missingSince: undefined,
    earlier: [],
    ...more,
  };
}

/** An event of a subject. */
export function eventOf(subject: TagSubject, image: string | undefined, more: Partial<TagChange> = {}): TagChange {
  return {
    subject,
    kind: 'MOVED',
    digest: image === undefined ? undefined : digestOf(image),
    previousDigest: undefined,
    cause: 'POLL',
    coalesced: false,
    reason: undefined,
    ...more,
  };
}

/** The change that moves a tag to an image, as a poll makes it: no event where it is there already. */
export function moving(key: RepositoryTagKey, image: string): Change<StoredTag> {
  return {
    tags: [key],
    decide: (known) => {
      const before = known.tag(key);
      if (before?.digest === digestOf(image)) return { result: before };
      const after = stored(key, image, { changedAt: known.now });
      const kind = before === undefined ? 'CREATED' : 'MOVED';
      const event = eventOf({ kind: 'TAG', ...key }, image, { kind, previousDigest: before?.digest });
      return { result: after, tags: [after], events: [event] };
    },
  };
}

/** Moves a tag to an image. */
export function move(store: Store, key: RepositoryTagKey, image: string): Promise<Changed<StoredTag>> {
  return store.change(moving(key, image));
}

export const streamName: ImageStreamKey = { source: 'local', namespace: 'shop', name: 'web' };

/** An image stream, with nothing in it unless said. */
export function streamOf(key: ImageStreamKey, more: Partial<ImageStream> = {}): ImageStream {
  return {
    ...key,
    labels: {},
    generation: 1,
    lookupLocal: false,
    createdAt: 1_700_000_000_000,
    dockerImageRepository: undefined,
    publicDockerImageRepository: undefined,
    resourceVersion: undefined,
    tags: new Map(),
    ...more,
  };
}

/** A tag of an image stream that has had some images, newest first. */
export function streamTag(name: string, images: readonly string[], more: Partial<ImageStreamTag> = {}): ImageStreamTag {
  return { name, spec: undefined, history: images.map(item), conditions: [], ...more };
}

/** A tag imported again and again from a tag of a repository. */
export function importedTag(name: string, upstream: RepositoryTagKey, scheduled = true): ImageStreamTag {
  const from = { kind: 'DOCKER_IMAGE' as const, name: `${upstream.repository}:${upstream.tag}`, namespace: undefined };
  const importPolicy = { scheduled, insecure: false, importMode: 'PRESERVE_ORIGINAL' as const };
  const spec = { from, reference: false, generation: 1, importPolicy, referencePolicy: 'SOURCE' as const, upstream };
  return streamTag(name, [], { spec });
}

/** An item of a history. */
export function item(image: string): TagItem {
  const digest = digestOf(image);
  return {
    createdAt: 1_700_000_000_001,
    digest,
    dockerImageReference: `registry.example/team/app@${digest}`,
    generation: 1,
  };
}

/** Writes an image stream, or takes it away. */
export async function putStream(store: Store, key: ImageStreamKey, stream: ImageStream | undefined): Promise<void> {
  await store.change({
    imageStreams: [key],
    decide: () => ({ result: undefined, imageStreams: [{ key, stream }] }),
  });
}

/** All events of a store's log. */
export async function readAll(store: Store): Promise<readonly number[]> {
  const page = await store.log.read({ order: 'OLDEST_FIRST', limit: 5000 });
  return page.events.map(({ sequence }) => sequence);
}

/** The code of the error that a promise rejects with; fails where it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return typeof error === 'object' && error !== null && 'code' in error ? error.code : error;
  }
  throw new Error('should have been rejected');
}
