import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect as connectTcp } from 'node:net';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { moved, tagOf } from '../support/memory-log.ts';
import { connectSocket, openSocket, told, type SocketClient } from '../support/socket-client.ts';

const events = 'subscription { tagEvents { kind revision subject { text } } }';

const limits = { initTimeout: '300ms', socketSubscriptions: 3, socketMessages: 20, messageBytes: '2KiB', sockets: 5 };

let gateway: EventGateway;
let clients: SocketClient[] = [];

beforeAll(async () => {
  gateway = await startEventGateway({
    config: { limits: { ...limits, pingInterval: '400ms', depth: 6, tokens: 200 } },
  });
});

afterEach(async () => {
  await Promise.all(clients.map(({ webSocket, closed }) => (webSocket.terminate(), closed)));
  clients = [];
});

afterAll(async () => {
  await gateway.stop();
});

async function connected(options?: Parameters<typeof connectSocket>[1]): Promise<SocketClient> {
  const client = await connectSocket(gateway.socketUrl, options);
  clients.push(client);
  return client;
}

async function opened(options?: Parameters<typeof connectSocket>[1]): Promise<SocketClient> {
  const client = await openSocket(gateway.socketUrl, options);
  clients.push(client);
  return client;
}

/** A subscription that is there for sure: an event has come by it. */
async function running(client: SocketClient, id: string): Promise<() => Promise<void>> {
  client.subscribe(id, events);
  client.say({ type: 'ping' });
  let count = 0;
  const deliver = async (): Promise<void> => {
    count += 1;
    await gateway.append(moved());
    await client.received(id, count);
  };
  await until(client, 'pong');
  await deliver();
  return deliver;
}

async function until({ messages, webSocket }: SocketClient, type: string): Promise<void> {
  while (!messages.some((message) => message.type === type)) {
    await new Promise((resolve) => webSocket.once('message', resolve));
  }
}

describe('a WebSocket', () => {
  it('is told of events by graphql-transport-ws', async () => {
    const client = await opened();
    await running(client, 'one');
    expect(client.messages.at(-1)).toEqual({
      id: 'one',
      type: 'next',
      payload: {
        data: {
          tagEvents: {
            kind: 'MOVED',
            revision: expect.any(Number),
            subject: { text: 'registry.example/team/app:prod' },
          },
        },
      },
    });
  });

  it('C01: that says nothing is closed with 4408', async () => {
    const client = await connected();
    expect(await client.closed).toBe(4408);
  });

  it('C01: that subscribes before it was acknowledged is closed with 4401', async () => {
    const client = await connected();
    client.subscribe('one', events);
    expect(await client.closed).toBe(4401);
  });

  it('C01: that says connection_init twice is closed with 4429', async () => {
    const client = await opened();
    client.say({ type: 'connection_init' });
    expect(await client.closed).toBe(4429);
  });

  it('that uses an id twice is closed with 4409', async () => {
    const client = await opened();
    client.subscribe('one', events);
    client.subscribe('one', events);
    expect(await client.closed).toBe(4409);
  });

  it.each([['graphql-ws'], ['']])('C01: with the subprotocol %j is closed with 4406', async (protocol) => {
    const client = await connected({ protocol });
    expect(await client.closed).toBe(4406);
  });

  it.each([['{'], ['{"type":"next","id":"1","payload":{}}'], ['{"type":"unheard of"}'], ['[]']])(
    'that says %s is closed with 4400',
    async (text) => {
      const client = await opened();
      client.say(text);
      expect(await client.closed).toBe(4400);
    },
  );

  it('C04: that sends too long a message is closed with 1009', async () => {
    const client = await opened();
    client.say({ type: 'ping', payload: { text: 'x'.repeat(2048) } });
    expect(await client.closed).toBe(1009);
  });

  it('C04: that sends a message in very many parts is closed, and needs no memory meanwhile', async () => {
    const client = await opened();
    for (let part = 0; part < 20_000; part += 1) client.webSocket.send('', { fin: false });
    expect(await client.closed).toBe(1008);
  });

  it('C04: that sends more messages than are allowed in ten seconds is closed with 1013, the others go on', async () => {
    const well = await opened();
    const deliver = await running(well, 'well');
    const client = await opened();
    for (let count = 0; count < 20; count += 1) client.say({ type: 'ping' });
    expect(await client.closed).toBe(1013);
    await deliver();
  });

  it('C07: that does not answer pings is ended', async () => {
    const client = await opened({ autoPong: false });
    expect(await client.closed).toBe(1006);
  });
});

