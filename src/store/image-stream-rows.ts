import type { Condition, ImageStream, ImageStreamTag, TagItem, TagSpec } from '../domain/image-stream.ts';
import type { StreamItemRow, StreamRow, StreamTagRow } from './image-stream-tables.ts';

/** All rows of one image stream. */
export interface StreamRows {
  readonly stream: StreamRow;
  readonly tags: readonly StreamTagRow[];
  /** In the order of tags and positions: oldest first. */
  readonly items: readonly StreamItemRow[];
}

/** An image stream from its rows. */
export function readStream({ stream, tags, items }: StreamRows): ImageStream {
  const histories = new Map<string, TagItem[]>(tags.map(({ tag }) => [tag, []]));
  for (const item of items.toReversed()) histories.get(item.tag)?.push(readItem(item));
  return {
    source: stream.source,
    namespace: stream.namespace,
    name: stream.name,
    labels: JSON.parse(stream.labels) as Readonly<Record<string, string>>,
    generation: stream.generation,
    lookupLocal: stream.lookup_local === 1,
    createdAt: stream.created_at,
    dockerImageRepository: stream.docker_image_repository ?? undefined,
    publicDockerImageRepository: stream.public_docker_image_repository ?? undefined,
    resourceVersion: stream.resource_version ?? undefined,
    tags: new Map(tags.map((row) => [row.tag, readStreamTag(row, histories.get(row.tag) ?? [])])),
  };
}

function readItem(row: StreamItemRow): TagItem {
  return {
    createdAt: row.created_at,
    digest: row.digest ?? undefined,
    dockerImageReference: row.docker_image_reference,
    generation: row.generation,
  };
}

function readStreamTag(row: StreamTagRow, history: readonly TagItem[]): ImageStreamTag {
  return {
    name: row.tag,
    spec: row.spec === null ? undefined : readSpec(row.spec),
    history,
    conditions: JSON.parse(row.conditions) as readonly Condition[],
  };
}

/** JSON leaves out what is undefined; the domain says it. */
function readSpec(text: string): TagSpec {
  const spec = JSON.parse(text) as TagSpec;
  const { from, upstream } = spec as Partial<TagSpec>;
  return { ...spec, from: from && { ...from, namespace: from.namespace }, upstream };
}

/**
 * An image stream as rows. Items of a tag get positions so that those of `before` keep theirs: `tops` says, for each tag,
 * which position the first of its items has.
 */
export function streamRows(stream: ImageStream, tops: (tag: ImageStreamTag) => number): StreamRows {
  const { source, namespace, name } = stream;
  const key = { source, namespace, name };
  const tags = [...stream.tags.values()];
  return {
    stream: {
      ...key,
      labels: JSON.stringify(stream.labels),
      generation: stream.generation,
      lookup_local: stream.lookupLocal ? 1 : 0,
      created_at: stream.createdAt,
      docker_image_repository: stream.dockerImageRepository ?? null,
      public_docker_image_repository: stream.publicDockerImageRepository ?? null,
      resource_version: stream.resourceVersion ?? null,
    },
    tags: tags.map((tag) => ({ ...key, ...streamTagRow(tag) })),
    items: tags.flatMap((tag) => {
      const top = tops(tag);
      return tag.history
        .map((item, at) => ({ ...key, tag: tag.name, position: top - at, ...itemRow(item) }))
        .toReversed();
    }),
  };
}

function streamTagRow({ name, spec, conditions }: ImageStreamTag): Omit<StreamTagRow, 'source' | 'namespace' | 'name'> {
  const upstream = spec?.upstream;
  return {
    tag: name,
    spec: spec === undefined ? null : sortedJson(spec),
    conditions: sortedJson(conditions),
    scheduled: spec?.importPolicy.scheduled === true ? 1 : 0,
    upstream_registry: upstream?.registry ?? null,
    upstream_repository: upstream?.repository ?? null,
    upstream_tag: upstream?.tag ?? null,
  };
}

function itemRow(
  item: TagItem,
): Pick<StreamItemRow, 'created_at' | 'digest' | 'docker_image_reference' | 'generation'> {
  return {
    created_at: item.createdAt,
    digest: item.digest ?? null,
    docker_image_reference: item.dockerImageReference,
    generation: item.generation,
  };
}

/** JSON with the names in objects in one order, so that what is equal is the same text. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
