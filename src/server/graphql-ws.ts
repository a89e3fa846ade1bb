import type { ExecutionArgs, GraphQLSchema } from 'graphql';
import { GraphQLError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Viewer } from '../access/access.ts';
import type { Callers } from '../access/callers/callers.ts';
import { GatewayError } from '../domain/errors.ts';
import type { Subscriptions } from '../graphql/subscriptions.ts';
import type { Clock } from '../lib/clock.ts';
import { authorizationIn, authorizationOf } from './authorization.ts';
import { spread, type Drain } from './drain.ts';
import { refuseUpgrade, type UpgradeDoor } from './http.ts';
import { identify } from './identify.ts';
import { watchIdentity, type IdentityEnd } from './identity-watch.ts';
import type { OriginRule } from './origin.ts';
import type { Outlet } from './outlet.ts';
import type { Seats } from './seats.ts';
import { keepAlive } from './web-socket-alive.ts';
import { bytesOf, createFramer } from './web-socket-frame.ts';
import { createMessageLimit } from './web-socket-messages.ts';
import { untilReturned } from './web-socket-results.ts';

export interface GraphQLWsOptions {
  readonly schema: GraphQLSchema;
  readonly callers: Callers;
  readonly subscriptions: Subscriptions;
  readonly isAllowedOrigin: OriginRule;
  readonly seats: Seats;
  readonly outlet: (socket: Socket) => Outlet;
  readonly clock: Clock;
  readonly limits: WebSocketLimits;
  /** Told of each socket that was closed, with the code. */
  readonly onClosed: (code: number) => void;
  readonly onFault: (error: unknown, requestId: string) => void;
}

/** What one socket may do. Durations are milliseconds. */
export interface WebSocketLimits {
  readonly messageBytes: number;
  /** In ten seconds. */
  readonly socketMessages: number;
  readonly socketSubscriptions: number;
  readonly initTimeout: number;
  readonly pingInterval: number;
}

export interface GraphQLWs {
  readonly upgrade: UpgradeDoor;
  /** Closes the sockets that are open step by step, and at once each that asks for something more. */
  readonly drain: (how: Drain) => Promise<void>;
}

/** Close codes of WebSocket (RFC 6455, IANA registry) that the graphql-ws client takes as "come again". */
const serviceRestart = 1012;
const tryAgainLater = 1013;

const comeAgain = [serviceRestart, 'the gateway restarts: come again'] as const;

/** How a socket is closed whose caller must not go on as it is. */
const closeFor: Readonly<Record<IdentityEnd, readonly [code: number, reason: string]>> = {
  expired: [CloseCode.Forbidden, 'the credential has expired'],
  revoked: [CloseCode.Forbidden, 'the credential is not good any more'],
  changed: [serviceRestart, 'the caller or its groups are others now: come again'],
  unknown: [tryAgainLater, 'who calls cannot be found out now'],
};

/** How long a client may take to answer a close, in milliseconds. */
const closeMs = 2_000;

/** What belongs to one socket. */
interface Connection {
  readonly webSocket: WebSocket;
  /** What it runs over. */
  readonly socket: Socket;
  readonly outlet: Outlet;
  readonly requestId: string;
  /** What the upgrade showed. */
  readonly authorization: string | undefined;
  /** Known from the acknowledgement on. */
  viewer: Viewer | undefined;
}

/** What `onSubscribe` hands to `subscribe`, which is told nothing but the arguments of an execution. */
interface Opening {
  readonly connection: Connection;
  readonly id: string;
  readonly start: Extract<Awaited<ReturnType<Subscriptions['prepare']>>, { kind: 'ready' }>['start'];
}

/**
 * GraphQL over WebSocket (graphql-ws, PROTOCOL.md) for subscriptions alone. graphql-ws keeps the order of the conversation;
 * payloads go past it, since they are made once for all who ask the same.
 */
