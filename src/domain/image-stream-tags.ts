import type { ImageStream, ImageStreamKey, ImageStreamTag } from './image-stream.ts';

/** A stream without tags, as it is when it is made. */
export function newImageStream(key: ImageStreamKey, createdAt: number): ImageStream {
  return {
    source: key.source,
    namespace: key.namespace,
    name: key.name,
    labels: {},
    generation: 1,
    lookupLocal: false,
    createdAt,
    dockerImageRepository: undefined,
    publicDockerImageRepository: undefined,
    resourceVersion: undefined,
    tags: new Map(),
  };
}

/** The tag of that name, or one of which nothing is wanted or known yet. */
export function tagOf(stream: ImageStream, name: string): ImageStreamTag {
  return stream.tags.get(name) ?? { name, spec: undefined, history: [], conditions: [] };
}

/** The stream with this tag, new or in place of the one of its name. */
export function withTag(stream: ImageStream, tag: ImageStreamTag): ImageStream {
  return withTags(stream, new Map([[tag.name, tag]]));
}

/** The stream with these tags, by name, new or in place of those of their names. */
export function withTags(stream: ImageStream, changed: ReadonlyMap<string, ImageStreamTag>): ImageStream {
  if ([...changed].every(([name, tag]) => stream.tags.get(name) === tag)) return stream;
  const tags = new Map([...stream.tags, ...changed]);
  const isInOrder = tags.size === stream.tags.size;
  return { ...stream, tags: isInOrder ? tags : new Map([...tags].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/**
 * The stream without a tag: neither wanted nor known any more, its history lost. Tags that follow it keep what they have.
 * Only taking a specification away is a new generation.
 */
export function withoutTag(stream: ImageStream, name: string): ImageStream {
  const tag = stream.tags.get(name);
  if (tag === undefined) return stream;
  const tags = new Map(stream.tags);
  tags.delete(name);
  return { ...stream, generation: stream.generation + (tag.spec === undefined ? 0 : 1), tags };
}

/** The stream whose images may, or may not, be named by its short name; a new generation. */
export function withLookupLocal(stream: ImageStream, lookupLocal: boolean): ImageStream {
  if (stream.lookupLocal === lookupLocal) return stream;
  return { ...stream, lookupLocal, generation: stream.generation + 1 };
}

/** The stream with these labels in place of its own; no new generation. */
export function withLabels(stream: ImageStream, labels: Readonly<Record<string, string>>): ImageStream {
  const names = Object.keys(labels);
  const isSame =
    names.length === Object.keys(stream.labels).length &&
    names.every((name) => Object.hasOwn(stream.labels, name) && stream.labels[name] === labels[name]);
  return isSame ? stream : { ...stream, labels };
}
