import type {
  HeldImage,
  ImageStreamSource,
  ImageStreamWrites,
  RecordedImage,
} from '../../src/domain/image-stream-source.ts';
import type { ImageStream, ImageStreamTag, TagItem, TagSpec } from '../../src/domain/image-stream.ts';
import type { Digest } from '../../src/domain/digest.ts';
import { parseRegistryName } from '../../src/domain/reference.ts';
import type { Ask } from '../../src/domain/registry.ts';
import { newImageStream } from '../../src/domain/image-stream-tags.ts';
import type { StoredImageStreams } from '../../src/store/store.ts';

/** Image streams in memory that answer by the port of the store, and note what was asked. */
export interface FakeImageStreams extends StoredImageStreams {
  readonly asked: string[];
}

export function createFakeImageStreams(streams: readonly ImageStream[]): FakeImageStreams {
  const asked: string[] = [];
  const sorted = streams.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const within = ({ source, namespace }: { readonly source: string; readonly namespace?: string | undefined }) =>
    sorted.filter((stream) => stream.source === source && (namespace ?? stream.namespace) === stream.namespace);
  return {
    asked,
    get: (keys) => {
      asked.push(`get ${keys.map(orderOf).join(' ')}`);
      return Promise.resolve(keys.map((key) => streams.find((stream) => isSame(stream, key))));
    },
    list: (query) => {
      asked.push(`list ${String(query.limit)}`);
      const { after } = query;
      const following = within(query).filter((stream) => after === undefined || orderOf(stream) > orderOf(after));
      return Promise.resolve(following.slice(0, query.limit));
    },
    count: (query) => {
      asked.push('count');
      return Promise.resolve(within(query).length);
    },
    versions: (query) => Promise.resolve(within(query)),
    watchedTo: () => Promise.resolve(undefined),
    importedFrom: () => Promise.resolve([]),
    revisions: (keys) => {
      asked.push(`revisions ${keys.map(({ tag }) => tag).join(' ')}`);
      return Promise.resolve(keys.map(({ tag }) => tag.length));
    },
  };
}

/** A source that notes what it was asked to write, as `tag shop/web:prod`, and writes nothing. */
export function createFakeSource(name: string): ImageStreamSource & { readonly written: string[] } {
  const written: string[] = [];
  const stream = (namespace: string, streamName: string): ImageStream =>
    newImageStream({ source: name, namespace, name: streamName }, 0);
  const note = <Result>(text: string, result: Result): Promise<Result> => {
    written.push(text);
    return Promise.resolve(result);
  };
  const writes: ImageStreamWrites = {
    create: (key) => note(`create ${orderOf(key)}`, stream(key.namespace, key.name)),
    delete: (key) => note(`delete ${orderOf(key)}`, undefined),
    tag: (to) =>
      note(`tag ${to.map(({ stream: key, tag }) => `${orderOf(key)}:${tag}`).join(' ')}`, { streams: [], imports: [] }),
    untag: ({ stream: key, tag }) => note(`untag ${orderOf(key)}:${tag}`, undefined),
    rollBack: ({ stream: key, tag }) => note(`rollBack ${orderOf(key)}:${tag}`, stream(key.namespace, key.name)),
    import: (key, { tags }) =>
      note(`import ${orderOf(key)}${tags === undefined ? '' : ` of ${[...tags].join(' ') || 'nothing'}`}`, {
        stream: undefined,
        imports: [],
      }),
    setLookup: (key) => note(`setLookup ${orderOf(key)}`, stream(key.namespace, key.name)),
  };
  return {
    name,
    kind: 'local',
    namespaces: undefined,
    registryOf: () => undefined,
    freshness: () => Promise.resolve({ state: 'LIVE', fetchedAt: 0 }),
    writes,
    written,
    stop: () => Promise.resolve(),
  };
}

/** What a fake cluster knows of images; what it was asked is in `asked`, as `recorded shop/web sha256:aaa`. */
export interface FakeKnowledge {
  readonly recorded: Map<Digest, RecordedImage>;
  readonly held: HeldImage[];
  readonly asked: string[];
  /** Set to make every question fail. */
  failure: Error | undefined;
}

/** A source that knows images by itself, as a cluster does; hosts of its own mean these registries. */
export function createFakeCluster(
  name: string,
  hosts: Readonly<Record<string, string>> = {},
): ImageStreamSource & { readonly knows: FakeKnowledge } {
  const knows: FakeKnowledge = { recorded: new Map(), held: [], asked: [], failure: undefined };
  const answer = <Found>(text: string, found: Found, { cost }: Ask): Promise<Found> => {
    knows.asked.push(text);
    cost.upstreamRequests += 1;
    return knows.failure === undefined ? Promise.resolve(found) : Promise.reject(knows.failure);
  };
  return {
    ...createFakeSource(name),
    kind: 'openshift',
    registryOf: (host) => (hosts[host] === undefined ? undefined : parseRegistryName(hosts[host])),
    images: {
      held: (stream, ask) => answer(`held ${orderOf(stream)}`, knows.held, ask),
      recorded: (stream, digest, ask) =>
        answer(`recorded ${orderOf(stream)} ${digest}`, knows.recorded.get(digest), ask),
    },
    knows,
  };
}

/** A stream with these tags, of the source `local` unless another is named. */
export function streamWith(
  path: `${string}/${string}`,
  tags: Readonly<Record<string, Partial<ImageStreamTag>>> = {},
  source = 'local',
): ImageStream {
  const [namespace = '', name = ''] = path.split('/');
  const held = Object.entries(tags).map(
    ([tag, given]) => [tag, { name: tag, spec: undefined, history: [], conditions: [], ...given }] as const,
  );
  return { ...newImageStream({ source, namespace, name }, 0), tags: new Map(held) };
}

/** What is wanted of a tag that is imported from an image of a registry. */
export function importedFrom(name: string, more: Partial<TagSpec> = {}): TagSpec {
  return {
    from: { kind: 'DOCKER_IMAGE', name, namespace: undefined },
    reference: false,
    generation: 1,
    importPolicy: { scheduled: false, insecure: false, importMode: 'PRESERVE_ORIGINAL' },
    referencePolicy: 'SOURCE',
    upstream: undefined,
    ...more,
  };
}

/** An item of a history. */
export function item(dockerImageReference: string, digest: TagItem['digest'], createdAt = 0): TagItem {
  return { createdAt, digest, dockerImageReference, generation: 1 };
}

function orderOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function isSame(stream: ImageStream, key: Pick<ImageStream, 'source' | 'namespace' | 'name'>): boolean {
  return stream.source === key.source && orderOf(stream) === orderOf(key);
}