export function createGraphQLWs(options: GraphQLWsOptions): GraphQLWs {
  const { schema, callers, subscriptions, seats, clock, limits } = options;
  const open = new Set<WebSocket>();
  const frame = createFramer();
  let draining: Drain | undefined;
  const acceptor = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    // A client that offers others is let in, to be told by the code that the protocol has for it.
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : ([...offered][0] ?? false),
  });

  const server = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: limits.initTimeout,
    onConnect: ({ connectionParams, extra }) => letIn(extra, authorizationIn(connectionParams) ?? extra.authorization),
    onSubscribe: async (context, id, payload) => {
      const { viewer } = context.extra;
      if (viewer === undefined) throw new Error('a subscription before it is known whose it is');
      if (draining !== undefined) {
        close(context.extra.webSocket, ...comeAgain);
        return [new GraphQLError(comeAgain[1])];
      }
      const count = Object.keys(context.subscriptions).length;
      if (count > limits.socketSubscriptions) return [tooMany(count, limits.socketSubscriptions)];
      const prepared = await subscriptions.prepare(payload, viewer);
      if (prepared.kind === 'refused') return prepared.errors;
      const opening: Opening = { connection: context.extra, id, start: prepared.start };
      return { schema, document: prepared.document, operationName: payload.operationName, contextValue: opening };
    },
    subscribe: ({ contextValue }: ExecutionArgs) => subscribe(contextValue as Opening),
    onError: ({ extra }, _, __, errors) => subscriptions.format(errors, extra.requestId),
  });

  /** Whether the socket is acknowledged; where it is not, it is closed with 4403, unless it was with another code. */
  async function letIn(connection: Connection, authorization: string | undefined): Promise<boolean> {
    const { webSocket, requestId } = connection;
    const found = await identify(callers, authorization);
    if (webSocket.readyState !== webSocket.OPEN) return false;
    if (found.kind === 'refused') {
      if (found.code === 'AUTH_UNAVAILABLE') close(webSocket, ...closeFor.unknown);
      return false;
    }
    const leave = seats.takeFor(found.viewer);
    if (leave === undefined) {
      close(webSocket, tryAgainLater, 'too many connections of one caller');
      return false;
    }
    webSocket.once('close', leave);
    connection.viewer = found.viewer;
    const forget = watchIdentity({
      callers,
      authorization,
      viewer: found.viewer,
      clock,
      onEnd: (why) => {
        close(webSocket, ...closeFor[why]);
      },
      onFault: (error) => {
        options.onFault(error, requestId);
      },
    });
    webSocket.once('close', forget);
    return true;
  }

  function subscribe({ connection, id, start }: Opening): AsyncIterableIterator<never> {
    const { webSocket, socket, outlet } = connection;
    const head = bytesOf(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    return untilReturned((fail) =>
      start({
        next: (payload) => {
          if (webSocket.readyState !== webSocket.OPEN || draining?.isSilent === true) return;
          outlet.gather();
          // Past ws, which would encode and frame it anew for each socket: whole frames may go between those of its own, since
          // it neither compresses nor splits what it sends.
          socket.write(frame(head, payload), 'latin1');
        },
        isFull: outlet.isFull,
        onceDrained: outlet.onceDrained,
        progress: outlet.progress,
        giveUp: () => {
          close(webSocket, tryAgainLater, 'the reader takes nothing');
        },
        end: fail,
      }),
    );
  }

  /** Closes a socket; also where the client never answers that, or reads nothing of it. */
  function close(webSocket: WebSocket, code?: number, reason?: string): void {
    if (webSocket.readyState === webSocket.CLOSED) return;
    webSocket.close(code, reason);
    const cancel = clock.setTimeout(() => {
      webSocket.terminate();
    }, closeMs);
    webSocket.once('close', cancel);
  }

  function accept(
    webSocket: WebSocket,
    shown: Pick<Connection, 'socket' | 'requestId' | 'authorization'>,
    leave: () => void,
  ): void {
    const { socket, requestId } = shown;
    open.add(webSocket);
    const connection: Connection = { ...shown, webSocket, outlet: options.outlet(socket), viewer: undefined };
    const stopPings = keepAlive(webSocket, limits.pingInterval, clock);
    const mayGoOn = createMessageLimit(limits.socketMessages, clock);
    let receive: (text: string) => Promise<void> = () => Promise.resolve();
    const closed = server.opened(
      {
        protocol: webSocket.protocol,
        send: (text) => {
          if (webSocket.readyState === webSocket.OPEN) webSocket.send(text);
        },
        close: (code, reason) => {
          close(webSocket, code, reason);
        },
        onMessage: (callback) => {
          receive = callback;
        },
      },
      connection,
    );

    webSocket.on('message', (data) => {
      if (webSocket.readyState !== webSocket.OPEN) return;
      if (!mayGoOn()) {
        close(webSocket, tryAgainLater, 'too many messages');
        return;
      }
      // A Buffer, since fragments are joined and nothing else was asked for.
      receive((data as Buffer).toString('utf8')).catch((error: unknown) => {
        const isClients = error instanceof Error && error.message.startsWith('Unexpected message');
        if (isClients) close(webSocket, CloseCode.BadRequest, 'Invalid message received');
        else {
          options.onFault(error, requestId);
          close(webSocket, CloseCode.InternalServerError, 'internal error');
        }
      });
    });
    webSocket.on('ping', () => {
      if (!mayGoOn()) close(webSocket, tryAgainLater, 'too many messages');
    });
    // What ws finds wrong with the frames it also closes the socket for, with the code that fits.
    webSocket.on('error', () => undefined);
    webSocket.once('close', (code, reason) => {
      open.delete(webSocket);
      options.onClosed(code);
      stopPings();
      leave();
      closed(code, reason.toString()).catch((error: unknown) => {
        options.onFault(error, requestId);
      });
    });
  }

  function upgrade(request: IncomingMessage, socket: Socket, head: Buffer, requestId: string): void {
    if (!options.isAllowedOrigin(request)) {
      refuseUpgrade(socket, 403, 'pages of this origin may not connect: server.allowedOrigins names those that may');
      return;
    }
    const leave = seats.take();
    if (leave === undefined) {
      refuseUpgrade(socket, 503, 'no more connections are taken now: come again later');
      return;
    }
    socket.once('close', leave);
    acceptor.handleUpgrade(request, socket, head, (webSocket) => {
      accept(webSocket, { socket, requestId, authorization: authorizationOf(request) }, leave);
    });
  }

  return {
    upgrade,
    drain: (how) => {
      draining = how;
      const ends = [...open].map((webSocket) => () => {
        close(webSocket, ...comeAgain);
      });
      return spread(ends, how.windowMs, clock);
    },
  };
}

function tooMany(value: number, max: number): GraphQLError {
  const message = `the socket has ${value} subscriptions, and at most ${max} are allowed: end some, or connect once more`;
  const originalError = new GatewayError('LIMIT_EXCEEDED', message, { limit: 'socketSubscriptions', value, max });
  return new GraphQLError(message, { originalError });
}
