import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql, GraphQLError } from 'graphql';
import { makeServer } from 'graphql-ws';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { createFakeEvents, type FakeEvents } from './fake-events.ts';
import { sdl } from './fake-gateway-schema.ts';

/** What a query or mutation is answered with, by its field: data, or what is thrown. */
export type FakeAnswers = Readonly<Record<string, (args: never) => unknown>>;

/** A gateway that answers what a test says, and has a log of events that subscriptions read and go on with. */
export interface FakeGateway extends FakeEvents {
  readonly url: string;
  /** The variables of each query and mutation, in their order. */
  readonly asked: readonly Readonly<Record<string, unknown>>[];
  /** How many sockets were opened so far. */
  readonly sockets: () => number;
  /** How many sockets are open. */
  readonly open: () => number;
  /** Ends all sockets: with a close code, or as a cut line does. */
  readonly cut: (code?: number) => void;
  /** Answers these fields from now on. */
  readonly answer: (answers: FakeAnswers) => void;
  /** Stops listening, and listens on the same port again. */
  readonly goDown: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface FakeGatewayOptions {
  /** The status that WebSocket handshakes are refused with. */
  readonly refuse?: number;
  /** The code that sockets are closed with as soon as they subscribe. */
  readonly closeWith?: number;
}

/** Starts a fake gateway on a free port. */
export async function startFakeGateway(options: FakeGatewayOptions = {}): Promise<FakeGateway> {
  const events = createFakeEvents();
  const asked: Readonly<Record<string, unknown>>[] = [];
  const lines = new Set<Socket>();
  let answers: FakeAnswers = {};
  let socketCount = 0;

  const schema = makeExecutableSchema({
    typeDefs: sdl,
    resolvers: {
      Query: { asOf: events.asOf, ...asAnswered(['imageStream', 'imageStreamTag', 'imageStreamImage']) },
      Mutation: asAnswered(['tagImageStream', 'untagImageStream', 'rollbackImageStreamTag', 'importImageStream']),
      Subscription: events.resolvers,
    },
  });

  function asAnswered(fields: readonly string[]) {
    return Object.fromEntries(
      fields.map((field) => [
        field,
        (_: unknown, args: never) => {
          const answer = answers[field];
          if (answer === undefined) throw new Error(`the test says nothing of ${field}`);
          return answer(args);
        },
      ]),
    );
  }

  async function answerHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query, variables } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      readonly query: string;
      readonly variables: Readonly<Record<string, unknown>>;
    };
    asked.push(variables);
    const answer = await graphql({ schema, source: query, variableValues: variables });
    response.writeHead(200, { 'content-type': 'application/graphql-response+json' }).end(JSON.stringify(answer));
  }

  const server = createServer((request, response) => {
    if (request.url === '/graphql') void answerHttp(request, response);
    else response.writeHead(404).end('not here');
  });
  const acceptor = new WebSocketServer({ noServer: true });
  const conversation = makeServer<Record<string, unknown>, WebSocket>({
    schema,
    onSubscribe: ({ extra }, _, { variables }) => {
      if (options.closeWith !== undefined) extra.close(options.closeWith, 'as the test says');
      return events.refusal(variables ?? {});
    },
  });

  function converse(webSocket: WebSocket): void {
    webSocket.on('error', () => undefined);
    const closed = conversation.opened(
      {
        protocol: webSocket.protocol,
        // What is on its way to a line that was cut is lost, as on any other.
        send: (text) => {
          if (webSocket.readyState === webSocket.OPEN) webSocket.send(text, () => undefined);
        },
        close: (code, reason) => {
          webSocket.close(code, reason);
        },
        onMessage: (receive) => {
          webSocket.on('message', (data) => void receive((data as Buffer).toString('utf8')));
        },
      },
      webSocket,
    );
    webSocket.once('close', (code, reason) => void closed(code, reason.toString()));
  }

  server.on('connection', (socket) => {
    lines.add(socket);
    socket.once('close', () => lines.delete(socket));
  });
  server.on('upgrade', (request, socket, head) => {
    if (options.refuse !== undefined) {
      socket.end(`HTTP/1.1 ${options.refuse} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    socketCount += 1;
    acceptor.handleUpgrade(request, socket, head, converse);
  });

  function listen(port: number): Promise<void> {
    return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  }

  function goDown(): Promise<void> {
    return new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      for (const line of lines) line.destroy();
    });
  }

  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    ...events,
    url: `http://127.0.0.1:${port}`,
    asked,
    sockets: () => socketCount,
    open: () => acceptor.clients.size,
    cut: (code) => {
      for (const webSocket of acceptor.clients) {
        if (code === undefined) webSocket.terminate();
        else webSocket.close(code, 'as the test says');
      }
    },
    answer: (more) => {
      answers = { ...answers, ...more };
    },
    goDown,
    comeBack: () => listen(port),
    stop: async () => {
      events.end();
      for (const line of lines) line.destroy();
      if (server.listening) await goDown();
    },
  };
}

/** An error with a code, as the gateway answers it. */
export function coded(code: string, message: string, retryable = false): GraphQLError {
  return new GraphQLError(message, { extensions: { code, retryable } });
}

/** The inputs of the mutations that a gateway was asked for, in their order. */
export function inputs({ asked }: FakeGateway): readonly unknown[] {
  return asked.flatMap(({ input }) => (input === undefined ? [] : [input]));
}
