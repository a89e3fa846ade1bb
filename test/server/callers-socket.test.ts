import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bearer } from '../support/fake-callers.ts';
import { connectSocket, type SocketClient } from '../support/socket-client.ts';
import { startConnectionsStand, type ConnectionsStand } from './connections-stand.ts';

const query = 'subscription { tagEvents { kind } }';
const minute = 60_000;

let stand: ConnectionsStand;
let clients: SocketClient[];

beforeEach(async () => {
  stand = await startConnectionsStand();
  stand.callers.know('alice');
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map(({ webSocket, closed }) => (webSocket.terminate(), closed)));
  await stand.close();
});

interface Greeting {
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: unknown;
}

/** Connects, and says connection_init with this payload. */
async function greeted({ headers = {}, payload }: Greeting): Promise<SocketClient> {
  const client = await connectSocket(stand.socketUrl, { headers });
  clients.push(client);
  client.say({ type: 'connection_init', ...(payload !== undefined && { payload }) });
  return client;
}

/** A socket of alice's with a subscription that goes on. */
async function running(greeting: Greeting = { payload: bearer('alice') }): Promise<SocketClient> {
  const client = await greeted(greeting);
  await acknowledged(client);
  client.subscribe('one', query);
  await until(() => stand.running() > 0);
  return client;
}

async function acknowledged({ messages, webSocket, closed }: SocketClient): Promise<void> {
  void closed.then((code) => messages.length > 0 || Promise.reject(new Error(`closed with ${code}`)));
  while (messages.length === 0) await new Promise((resolve) => webSocket.once('message', resolve));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

describe('a WebSocket', () => {
  it.each<[string, Greeting]>([
    ['in connection_init', { payload: bearer('alice') }],
    ['in connection_init, as Apollo writes it', { payload: { headers: { Authorization: 'Bearer alice' } } }],
    ['at the upgrade', { headers: bearer('alice') }],
    ['in connection_init, whatever the upgrade showed', { headers: bearer('proxy'), payload: bearer('alice') }],
  ])('subscribes as whom it shows %s', async (_, greeting) => {
    await running(greeting);
    expect(stand.viewers).toEqual([{ id: 'token:test:alice', groups: [], expiresAt: undefined }]);
  });

  it.each<[string, Greeting]>([
    ['nothing', {}],
    ['a token that nobody knows', { payload: bearer('mallory') }],
    [
      'a token that nobody knows, whatever the upgrade showed',
      { headers: bearer('alice'), payload: bearer('mallory') },
    ],
    ['a cookie', { headers: { cookie: 'authorization=Bearer alice; token=alice' } }],
    ['two tokens', { payload: { ...bearer('alice'), Authorization: 'Bearer bob' } }],
    ['a list', { payload: { authorization: ['Bearer alice'] } }],
  ])('C01: that shows %s is closed with 4403', async (_, greeting) => {
    const client = await greeted(greeting);
    expect(await client.closed).toBe(4403);
    expect([client.messages, stand.viewers, stand.faults]).toEqual([[], [], []]);
  });

  it('that subscribes before it is known who it is is closed with 4401, and nothing is subscribed', async () => {
    const client = await greeted({ payload: bearer('alice') });
    client.subscribe('one', query);
    expect(await client.closed).toBe(4401);
    expect(stand.viewers).toEqual([]);
  });

  it('is closed with 1013 where it cannot be found out who it is', async () => {
    stand.callers.outage = true;
    const client = await greeted({ payload: bearer('alice') });
    expect(await client.closed).toBe(1013);
    expect([client.messages, stand.faults]).toEqual([[], []]);
  });

  it('is closed with 4500 where we are at fault, which is said to us alone', async () => {
    stand.callers.outage = new TypeError('a fault of ours');
    const client = await greeted({ payload: bearer('alice') });
    expect(await client.closed).toBe(4500);
    expect(stand.faults).toEqual([stand.callers.outage]);
  });

  it('is closed with 4403 when what it showed ends, and is told of nothing after that', async () => {
    stand.callers.know('alice', { expiresAt: stand.clock.now() + 90_000 });
    const client = await running();
    await stand.clock.advance(89_999);
    stand.send({ tagEvents: { kind: 'MOVED' } });
    await client.received('one', 1);
    await stand.clock.advance(1);
    stand.send({ tagEvents: { kind: 'MOVED' } });
    expect(await client.closed).toBe(4403);
    expect(client.messages.filter(({ id }) => id === 'one')).toHaveLength(1);
    await until(() => stand.running() === 0);
  });

  it('is closed with 4403 within a minute where its token is taken back', async () => {
    const client = await running();
    stand.callers.forget('alice');
    await stand.clock.advance(minute);
    expect(await client.closed).toBe(4403);
  });

  it('is closed with 1013 where it cannot be found out for two minutes whether its token still is good', async () => {
    const client = await running();
    stand.callers.outage = true;
    await stand.clock.advance(minute);
    stand.send({ tagEvents: { kind: 'MOVED' } });
    await client.received('one', 1);
    await stand.clock.advance(minute);
    expect(await client.closed).toBe(1013);
  });

  it('is closed with 1012 where its groups are others by now, and may come again', async () => {
    const client = await running();
    stand.callers.know('alice', { groups: ['token:test:ops'] });
    await stand.clock.advance(minute);
    expect(await client.closed).toBe(1012);
    await running();
    expect(stand.viewers.at(-1)?.groups).toEqual(['token:test:ops']);
  });

  it('that is gone is not looked after any more', async () => {
    stand.callers.know('alice', { expiresAt: stand.clock.now() + minute });
    const client = await running();
    const timers = stand.clock.timers();
    await client.close();
    await until(() => stand.running() === 0);
    expect([timers, stand.clock.timers()]).toEqual([2, 0]);
  });

  it('that goes while it is found out who it is leaves nothing behind', async () => {
    let answer: () => void = () => undefined;
    const { identify } = stand.callers;
    Object.assign(stand.callers, {
      identify: async (authorization: string) => {
        await new Promise<void>((resolve) => (answer = resolve));
        return identify(authorization);
      },
    });
    const client = await greeted({ payload: bearer('alice') });
    const { length } = stand.callers.shown;
    client.webSocket.terminate();
    await until(() => stand.clock.timers() === 0);
    answer();
    await until(() => stand.callers.shown.length > length);
    await stand.clock.advance(1);
    expect([stand.clock.timers(), stand.faults]).toEqual([0, []]);
  });
});
