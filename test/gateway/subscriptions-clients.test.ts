import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createStreamClient } from 'graphql-sse';
import { createClient, type Client as SocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { moved } from '../support/memory-log.ts';
import { startTcpProxy, type TcpProxy } from '../../bench/soak/tcp-proxy.ts';

const query = 'subscription Changes($after: Cursor) { tagEvents(after: $after) { cursor revision } }';

interface Told {
  readonly cursor: string;
  readonly revision: number;
}

/** What a client passes on: as an application it keeps the last cursor, and goes on from there. */
interface Reader {
  readonly told: Told[];
  readonly variables: { after: string | undefined };
  readonly take: (data: unknown) => void;
}

let gateway: EventGateway;
let proxy: TcpProxy;

beforeAll(async () => {
  // Apollo Client tells the errors of sockets by the class that browsers, and newer Node, have.
  Object.assign(globalThis, { WebSocket });
  gateway = await startEventGateway();
});

beforeEach(async () => {
  proxy = await startTcpProxy(gateway.url);
});

afterEach(async () => {
  await proxy.close();
});

afterAll(async () => {
  await gateway.stop();
});

function createReader(): Reader {
  const told: Told[] = [];
  const variables: { after: string | undefined } = { after: undefined };
  return {
    told,
    variables,
    take: (data) => {
      const { tagEvents } = data as { readonly tagEvents: Told };
      told.push(tagEvents);
      variables.after = tagEvents.cursor;
    },
  };
}

/** A client of graphql-ws: at each connection it reads the variables anew, which say where to go on. */
function socketClient(retryAttempts = 20): SocketClient {
  return createClient({
    url: `ws://${proxy.address}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
  });
}

/** Events come by; the network breaks; events happen meanwhile; afterwards none is missing, and none comes twice. */
async function expectResumed(reader: Reader): Promise<void> {
  const { told } = reader;
  // The first event that comes shows that the subscription is there.
  while (told.length === 0) {
    await gateway.append(moved());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const first = told[0]?.revision ?? 0;
  await gateway.append(moved(), moved());
  const last = (await lastRevision()) ?? 0;
  await toldUpTo(reader, last);
  proxy.cut();
  await gateway.append(moved(), moved(), moved());
  await toldUpTo(reader, last + 3);
  expect(proxy.connections()).toBeGreaterThan(1);
  await gateway.append(moved());
  await toldUpTo(reader, last + 4);
  expect(told.map(({ revision }) => revision)).toEqual(
    Array.from({ length: last + 4 - first + 1 }, (_, index) => first + index),
  );
}

async function lastRevision(): Promise<number | undefined> {
  const { tagEvents } = (await gateway.data('{ tagEvents(order: NEWEST_FIRST, first: 1) { nodes { revision } } }')) as {
    readonly tagEvents: { readonly nodes: readonly { readonly revision: number }[] };
  };
  return tagEvents.nodes[0]?.revision;
}

async function toldUpTo({ told }: Reader, revision: number): Promise<void> {
  while ((told.at(-1)?.revision ?? 0) < revision) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a subscription goes on where it was cut off', () => {
  it('with the client of graphql-ws', async () => {
    const reader = createReader();
    const client = socketClient();
    const end = client.subscribe(
      { query, variables: reader.variables },
      {
        next: ({ data }) => {
          reader.take(data);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
    await expectResumed(reader);
    end();
    await client.dispose();
  });

  it('with the client of graphql-sse', async () => {
    const reader = createReader();
    const client = createStreamClient({
      url: `http://${proxy.address}/graphql/stream`,
      retryAttempts: 20,
      retry: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
    const end = client.subscribe(
      { query, variables: reader.variables },
      {
        next: ({ data }) => {
          reader.take(data);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
    await expectResumed(reader);
    end();
    client.dispose();
  });

  it('with Apollo Client, which is asked again where its connection broke', async () => {
    const reader = createReader();
    const sockets = socketClient(0);
    const client = new ApolloClient({ cache: new InMemoryCache(), link: new GraphQLWsLink(sockets) });
    let end: () => void = () => undefined;
    const subscribe = (): void => {
      // Apollo Client copies the variables, so that going on needs a new subscription with the last cursor.
      const subscription = client.subscribe({ query: gql(query), variables: { ...reader.variables } }).subscribe({
        next: ({ data, error }) => {
          if (error === undefined) reader.take(data);
          else setTimeout(subscribe, 20);
        },
      });
      end = () => {
        subscription.unsubscribe();
      };
    };
    subscribe();
    await expectResumed(reader);
    end();
    client.stop();
    await sockets.dispose();
  });

  it('with urql', async () => {
    const reader = createReader();
    const sockets = socketClient();
    const client = new Client({
      url: `http://${proxy.address}/graphql`,
      preferGetMethod: false,
      exchanges: [
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: ({ query: text = '', variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: sockets.subscribe(
                { query: text, variables: variables as typeof reader.variables },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    });
    const { unsubscribe } = client.subscription(query, reader.variables).subscribe(({ data }) => {
      reader.take(data);
    });
    await expectResumed(reader);
    unsubscribe();
    await sockets.dispose();
  });
});
