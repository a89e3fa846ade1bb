import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { bytesOf, createFramer } from '../../src/server/web-socket-frame.ts';

const head = bytesOf('{"id":"ü","payload":');
let server: WebSocketServer;
let client: WebSocket;
let frames: readonly string[] = [];

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (_, { socket }) => {
    for (const frame of frames) socket.write(frame, 'latin1');
  });
});

afterEach(() => {
  client.terminate();
  server.close();
});

/** What a client reads of frames that are written to its socket. */
async function read(written: readonly string[]): Promise<readonly string[]> {
  frames = written;
  const texts: string[] = [];
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await new Promise<void>((resolve, reject) => {
    client.once('error', reject);
    client.on('message', (data: Buffer, isBinary) => {
      texts.push(isBinary ? 'binary' : data.toString());
      if (texts.length === written.length) resolve();
    });
  });
  return texts;
}

it.each([1, 80, 200, 65_480, 65_530, 70_000, 200_000])(
  'a payload of %d signs is read as it was framed',
  async (length) => {
    const payload = `"${'é€😀 '.repeat(length).slice(0, length - 1)}x"`;
    expect(await read([createFramer()(head, payload)])).toEqual([`{"id":"ü","payload":${payload}}`]);
  },
);

it('each reader gets its own beginning, whoever was sent the payload before', async () => {
  const frame = createFramer();
  const other = bytesOf('{"id":"2","payload":');
  const written = [frame(head, '1'), frame(head, '1'), frame(other, '1'), frame(head, '2'), frame(other, '2')];
  expect(await read(written)).toEqual([
    '{"id":"ü","payload":1}',
    '{"id":"ü","payload":1}',
    '{"id":"2","payload":1}',
    '{"id":"ü","payload":2}',
    '{"id":"2","payload":2}',
  ]);
});
