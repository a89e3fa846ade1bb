import type { Viewer } from '../../src/access/access.ts';
import type { Subscriptions, SubscriptionSink } from '../../src/graphql/subscriptions.ts';
import { isGatewayError } from '../../src/domain/errors.ts';
import { unwrap } from '../../src/graphql/errors.ts';
import { resolvers } from '../../src/graphql/resolvers/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { createCors } from '../../src/server/cors.ts';
import { createGraphQLSse } from '../../src/server/graphql-sse.ts';
import { createGraphQLWs } from '../../src/server/graphql-ws.ts';
import { startHttpServer } from '../../src/server/http.ts';
import { createOriginRule } from '../../src/server/origin.ts';
import { createOutlets } from '../../src/server/outlet.ts';
import { createSeats } from '../../src/server/seats.ts';
import { parse, type GraphQLError } from 'graphql';
import { createFakeCallers, type FakeCallers } from '../support/fake-callers.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';

/** WebSockets and streams over subscriptions and a clock that a test holds. */
export interface ConnectionsStand {
  readonly socketUrl: string;
  readonly streamUrl: string;
  readonly clock: ManualClock;
  readonly callers: FakeCallers;
  /** Whose subscriptions were started, in their order. */
  readonly viewers: readonly Viewer[];
  /** Those that go on. */
  readonly running: () => number;
  /** Resolves when so many subscriptions were started. */
  readonly started: (count: number) => Promise<void>;
  /** Ends the first of those that go on, with an error. */
  readonly endFirst: (error: GraphQLError) => void;
  /** Sends a payload to all that go on. */
  readonly send: (payload: object) => void;
  readonly faults: readonly unknown[];
  readonly drain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startConnectionsStand(): Promise<ConnectionsStand> {
  const clock = createManualClock();
  const callers = createFakeCallers();
  const viewers: Viewer[] = [];
  const sinks = new Set<SubscriptionSink>();
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const subscriptions: Subscriptions = {
    prepare: (_, viewer) =>
      Promise.resolve({
        kind: 'ready',
        document: parse('subscription { tagEvents { kind } }'),
        start: (sink) => {
          viewers.push(viewer);
          sinks.add(sink);
          return () => sinks.delete(sink);
        },
      }),
    format: (errors, requestId) =>
      errors.map((error) => {
        const { message } = error;
        const original = unwrap(error);
        const code = isGatewayError(original) ? original.code : 'INTERNAL';
        return { message, extensions: { code, requestId } };
      }),
    cursorOf: String,
  };
  const connections = {
    callers,
    subscriptions,
    isAllowedOrigin: createOriginRule([]),
    seats: createSeats({ all: () => 10, perCaller: () => 3 }),
    outlet: createOutlets(1024 * 1024),
    clock,
    onFault,
  };
  const limits = { messageBytes: 4096, socketMessages: 100, socketSubscriptions: 10, initTimeout: 10_000 };
  const pingInterval = 1e9;
  const sockets = createGraphQLWs({
    ...connections,
    schema: createSchema(resolvers),
    limits: { ...limits, pingInterval },
    onClosed: () => undefined,
  });
  const streams = createGraphQLSse({ ...connections, cors: createCors([]), bodyBytes: 4096, pingInterval });
  const server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    doors: new Map([['/graphql/stream', streams.door]]),
    upgrades: new Map([['/graphql', sockets.upgrade]]),
    headerBytes: 16_384,
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    onFault,
  });
  return {
    socketUrl: `${server.url.replace('http:', 'ws:')}/graphql`,
    streamUrl: `${server.url}/graphql/stream`,
    clock,
    callers,
    viewers,
    running: () => sinks.size,
    started: async (count) => {
      while (viewers.length < count) await new Promise((resolve) => setImmediate(resolve));
    },
    endFirst: (error) => {
      const [first] = sinks;
      if (first === undefined) throw new Error('no subscription goes on');
      sinks.delete(first);
      first.end(error);
    },
    send: (payload) => {
      for (const { next } of sinks) next(JSON.stringify({ data: payload }), 1);
    },
    faults,
    drain: async () => {
      await Promise.all([sockets, streams].map(({ drain }) => drain({ windowMs: 1, isSilent: false })));
    },
    close: () => server.stop(0),
  };
}
