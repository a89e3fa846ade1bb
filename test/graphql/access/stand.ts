import { execute, parse } from 'graphql';
import { randomBytes } from 'node:crypto';
import type { Access, Viewer } from '../../../src/access/access.ts';
import { noAudit, type Audit } from '../../../src/audit/audit.ts';
import { createMemory } from '../../../src/cache/memory.ts';
import { remember } from '../../../src/cache/remember.ts';
import type { ImageStream } from '../../../src/domain/image-stream.ts';
import type { ImageStreamSource } from '../../../src/domain/image-stream-source.ts';
import { parseRegistryName } from '../../../src/domain/reference.ts';
import type { TagChange } from '../../../src/domain/tag-event.ts';
import { startFanOut, type FanOut } from '../../../src/events/fan-out.ts';
import { createEventHistory } from '../../../src/events/history.ts';
import { createCouldMatch } from '../../../src/events/watched.ts';
import { createAdmission } from '../../../src/graphql/admit.ts';
import { createContextFactory } from '../../../src/graphql/context.ts';
import { createCursorCodec } from '../../../src/graphql/cursor.ts';
import { createErrorFormatter } from '../../../src/graphql/errors.ts';
import { defaultLimits } from '../../../src/graphql/limits.ts';
import { resolvers } from '../../../src/graphql/resolvers/index.ts';
import { createSchema } from '../../../src/graphql/schema.ts';
import { createSubscriptions, type Subscriptions } from '../../../src/graphql/subscriptions.ts';
import { createImageStreamsFor } from '../../../src/image-streams/for-viewer.ts';
import { createRegistryTable } from '../../../src/images/registry-table.ts';
import { openStore } from '../../../src/store/open-store.ts';
import type { Store } from '../../../src/store/store.ts';
import { createLocalSource } from '../../../src/stream-sources/local/local-source.ts';
import { createFakeCluster, streamWith } from '../../support/fake-image-streams.ts';
import { createManualClock } from '../../transport/support/clock.ts';
import { createAccessByName, type World } from './viewers.ts';
import { createWorldRegistry } from './world-registry.ts';
import { eventsOf, mixedStream, movedTag, streamsOf } from './world-streams.ts';