describe('an operation over a WebSocket', () => {
  it.each([
    ['a query', '{ registries { name } }', 'OPERATION_NOT_ALLOWED', /POST/],
    [
      'a mutation',
      'mutation { deleteImageStream(input: { namespace: "a", name: "b" }) { deletedId } }',
      'OPERATION_NOT_ALLOWED',
      /POST/,
    ],
    ['a syntax error', 'subscription {', 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
    ['too many tokens', `subscription { tagEvents { ${'kind '.repeat(250)} } }`, 'GRAPHQL_PARSE_FAILED', /token/],
    [
      'too deep a document',
      'subscription { tagEvents { tag { image { platforms { image { platforms { image { digest } } } } } } } }',
      'LIMIT_EXCEEDED',
      /deep/,
    ],
    ['an unknown field', 'subscription { tagEvents { nothing } }', 'GRAPHQL_VALIDATION_FAILED', /nothing/],
    [
      'a filter of no watched repository',
      'subscription { tagEvents(filter: {repository: "other/app"}) { kind } }',
      'NOT_WATCHED',
      /registries: \[\{ .*"other\/app"/,
    ],
    ['a filter of no source', 'subscription { imageStreamTagEvents { kind } }', 'NOT_WATCHED', /streams: \[/],
    ['a cursor of another', 'subscription { tagEvents(after: "abc") { kind } }', 'CURSOR_INVALID', /cursor/],
    ['an empty name', 'subscription { tagEvents(filter: {tag: ""}) { kind } }', 'ARGUMENT_INVALID', /filter\.tag/],
    [
      'a variable of another type',
      'subscription ($b: Boolean!) { tagEvents(bookmarks: $b) { kind } }',
      'BAD_USER_INPUT',
      /\$b/,
    ],
  ])('C03: that is %s ends alone, with a code', async (_, query, code, message) => {
    const client = await opened();
    const deliver = await running(client, 'running');
    client.subscribe('bad', query);
    const [error] = await client.received('bad', 1);
    expect(error).toMatchObject({
      type: 'error',
      payload: [{ message: expect.stringMatching(message), extensions: { code, requestId: expect.any(String) } }],
    });
    await deliver();
  });

  it('C04: beyond the subscriptions of a socket is refused, and the others go on', async () => {
    const client = await opened();
    const deliver = await running(client, '1');
    client.subscribe('2', events);
    client.subscribe('3', events);
    client.subscribe('4', events);
    const [error] = await client.received('4', 1);
    expect(error).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'socketSubscriptions', value: 4, max: 3 } }],
    });
    await deliver();
    client.say({ id: '2', type: 'complete' });
    client.subscribe('5', events);
    client.say({ type: 'ping' });
    const pongs = (): number => client.messages.filter(({ type }) => type === 'pong').length;
    while (pongs() < 2) await new Promise((resolve) => client.webSocket.once('message', resolve));
    await gateway.append(moved());
    expect(await client.received('5', 1)).toMatchObject([{ type: 'next' }]);
  });

  it('gets what its filter asks for, by whatever variables', async () => {
    const client = await opened();
    const query = 'subscription ($filter: TagEventFilter) { tagEvents(filter: $filter) { subject { tag } } }';
    client.subscribe('v', query, { filter: { registry: 'REGISTRY.example', tag: 'v*' } });
    client.subscribe('all', 'subscription { tagEvents { subject { tag } } }');
    client.say({ type: 'ping' });
    await until(client, 'pong');
    await gateway.append(
      moved(tagOf('team/app', 'x1')),
      moved(tagOf('team/app', 'v1')),
      moved(tagOf('team/app', 'v2')),
    );
    await client.received('all', 3);
    expect(told(await client.received('v', 2), 'subject')).toEqual([{ tag: 'v1' }, { tag: 'v2' }]);
  });
});

describe('an upgrade', () => {
  const host = (): string => new URL(gateway.url).host;

  it.each([
    ['of no page', undefined],
    ['of the same origin', () => gateway.url],
    ['of a configured origin', () => 'https://console.example'],
  ])('C02: %s is made', async (_, origin) => {
    const client = await opened(origin === undefined ? {} : { origin: origin() });
    expect(client.messages[0]).toEqual({ type: 'connection_ack' });
  });

  it.each([
    ['a foreign page', () => 'https://evil.example', {}],
    ['a foreign page with a cookie', () => 'https://evil.example', { cookie: 'session=1' }],
    ['null', () => 'null', {}],
    ['a longer name', () => 'https://console.example.evil.example', {}],
    ['a name in front', () => 'https://evilconsole.example', {}],
    ['another scheme', () => 'http://console.example', {}],
    ['another port', () => 'https://console.example:8443', {}],
    ['the own host with another port', () => `http://${host()}1`, {}],
  ])('C02: for %s is refused with 403', async (_, origin, headers) => {
    await expect(connected({ origin: origin(), headers })).rejects.toThrow('status 403');
  });

  it('elsewhere is refused with 404', async () => {
    await expect(connectSocket(gateway.socketUrl.replace('/graphql', '/other'))).rejects.toThrow('status 404');
  });

  it('C07: with thousands of headers ends alone', async () => {
    const { hostname, port } = new URL(gateway.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connectTcp(Number(port), hostname, () => {
        const headers = Array.from({ length: 2_500 }, (__, index) => `x-${index}: 1\r\n`).join('');
        socket.write(`GET /graphql HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n${headers}\r\n`);
      });
      socket.on('data', (data) => (text += data.toString()));
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(text);
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 (?:431|400)/);
    await opened();
  });

  it('C04: beyond the connections that are taken is refused with 503, until one is given back', async () => {
    const five = await Promise.all(Array.from({ length: limits.sockets }, () => opened()));
    await expect(connected()).rejects.toThrow('status 503');
    await five[0]!.close();
    await opened();
  });
});

describe('a subscription over plain HTTP', () => {
  it('C03: is refused, and told where it is served', async () => {
    const { errors } = await gateway.ask(events);
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/WebSocket.*\/graphql.*\/graphql\/stream/),
        extensions: { code: 'OPERATION_NOT_ALLOWED' },
      },
    ]);
  });
});
