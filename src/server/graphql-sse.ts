import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { anonymous } from '../access/access.ts';
import type { Prepared, SubscriptionRequest, Subscriptions } from '../graphql/subscriptions.ts';
import type { Clock } from '../lib/clock.ts';
import type { Cors } from './cors.ts';
import { spread } from './drain.ts';
import { sendError, type Door } from './http.ts';
import type { OriginRule } from './origin.ts';
import type { Outlet } from './outlet.ts';
import { readStreamRequest } from './read-stream-request.ts';
import type { Seats } from './seats.ts';

export interface GraphQLSseOptions {
  readonly subscriptions: Subscriptions;
  readonly cors: Cors;
  readonly isAllowedOrigin: OriginRule;
  readonly seats: Seats;
  readonly outlet: (socket: Socket) => Outlet;
  readonly clock: Clock;
  readonly bodyBytes: number;
  /** Milliseconds between two signs of life. */
  readonly pingInterval: number;
}

export interface GraphQLSse {
  readonly door: Door;
  /** Ends the streams that are open within so many milliseconds; their clients come again. */
  readonly drain: (windowMs: number) => Promise<void>;
}

/**
 * GraphQL over Server-Sent Events, in the mode of one connection for each operation (graphql-sse, PROTOCOL.md, "Distinct
 * connections mode"). Each event's id is its cursor, so that an EventSource goes on by itself where it was cut off.
 */
export function createGraphQLSse(options: GraphQLSseOptions): GraphQLSse {
  const { subscriptions, seats, clock } = options;
  const open = new Set<ServerResponse>();

  async function door(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    if (options.cors(request, response)) return;
    if (!options.isAllowedOrigin(request)) {
      const message = 'pages of this origin may not subscribe: server.allowedOrigins names those that may';
      sendError(response, 403, 'FORBIDDEN', message, requestId);
      return;
    }
    const read = await readStreamRequest(request, options.bodyBytes);
    if (read.kind === 'refused') {
      if (read.status === 405) response.setHeader('allow', 'GET, POST');
      response.setHeader('connection', 'close');
      sendError(response, read.status, 'BAD_USER_INPUT', read.message, requestId);
      return;
    }
    const leave = seats.take();
    if (leave === undefined) {
      sendError(response, 503, 'UNAVAILABLE', 'no more connections are taken now: come again later', requestId);
      return;
    }
    response.once('close', leave);
    await serve(read.request, response, requestId);
  }

  async function serve(request: SubscriptionRequest, response: ServerResponse, requestId: string): Promise<void> {
    const prepared = await subscriptions.prepare(request, anonymous);
    if (response.destroyed) return;
    // Proxies must hand on each event as it comes.
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    if (prepared.kind === 'refused') {
      // As the protocol has it: a status would tell an EventSource nothing, and have it come again and again.
      const errors = subscriptions.format(prepared.errors, requestId);
      response.end(`event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata: \n\n`);
      return;
    }
    response.flushHeaders();
    stream(prepared, response);
  }

  function stream({ start }: Extract<Prepared, { kind: 'ready' }>, response: ServerResponse): void {
    const { socket } = response;
    if (socket === null) return;
    const outlet = options.outlet(socket);
    const end = start({
      next: (payload, sequence) => {
        outlet.gather();
        response.write(`id: ${subscriptions.cursorOf(sequence)}\nevent: next\ndata: ${payload}\n\n`);
      },
      isFull: outlet.isFull,
      onceDrained: outlet.onceDrained,
      progress: outlet.progress,
      giveUp: () => {
        response.destroy();
      },
    });
    let cancel = clock.setTimeout(comment, options.pingInterval);

    function comment(): void {
      if (!outlet.isFull()) response.write(':\n\n');
      cancel = clock.setTimeout(comment, options.pingInterval);
    }

    open.add(response);
    response.once('close', () => {
      open.delete(response);
      cancel();
      end();
    });
  }

  return {
    door,
    drain: (windowMs) => {
      const ends = [...open].map((response) => () => {
        // Without `complete`, which would tell the client not to come again. One that reads nothing is not waited for.
        response.end();
        const cancel = clock.setTimeout(() => response.destroy(), 2_000);
        response.once('close', cancel);
      });
      return spread(ends, windowMs, clock);
    },
  };
}
