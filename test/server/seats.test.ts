import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anonymous, viewerNamed } from '../../src/access/access.ts';
import { createSeats } from '../../src/server/seats.ts';
import { openStream, type EventStream } from '../support/event-stream.ts';
import { bearer } from '../support/fake-callers.ts';
import { connectSocket, openSocket, type SocketClient } from '../support/socket-client.ts';
import { startConnectionsStand, type ConnectionsStand } from './connections-stand.ts';

const alice = viewerNamed('token:ci:alice');

describe('the seats of a caller', () => {
  it('are as many as one caller may have, and each that is given back is free again', () => {
    const { takeFor } = createSeats({ all: () => 100, perCaller: () => 2 });
    const first = takeFor(alice);
    expect(takeFor(alice)).toBeDefined();
    expect(takeFor(alice)).toBeUndefined();
    expect(takeFor(viewerNamed('token:ci:bob'))).toBeDefined();
    first?.();
    first?.();
    expect(takeFor(alice)).toBeDefined();
    expect(takeFor(alice)).toBeUndefined();
  });

  it('are not counted for those whom nobody can tell apart', () => {
    const { takeFor } = createSeats({ all: () => 100, perCaller: () => 1 });
    for (let time = 0; time < 50; time += 1) expect(takeFor(anonymous)).toBeDefined();
  });
});

/** The stand lets in three connections of one caller, and ten of all. */
describe('a connection of a caller who has as many as one may have', () => {
  let stand: ConnectionsStand;
  let clients: SocketClient[];
  let streams: EventStream[];

  beforeEach(async () => {
    stand = await startConnectionsStand();
    for (const name of ['alice', 'bob']) stand.callers.know(name);
    clients = [];
    streams = [];
  });

  afterEach(async () => {
    await Promise.all(clients.map(({ webSocket, closed }) => (webSocket.terminate(), closed)));
    for (const { close } of streams) close();
    await stand.close();
  });

  async function socketOf(name: string): Promise<SocketClient> {
    const client = await openSocket(stand.socketUrl, { headers: bearer(name) });
    clients.push(client);
    return client;
  }

  async function streamOf(name: string): Promise<EventStream> {
    const body = { query: 'subscription { tagEvents { kind } }' };
    const stream = await openStream(stand.streamUrl, { body, headers: bearer(name) });
    streams.push(stream);
    return stream;
  }

  it('C04: is closed with 1013 over WebSocket, answered 503 as a stream, and others are let in', async () => {
    await socketOf('alice');
    await socketOf('alice');
    expect((await streamOf('alice')).status).toBe(200);
    await expect(socketOf('alice')).rejects.toThrow('closed with 1013');
    const refused = await streamOf('alice');
    expect(refused.status).toBe(503);
    expect(JSON.parse(await refused.ended)).toMatchObject({
      errors: [{ message: expect.stringContaining('limits.callerSockets'), extensions: { code: 'LIMIT_EXCEEDED' } }],
    });
    await socketOf('bob');
    expect((await streamOf('bob')).status).toBe(200);
  });

  it('C04: is let in when another of the caller has ended', async () => {
    const first = await socketOf('alice');
    await socketOf('alice');
    const stream = await streamOf('alice');
    await first.close();
    await socketOf('alice');
    stream.close();
    let status = 503;
    while (status !== 200) ({ status } = await streamOf('alice'));
  });

  it('C04: that never says who it is takes nothing of a caller', async () => {
    for (let time = 0; time < 5; time += 1)
      clients.push(await connectSocket(stand.socketUrl, { headers: bearer('alice') }));
    await socketOf('alice');
  });
});
