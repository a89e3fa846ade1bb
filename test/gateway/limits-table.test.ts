import { afterEach, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { limitsSchema } from '../../src/config/limits.ts';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { openStream } from '../support/event-stream.ts';
import { openSocket } from '../support/socket-client.ts';
import { post } from './stand.ts';

interface Refused {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** A limit of operations: what is asked, as large as is said, and how it is told that it is too large. */
interface Row {
  readonly id: string;
  readonly max: number;
  readonly ask: (size: number) => { readonly query: string; readonly variables?: object };
  /** Default: LIMIT_EXCEEDED with the limit's name, the size and the most. */
  readonly isRefusal?: (error: Refused) => boolean;
}

const many = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

const rows: Readonly<Record<string, Row>> = {
  tokens: {
    id: 'B01',
    max: 20,
    ask: (size) => ({ query: `{ registries { ${many(size - 5, () => 'name')} } }` }),
    isRefusal: ({ message, extensions }) => extensions['code'] === 'GRAPHQL_PARSE_FAILED' && message.includes('token'),
  },
  depth: { id: 'B02', max: 4, ask: (size) => ({ query: deep(size) }) },
  aliases: { id: 'B02', max: 3, ask: (size) => ({ query: `{ registries { ${many(size, (n) => `a${n}: name`)} } }` }) },
  directives: {
    id: 'B02',
    max: 2,
    ask: (size) => ({ query: `{ registries { name ${many(size, () => '... @include(if: true) { name }')} } }` }),
  },
  rootFields: { id: 'B02', max: 2, ask: (size) => ({ query: `{ ${many(size, (n) => `a${n}: asOf`)} }` }) },
  selections: { id: 'B02', max: 6, ask: (size) => ({ query: `{ registries { ${many(size - 1, () => 'name')} } }` }) },
  cost: { id: 'B04', max: 4, ask: (size) => ({ query: `{ ${many(size, (n) => `a${n}: ${tag(n)} { digest }`)} }` }) },
  nodes: {
    id: 'B04',
    max: 4,
    ask: (size) => ({
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      variables: { ids: Array(size).fill('x') },
    }),
  },
  validationErrors: {
    id: 'B02',
    max: 3,
    ask: (size) => ({ query: `{ registries { ${many(size, (n) => `none${n}`)} } }` }),
    isRefusal: ({ message }) => message.startsWith('Too many validation errors'),
  },
  coercionErrors: {
    id: 'B02',
    max: 3,
    ask: (size) => ({
      query: `query (${many(size, (n) => `$v${n}: Int!`)}) { registry(name: "x") { ${many(size, (n) => `a${n}: repositories(first: $v${n}) { totalCount }`)} } }`,
    }),
    isRefusal: ({ message }) => message.startsWith('Too many errors processing variables'),
  },
};

/** Limits that are no operation's, and the test that asks for N and N + 1, or for the time before and after. */
const elsewhere: Readonly<Record<string, string>> = {
  bodyBytes: 'test/gateway/limits-table.test.ts',
  headerBytes: 'test/gateway/slow-clients.test.ts',
  headersTimeout: 'test/gateway/slow-clients.test.ts',
  requestTimeout: 'test/gateway/slow-clients.test.ts',
  budget: 'test/gateway/budgets.test.ts',
  operation: 'test/gateway/contents.test.ts',
  responseBytes: 'test/gateway/sizes.test.ts',
  sockets: 'test/gateway/subscriptions-socket.test.ts',
  callerSockets: 'test/server/seats.test.ts',
  socketSubscriptions: 'test/gateway/subscriptions-socket.test.ts',
  socketMessages: 'test/gateway/subscriptions-socket.test.ts',
  socketBuffer: 'test/gateway/subscriptions-faults.test.ts',
  messageBytes: 'test/gateway/limits-table.test.ts',
  initTimeout: 'test/gateway/subscriptions-socket.test.ts',
  pingInterval: 'test/gateway/subscriptions-socket.test.ts',
  payloadTimeout: 'test/gateway/subscriptions-faults.test.ts',
  slowTimeout: 'test/gateway/subscriptions-faults.test.ts',
  drain: 'test/gateway/subscriptions-faults.test.ts',
  drainDelay: 'test/real/drain.test.ts',
  upstreamTimeout: 'test/gateway/stand.ts',
  queue: 'test/transport/concurrency.test.ts',
  manifestBytes: 'test/gateway/sizes.test.ts',
  blobBytes: 'test/gateway/sizes.test.ts',
  tagPageBytes: 'test/gateway/listings.test.ts',
  tagPages: 'test/gateway/listings.test.ts',
  tagNames: 'test/gateway/listings.test.ts',
};

/** A document whose fields lie so many levels deep, up to five. */
function deep(levels: number): string {
  const path = ['registries', 'repositories', 'nodes', 'registry', 'name'].slice(0, levels - 1);
  return `{ ${path.join(' { ')} { __typename ${'}'.repeat(path.length)} }`;
}

function tag(index: number): string {
  return `tag(reference: "registry.example/team/app:${index}")`;
}

describe('each limit of the configuration', () => {
  it('B04: has a row here, or a test of its own that names it', () => {
    expect([...Object.keys(rows), ...Object.keys(elsewhere)].toSorted()).toEqual(
      Object.keys(limitsSchema.shape).toSorted(),
    );
    const unnamed = Object.entries(elsewhere).filter(([limit, file]) => !readFileSync(file, 'utf8').includes(limit));
    expect(unnamed).toEqual([]);
  });
});

describe('a limit of operations', () => {
  let gateway: EventGateway;
  afterEach(() => gateway.stop());

  /** The errors that each transport answers a request with. */
  async function asked(request: object): Promise<Readonly<Record<string, readonly Refused[]>>> {
    const http = await post(gateway.url, request);
    const client = await openSocket(gateway.socketUrl);
    client.say({ id: '1', type: 'subscribe', payload: request });
    const [message] = await client.received('1', 1);
    await client.close();
    const stream = await openStream(`${gateway.url}/graphql/stream`, { body: request });
    const text = /^data: (.*)$/m.exec(await stream.ended)?.[1] ?? '';
    return {
      http: http.errors,
      socket: message?.payload as readonly Refused[],
      stream: (JSON.parse(text) as { readonly errors: readonly Refused[] }).errors,
    };
  }

  it.each(Object.entries(rows).map(([limit, row]) => [row.id, limit, row] as const))(
    '%s: of %s lets as much through as it says over HTTP, WebSocket and as a stream, and one more over none',
    async (_, limit, { max, ask, ...row }) => {
      gateway = await startEventGateway({ config: { limits: { [limit]: max } } });
      const { isRefusal = ({ extensions }: Refused) => extensions['limit'] === limit } = row;
      for (const [transport, errors] of Object.entries(await asked(ask(max)))) {
        expect({ transport, refused: errors.filter(isRefusal) }).toEqual({ transport, refused: [] });
        // What has come past the limit is refused there for being no subscription.
        if (transport !== 'http' && row.isRefusal === undefined)
          expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }]);
      }
      for (const [transport, errors] of Object.entries(await asked(ask(max + 1)))) {
        const refused = errors.filter(isRefusal);
        expect({ transport, count: refused.length }).toEqual({ transport, count: 1 });
        if (row.isRefusal === undefined) {
          expect(refused[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', limit, value: max + 1, max });
        }
      }
    },
  );
});

describe('a limit of bytes', () => {
  const query = 'subscription { tagEvents { kind } }';
  let gateway: EventGateway;
  afterEach(() => gateway.stop());

  /** A request of so many bytes of JSON, around what is said. */
  const padded = (bytes: number, request: object): object => {
    const empty = JSON.stringify({ ...request, pad: '' }).length;
    return { ...request, pad: 'x'.repeat(bytes - empty) };
  };

  it('B09: of a body lets as much through as it says over HTTP and as a stream, and one more over none', async () => {
    gateway = await startEventGateway({ config: { limits: { bodyBytes: 500 } } });
    expect((await post(gateway.url, padded(500, { query: '{ asOf }' }))).status).toBe(200);
    expect((await post(gateway.url, padded(501, { query: '{ asOf }' }))).status).toBe(413);
    for (const [bytes, status] of [
      [500, 200],
      [501, 413],
    ] as const) {
      const stream = await openStream(`${gateway.url}/graphql/stream`, { body: padded(bytes, { query }) });
      expect(stream.status).toBe(status);
      stream.close();
    }
  });

  it('C04: of a message lets as much through as it says, and closes a WebSocket with 1009 for one more', async () => {
    gateway = await startEventGateway({ config: { limits: { messageBytes: 500 } } });
    const client = await openSocket(gateway.socketUrl);
    client.say(padded(500, { type: 'subscribe', id: '1', payload: { query: '{ asOf }' } }));
    expect(await client.received('1', 1)).toMatchObject([{ type: 'error' }]);
    client.say(padded(501, { type: 'subscribe', id: '2', payload: { query: '{ asOf }' } }));
    expect(await client.closed).toBe(1009);
  });
});
