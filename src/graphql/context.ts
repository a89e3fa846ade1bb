import type { GraphQLResolveInfo } from 'graphql';
import { setMaxListeners } from 'node:events';
import type { Access, Viewer } from '../access/access.ts';
import type { Caller } from '../access/callers/callers.ts';
import type { Audit } from '../audit/audit.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Freshness } from '../domain/freshness.ts';
import type { RegistryName, RepositoryName } from '../domain/reference.ts';
import type { Cost } from '../domain/registry.ts';
import type { ImageStreams, ImageStreamsFor } from '../image-streams/for-viewer.ts';
import type { ImageStreamReader } from '../image-streams/reader.ts';
import type { StreamImages } from '../image-streams/stream-images.ts';
import type { ImageStreamWriter } from '../image-streams/writer.ts';
import type { EventHistory } from '../events/history.ts';
import { loopTurn } from '../lib/loop-turn.ts';
import { createImageReader, type ImageReader } from '../images/reader.ts';
import type { Registries } from '../images/registry-table.ts';
import type { CursorCodec } from './cursor.ts';
import type { FindRegistry } from './event-filter.ts';

/** What the resolvers of one operation share. */
export interface GraphQLContext {
  readonly viewer: Viewer;
  /** Names the request in answers and logs. */
  readonly requestId: string;
  readonly reader: ImageReader;
  readonly streams: ImageStreamReader;
  readonly streamImages: StreamImages;
  readonly writer: ImageStreamWriter;
  /** Where it is kept what is changed. */
  readonly audit: Audit;
  /** Whether a repository's changes are looked for. */
  readonly isWatched: IsWatched;
  readonly cursors: CursorCodec;
  /** The events of tags, and the position of their log when the operation began. */
  readonly history: EventHistory;
  readonly findRegistry: FindRegistry;
  readonly cost: Cost;
  /** Where the answer rests on facts that are not fresh; shown as `extensions.stale`. */
  readonly stale: StaleAnswer[];
}

type IsWatched = (registry: RegistryName, repository: RepositoryName) => boolean;

/** A field that was answered from memory although its time had passed. */
export interface StaleAnswer {
  readonly path: readonly (string | number)[];
  readonly freshness: Freshness;
}

export interface ContextOptions {
  readonly registries: Registries;
  readonly imageStreams: ImageStreamsFor;
  readonly access: Access;
  readonly audit: Audit;
  readonly isWatched: IsWatched;
  readonly cursors: CursorCodec;
  readonly history: (viewer: Viewer) => EventHistory;
  /** How long an operation may take, in milliseconds. */
  readonly operationMs: number;
  /** How many requests to registries an operation may lead to, whatever it was expected to need. */
  readonly mostRequests: number;
}

/** The context of an operation with the end of its time, which starts now. */
export interface Operation {
  readonly context: GraphQLContext;
  /** To be called when the operation has been answered. */
  readonly end: () => void;
  /** To be called when nobody waits for the answer any more: what is under way for it ends too. */
  readonly abandon: () => void;
}

export function createContextFactory(options: ContextOptions): (caller: Caller, requestId: string) => Operation {
  const { access, audit, isWatched, cursors, operationMs } = options;
  return function begin({ viewer, credential }, requestId) {
    // First of all: `asOf` must not be later than anything that the operation reads.
    const history = options.history(viewer);
    const registries = options.registries.as(credential);
    const controller = new AbortController();
    // Every question to a registry listens to it, and an operation may ask thousands.
    setMaxListeners(0, controller.signal);
    /** In a turn: thousands of fields may fail with it, of each of the many operations that began at the same time. */
    function giveUp(message: string): void {
      const reason = new GatewayError('UPSTREAM_TIMEOUT', message, {});
      void loopTurn().then(() => {
        controller.abort(reason);
      });
    }
    const deadline = setTimeout(() => {
      const seconds = operationMs / 1000;
      giveUp(`the operation took longer than ${seconds} s; ask for less, or again, since what was read is kept`);
    }, operationMs);
    deadline.unref();
    const cost: Cost = { upstreamRequests: 0, cacheHits: 0, coalesced: 0, mostRequests: options.mostRequests };
    const ask = { signal: controller.signal, cost };
    const reader = createImageReader({ registries, access, viewer, ask });
    // Most operations ask nothing of image streams.
    let opened: ImageStreams | undefined;
    const imageStreams = (): ImageStreams => (opened ??= options.imageStreams(viewer, registries, reader, ask));
    return {
      context: {
        viewer,
        requestId,
        reader,
        audit,
        isWatched,
        get streams() {
          return imageStreams().reader;
        },
        get streamImages() {
          return imageStreams().images;
        },
        get writer() {
          return imageStreams().writer;
        },
        cursors,
        history,
        findRegistry: registries.find,
        cost,
        stale: [],
      },
      end: () => {
        clearTimeout(deadline);
      },
      abandon: () => {
        clearTimeout(deadline);
        giveUp('nobody waits for the answer any more');
      },
    };
  };
}

/** Notes in the answer's extensions where a fact is stale; gives the fact back. */
export function noting<Fact extends { readonly freshness?: Freshness | undefined } | undefined>(
  context: GraphQLContext,
  info: GraphQLResolveInfo,
  fact: Fact,
): Fact {
  if (fact?.freshness?.state === 'STALE') {
    const path: (string | number)[] = [];
    for (let at: GraphQLResolveInfo['path'] | undefined = info.path; at !== undefined; at = at.prev)
      path.unshift(at.key);
    context.stale.push({ path, freshness: fact.freshness });
  }
  return fact;
}
