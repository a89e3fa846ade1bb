import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { GraphQLError } from 'graphql';
import type { Viewer } from '../access/access.ts';
import type { Callers } from '../access/callers/callers.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Prepared, SubscriptionRequest, Subscriptions } from '../graphql/subscriptions.ts';
import type { Clock } from '../lib/clock.ts';
import { authorizationOf } from './authorization.ts';
import type { Cors } from './cors.ts';
import { spread, type Drain } from './drain.ts';
import { sendError, type Door } from './http.ts';
import { identify, sendRefusal } from './identify.ts';
import { watchIdentity, type IdentityEnd } from './identity-watch.ts';
import type { OriginRule } from './origin.ts';
import type { Outlet } from './outlet.ts';
import { readStreamRequest } from './read-stream-request.ts';
import type { Seats } from './seats.ts';

export interface GraphQLSseOptions {
  readonly callers: Callers;
  readonly subscriptions: Subscriptions;
  readonly cors: Cors;
  readonly isAllowedOrigin: OriginRule;
  readonly seats: Seats;
  readonly outlet: (socket: Socket) => Outlet;
  readonly clock: Clock;
  readonly bodyBytes: number;
  /** Milliseconds between two signs of life. */
  readonly pingInterval: number;
  readonly onFault: (error: unknown, requestId: string) => void;
}

export interface GraphQLSse {
  readonly door: Door;
  /** Ends the streams that are open step by step, and at once those that begin meanwhile; their clients come again. */
  readonly drain: (how: Drain) => Promise<void>;
}

/** Whom a stream is for, and by what that was found out. */
interface Caller {
  readonly viewer: Viewer;
  readonly authorization: string | undefined;
}

/** How long a client may take to read the end of its stream, in milliseconds. */
const endMs = 2_000;

/**
 * GraphQL over Server-Sent Events, in the mode of one connection for each operation (graphql-sse, PROTOCOL.md, "Distinct
 * connections mode"). Each event's id is its cursor, so that an EventSource goes on by itself where it was cut off.
 */
export function createGraphQLSse(options: GraphQLSseOptions): GraphQLSse {
  const { callers, subscriptions, seats, clock } = options;
  /** What ends each stream so that its client comes again. */
  const open = new Set<() => void>();
  let draining: Drain | undefined;

  async function door(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    if (options.cors(request, response)) return;
    if (!options.isAllowedOrigin(request)) {
      const message = 'pages of this origin may not subscribe: server.allowedOrigins names those that may';
      sendError(response, 403, 'FORBIDDEN', message, requestId);
      return;
    }
    const authorization = authorizationOf(request);
    const caller = await identify(callers, authorization);
    if (response.destroyed) return;
    if (caller.kind === 'refused') {
      sendRefusal(response, caller, requestId);
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
    const leaveOwn = seats.takeFor(caller.viewer);
    if (leaveOwn === undefined) {
      const message = 'the caller has as many connections as one may have (limits.callerSockets): close some first';
      sendError(response, 503, 'LIMIT_EXCEEDED', message, requestId);
      return;
    }
    response.once('close', leaveOwn);
    await serve(read.request, { viewer: caller.viewer, authorization }, response, requestId);
  }

  async function serve(
    request: SubscriptionRequest,
    caller: Caller,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    const prepared = await subscriptions.prepare(request, caller.viewer);
    if (response.destroyed) return;
    // Proxies must hand on each event as it comes.
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    if (prepared.kind === 'refused') {
      // As the protocol has it: a status would tell an EventSource nothing, and have it come again and again.
      response.end(lastWords(prepared.errors, requestId));
      return;
    }
    response.flushHeaders();
    stream(prepared, caller, response, requestId);
  }

  function lastWords(errors: readonly GraphQLError[], requestId: string): string {
    const payload = JSON.stringify({ errors: subscriptions.format(errors, requestId) });
    return `event: next\ndata: ${payload}\n\nevent: complete\ndata: \n\n`;
  }

  function stream(
    { start }: Extract<Prepared, { kind: 'ready' }>,
    caller: Caller,
    response: ServerResponse,
    requestId: string,
  ): void {
    const { socket } = response;
    if (socket === null) return;
    const outlet = options.outlet(socket);
    const end = start({
      next: (payload, sequence) => {
        if (draining?.isSilent === true) return;
        outlet.gather();
        response.write(`id: ${subscriptions.cursorOf(sequence)}\nevent: next\ndata: ${payload}\n\n`);
      },
      isFull: outlet.isFull,
      onceDrained: outlet.onceDrained,
      progress: outlet.progress,
      giveUp: () => {
        response.destroy();
      },
      end: (error) => {
        finish(lastWords([error], requestId));
      },
    });
    let cancel = clock.setTimeout(comment, options.pingInterval);

    function comment(): void {
      if (!outlet.isFull()) response.write(':\n\n');
      cancel = clock.setTimeout(comment, options.pingInterval);
    }

    const forget = watchIdentity({
      ...caller,
      callers,
      clock,
      onEnd: (why) => {
        finish(isFinal(why) ? lastWords([notAnyMore(why)], requestId) : undefined);
      },
      onFault: (error) => {
        options.onFault(error, requestId);
      },
    });

    function leave(): void {
      open.delete(comeAgain);
      cancel();
      forget();
      end();
    }

    /** One that reads nothing is not waited for. */
    function finish(words?: string): void {
      leave();
      response.end(words);
      response.once(
        'close',
        clock.setTimeout(() => response.destroy(), endMs),
      );
    }

    /** Without `complete`, which would tell the client not to. */
    function comeAgain(): void {
      finish();
    }

    open.add(comeAgain);
    response.once('close', leave);
    if (draining !== undefined) comeAgain();
  }

  return {
    door,
    drain: (how) => {
      draining = how;
      return spread([...open], how.windowMs, clock);
    },
  };
}

/** Whether nothing but another credential helps. */
function isFinal(why: IdentityEnd): boolean {
  return why === 'expired' || why === 'revoked';
}

function notAnyMore(why: IdentityEnd): GraphQLError {
  const how = why === 'expired' ? 'has expired' : 'is not good any more';
  const message = `the credential that the stream was asked for with ${how}: come again with another`;
  return new GraphQLError(message, { originalError: new GatewayError('UNAUTHENTICATED', message, {}) });
}