/** A gateway without its port, over the same things once for each of some worlds, some of them together and some apart. */
export interface WorldStand {
  /** Answers as callers see it, less the request's id and what is made anew for each answer. */
  readonly ask: (viewer: Viewer, document: string) => Promise<Asked>;
  /** A page of image streams, with its cursor as it is. */
  readonly list: (viewer: Viewer, field: string) => Promise<ImageStreamPage>;
  readonly subscriptions: Subscriptions;
  readonly fanOut: FanOut;
  /** Appends changes, and waits until they have been read. */
  readonly append: (...changes: readonly TagChange[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Asked {
  /** The whole answer as JSON. */
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What registries and clusters were asked. */
  readonly upstream: readonly string[];
  /** What the store was asked. */
  readonly reads: readonly string[];
}

export interface ImageStreamPage {
  readonly nodes: readonly { readonly name: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface WorldStandOptions {
  readonly worlds: readonly World[];
  readonly access?: Access;
  /** Default: nothing is kept. */
  readonly audit?: Audit;
  /** How many more tags, repositories, image streams and events of alpha's there are beside what all see. Default: none. */
  readonly crowd?: number;
}

export const schema = createSchema(resolvers);

/** Tags of `mixed.example/team/app`, and of each repository of its own. */
const ownTags = ['prod', 'test'];

export async function createWorldStand(options: WorldStandOptions): Promise<WorldStand> {
  const { worlds, access = createAccessByName(), audit = noAudit, crowd = 0 } = options;
  const clock = createManualClock();
  const store = await openStore({ url: ':memory:', clock });
  const upstream: string[] = [];
  const reads: string[] = [];
  const now = clock.now;
  const memory = createMemory(10_000_000);

  const open = (name: string, repositories: Readonly<Record<string, readonly string[]>>, failedAt = name) => {
    const registry = createWorldRegistry(name, {
      repositories,
      failedAt,
      now,
      onAsked: (question) => upstream.push(question),
    });
    const aliases = [`alias.${name}`];
    return { registry: remember(registry, { memory, tagTtl: 60_000, maxStale: 60_000, now }), aliases };
  };
  const own = { 'team/app': ownTags };
  const crowded = Array.from({ length: crowd }, (_, index) => `alpha-${String(index).padStart(4, '0')}`);
  const shared = Object.fromEntries(
    [...worlds.map((world) => `${world}/app`), ...crowded].map((repository) => [repository, ownTags]),
  );
  const mixedTags = [...worlds.map((world) => `${world}-prod`), ...ownTags, ...crowded];
  const registries = createRegistryTable([
    ...worlds.map((world) => open(`${world}.example`, own)),
    open('mixed.example', { 'team/app': mixedTags, ...shared }, `mixed.example/${worlds[0] ?? ''}/app`),
    open('public.example', own),
  ]);

  const cluster = (name: string): ImageStreamSource => {
    const { knows, ...source } = createFakeCluster(name);
    return {
      ...source,
      images: {
        held: (stream) => {
          upstream.push(`${name} held ${stream.namespace}/${stream.name}`);
          return Promise.resolve(knows.held);
        },
        recorded: (stream) => {
          upstream.push(`${name} recorded ${stream.namespace}/${stream.name}`);
          return Promise.resolve(undefined);
        },
      },
      freshness: (namespace) => {
        // A namespace of alpha's is the oldest, if there is one.
        const oldest = name === 'east' && (namespace?.startsWith('alpha') ?? worlds.includes('alpha'));
        return Promise.resolve({
          state: 'STALE',
          fetchedAt: oldest ? 1 : 2,
          reason: oldest ? 'alpha-shop' : 'it waits',
        });
      },
      triggers: ({ namespace }) => {
        upstream.push(`${name} triggers ${namespace}`);
        const kind = { kind: 'Deployment', name: 'web', fieldPath: 'spec', paused: false };
        return Promise.resolve(worlds.map((world) => ({ ...kind, namespace: `${world}-shop` })));
      },
    };
  };
  const local = createLocalSource({
    name: 'local',
    store,
    find: registries.find,
    clock,
    log: { warn: () => undefined },
  });
  const sources = [local, cluster('east'), ...worlds.map((world) => cluster(`${world}-east`))];

  const hidden = crowded.map((name) => streamWith(`mixed/${name}`));
  const streams = [...worlds.flatMap(streamsOf), mixedStream(worlds), ...hidden];
  await put(store, streams);
  const changes = [
    ...streams.flatMap(eventsOf),
    ...worlds.flatMap((world) => [
      movedTag(`${world}.example`, 'team/app', 'prod'),
      movedTag('mixed.example', `${world}/app`, 'prod'),
      movedTag('mixed.example', 'team/app', `${world}-prod`),
    ]),
    ...crowded.map((tag) => movedTag('mixed.example', 'team/app', tag)),
    movedTag('public.example', 'team/app', 'prod'),
  ];
  await Promise.all(changes.map((change) => appendTo(store, change)));

  const counted = counting(store, reads);
  const cursors = createCursorCodec(randomBytes(32));
  const fanOut = await startFanOut({
    store,
    access,
    clock,
    report: { info: () => undefined, warn: () => undefined, error: () => undefined },
    apply: () => undefined,
    forget: () => undefined,
    patienceMs: 60_000,
  });
  const contexts = {
    registries,
    imageStreams: createImageStreamsFor({ sources, store: counted.imageStreams, access, writes: true }),
    access,
    audit,
    isWatched: () => true,
    cursors,
    history: (viewer: Viewer) =>
      createEventHistory({
        store: counted,
        asOf: { epoch: fanOut.epoch(), sequence: fanOut.position() },
        access,
        viewer,
      }),
    operationMs: 60_000,
    mostRequests: 1000,
  };
  const begin = createContextFactory(contexts);
  const formatError = createErrorFormatter({
    log: (fault) => {
      throw new Error(`a fault of ours: ${fault.message} ${fault.stack ?? ''}`);
    },
    suggestions: true,
    operationSeconds: 60,
  });
  const subscriptions = createSubscriptions({
    schema,
    admission: createAdmission({ schema, limits: defaultLimits, introspection: true }),
    access,
    cursors,
    fanOut,
    clock,
    findRegistry: registries.find,
    couldMatch: createCouldMatch({
      registries: registries.all.map(({ name }) => ({ name: parseRegistryName(name), repositories: ['**'] })),
      sources: sources.map(({ name, namespaces }) => ({ name, namespaces })),
    }),
    begin,
    formatError,
    noteRequest: () => undefined,
  });

  async function run(viewer: Viewer, document: string) {
    const { context, end } = begin({ viewer }, 'a-request');
    const result = await execute({ schema, document: parse(document), contextValue: context });
    end();
    const errors = result.errors?.map((error) => formatError(error.toJSON(), error));
    return { data: result.data, errors, context };
  }

  return {
    subscriptions,
    fanOut,
    list: async (viewer, field) => {
      const { data } = await run(viewer, `{ list: ${field} { nodes { name } pageInfo { hasNextPage endCursor } } }`);
      return (data as unknown as { readonly list: ImageStreamPage }).list;
    },
    append: async (...added) => {
      for (const change of added) await appendTo(store, change);
      const { head } = await store.log.bounds();
      while (fanOut.position() < head) await clock.advance(1000);
    },
    ask: async (viewer, document) => {
      upstream.length = 0;
      reads.length = 0;
      const { data, errors, context } = await run(viewer, document);
      const { upstreamRequests, cacheHits, coalesced } = context.cost;
      const extensions = { cost: { upstreamRequests, cacheHits, coalesced }, stale: context.stale };
      const text = withoutNonces(JSON.stringify({ data, errors, extensions }));
      const answer = JSON.parse(text) as Pick<Asked, 'data'>;
      return { text, data: answer.data, upstream: [...upstream], reads: [...reads] };
    },
    close: async () => {
      fanOut.stop();
      await local.stop();
      await store.close();
    },
  };
}

/** Cursors are sealed anew each time, and the identifiers of events hang on their place in the log, which nobody is told. */
export function withoutNonces(json: string): string {
  return json
    .replace(/"(cursor|startCursor|endCursor|asOf)":"[^"]+"/g, '"$1":"sealed"')
    .replace(/"id":"[\w-]{22}"/g, '"id":"of an event"');
}

async function put(store: Store, streams: readonly ImageStream[]): Promise<void> {
  await store.change({
    imageStreams: streams,
    decide: () => ({ result: undefined, imageStreams: streams.map((stream) => ({ key: stream, stream })) }),
  });
}

async function appendTo(store: Store, change: TagChange): Promise<void> {
  const { subject } = change;
  await store.change({
    ...(subject.kind === 'TAG' ? { tags: [subject] } : { imageStreams: [subject] }),
    decide: () => ({ result: undefined, events: [change] }),
  });
}

/** The store, noting what it is asked for viewers. */
function counting(store: Store, reads: string[]): Pick<Store, 'epoch' | 'log' | 'imageStreams'> {
  const noting = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get: (target, name, receiver) => {
        const found: unknown = Reflect.get(target, name, receiver);
        if (typeof found !== 'function') return found;
        return (...args: readonly unknown[]): unknown => {
          reads.push(String(name));
          return Reflect.apply(found, target, args);
        };
      },
    });
  return { epoch: store.epoch, log: noting(store.log), imageStreams: noting(store.imageStreams) };
}
