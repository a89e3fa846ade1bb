import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { openStream } from '../support/event-stream.ts';
import { bearer, createFakeCallers } from '../support/fake-callers.ts';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import { seed } from '../support/registry-seed.ts';
import { openSocket, type SocketClient } from '../support/socket-client.ts';
import { post } from './stand.ts';

let registry: FaultyRegistry;
let gateway: EventGateway;
let clients: SocketClient[];

const nested = 'image { platforms { image { config { user } platforms { image { config { user } } } } } }';
/** May cost 147, and pays that when it is asked for. */
const events = `subscription { tagEvents { ${nested} } }`;
/** May cost 147, and asks 3 of a registry that has the tag. */
const image = (tag = '1'): string =>
  `{ ${nested.replace('image', `image(reference: "registry.example/team/app:${tag}")`)} }`;
/** May cost 300, and asks 100: there are no such tags. */
const absent = `{ images(references: [${Array.from({ length: 100 }, (_, index) => `"registry.example/team/app:no${index}"`).join(' ')}]) { config { user } } }`;
/** What comes back while a test lasts is far from enough for another. */
const limits = { cost: 300, budget: { points: 300, perSecond: 1 } };

const spent = { code: 'LIMIT_EXCEEDED', limit: 'budget', value: 147, retryable: true };

beforeEach(async () => {
  clients = [];
  registry = await createFaultyRegistry();
  seed(registry.store).image('team/app', '1');
  gateway = await startEventGateway({
    entry: { url: registry.url, watch: { interval: '1h', repositories: ['other/app'] } },
    config: { limits },
    callers: createFakeCallers('alice', 'bob'),
  });
});

afterEach(async () => {
  await Promise.all(clients.map(({ webSocket, closed }) => (webSocket.terminate(), closed)));
  await gateway.stop();
  await registry.close();
});

function asked(): number {
  return registry.requests.filter(({ path }) => path.includes('/team/')).length;
}

async function socketOf(name: string): Promise<SocketClient> {
  const client = await openSocket(gateway.socketUrl, { headers: bearer(name) });
  clients.push(client);
  return client;
}

/** Subscribes twice, which is what there is. */
async function spendAll(name: string): Promise<SocketClient> {
  const client = await socketOf(name);
  for (const id of ['1', '2'])
    client.subscribe(id, events.replace('tagEvents', 'tagEvents(filter: {repository: "other/app"})'));
  client.say({ type: 'ping' });
  while (!client.messages.some(({ type }) => type === 'pong'))
    await new Promise((resolve) => client.webSocket.once('message', resolve));
  return client;
}

describe('a caller who has spent a budget', () => {
  it('B04: is refused over HTTP with the time to wait, before any registry is asked, while others are answered', async () => {
    await spendAll('alice');
    const before = asked();
    const { status, headers, data, errors } = await post(gateway.url, { query: image() }, bearer('alice'));
    expect({ status, data, errors }).toMatchObject({
      status: 400,
      data: undefined,
      errors: [
        {
          message: expect.stringMatching(/ask again in \d+ s/),
          extensions: { ...spent, requestId: headers.get('x-request-id') },
        },
      ],
    });
    const { retryAfterSeconds } = errors[0]!.extensions;
    expect(headers.get('retry-after')).toBe(String(retryAfterSeconds));
    expect(retryAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(asked()).toBe(before);
    expect((await post(gateway.url, { query: '{ registries { name } }' }, bearer('alice'))).errors).toEqual([]);
    expect((await post(gateway.url, { query: image() }, bearer('bob'))).errors).toEqual([]);
  });

  it('B04: is refused over a WebSocket and a stream, where the other subscriptions go on', async () => {
    const client = await spendAll('alice');
    client.subscribe('3', events);
    expect(await client.received('3', 1)).toMatchObject([{ type: 'error', payload: [{ extensions: spent }] }]);
    expect(client.webSocket.readyState).toBe(client.webSocket.OPEN);
    const stream = await openStream(`${gateway.url}/graphql/stream`, {
      body: { query: events },
      headers: bearer('alice'),
    });
    const text = await stream.ended;
    expect(JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? '')).toMatchObject({ errors: [{ extensions: spent }] });
    expect(text).toContain('event: complete');
  });
});

describe('what is given back', () => {
  it('is what a query did not need: a remembered answer costs nothing in the end', async () => {
    for (let time = 0; time < 10; time += 1) {
      const { errors, extensions } = await post(gateway.url, { query: image() }, bearer('alice'));
      expect(errors).toEqual([]);
      expect(extensions.cost.upstreamRequests).toBe(time === 0 ? 3 : 0);
    }
  });

  it('is nothing of what it needed', async () => {
    expect((await post(gateway.url, { query: absent }, bearer('alice'))).extensions.cost.upstreamRequests).toBe(100);
    const { errors } = await post(gateway.url, { query: absent }, bearer('alice'));
    expect(errors).toMatchObject([{ extensions: { limit: 'budget', value: 300 } }]);
    expect(errors[0]!.extensions['max']).toBeLessThan(300);
    expect((await post(gateway.url, { query: image() }, bearer('alice'))).errors).toEqual([]);
  });

  it('is all of a subscription that is not begun', async () => {
    const client = await socketOf('alice');
    const nowhere = events.replace('tagEvents', 'tagEvents(filter: {repository: "nowhere"})');
    for (let id = 0; id < 5; id += 1) {
      client.subscribe(String(id), nowhere);
      expect(await client.received(String(id), 1)).toMatchObject([
        { payload: [{ extensions: { code: 'NOT_WATCHED' } }] },
      ]);
    }
    client.subscribe('query', image());
    expect(await client.received('query', 1)).toMatchObject([
      { payload: [{ extensions: { code: 'OPERATION_NOT_ALLOWED' } }] },
    ]);
    expect((await post(gateway.url, { query: image() }, bearer('alice'))).errors).toEqual([]);
  });
});
