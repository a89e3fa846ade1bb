import { connect, type Socket } from 'node:net';
import { answerParent } from './child.ts';
import { subscription } from './fan-out-event.ts';

/**
 * Many clients in one process, as cheap as they can be: plain sockets that count frames. Arguments: the port, how many, and
 * whether they speak the protocol of graphql-ws. Asked a number, it answers when so many more events have come to each.
 */
const [port = '0', count = '0', protocol] = process.argv.slice(2);
const isGraphQL = protocol === 'graphql';
let received = 0;
let awaited = Number.POSITIVE_INFINITY;
let wake: () => void = () => undefined;

/** A frame from a client: masked, as RFC 6455 §5.3 wants it, with a key of zeros. */
function frame(opcode: number, text: string): Buffer {
  const body = Buffer.from(text);
  const length = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), body]);
}

const start = frame(1, JSON.stringify({ type: 'connection_init' }));
const subscribe = frame(1, JSON.stringify({ id: '1', type: 'subscribe', payload: { query: subscription } }));
const pong = frame(10, '');

function open(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('connect', () => {
      const asked = isGraphQL ? 'sec-websocket-protocol: graphql-transport-ws\r\n' : '';
      socket.write(
        `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${asked}\r\n`,
      );
    });
    readFrames(socket, resolve);
  });
}

/** Reads the answer to the upgrade, then frames: the first of a GraphQL server is connection_ack, all others count. */
function readFrames(socket: Socket, opened: () => void): void {
  let rest: Buffer = Buffer.alloc(0);
  let isUpgraded = false;
  let isAcknowledged = !isGraphQL;

  function take(opcode: number): void {
    if (opcode === 9) socket.write(pong);
    else if (opcode === 8) throw new Error('a socket was closed');
    else if (isAcknowledged) received += 1;
    else {
      isAcknowledged = true;
      socket.write(subscribe);
      opened();
    }
  }

  function upgrade(data: Buffer): Buffer {
    const end = data.indexOf('\r\n\r\n');
    if (end === -1) return data;
    isUpgraded = true;
    if (isGraphQL) socket.write(start);
    else opened();
    return data.subarray(end + 4);
  }

  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isUpgraded) rest = upgrade(rest);
    if (!isUpgraded) return;
    let at = 0;
    for (let end = endOfFrame(rest, at); end !== undefined; end = endOfFrame(rest, at)) {
      take((rest[at] ?? 0) & 0xf);
      at = end;
    }
    rest = rest.subarray(at);
    if (received >= awaited) wake();
  });
}

/** Where the frame ends that begins here (RFC 6455 §5.2, lengths of up to 16 bits); `undefined` where it has not come yet. */
function endOfFrame(data: Buffer, at: number): number | undefined {
  if (data.length < at + 2) return undefined;
  const short = (data[at + 1] ?? 0) & 0x7f;
  if (short === 126 && data.length < at + 4) return undefined;
  const end = short === 126 ? at + 4 + data.readUInt16BE(at + 2) : at + 2 + short;
  return end <= data.length ? end : undefined;
}

// Some at a time: a server's queue of connections that nobody has taken yet is short.
for (let opened = 0; opened < Number(count); opened += 100) {
  await Promise.all(Array.from({ length: Math.min(100, Number(count) - opened) }, open));
}
answerParent(0, async (events) => {
  awaited = Number(events) * Number(count);
  if (received < awaited) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  received -= awaited;
  awaited = Number.POSITIVE_INFINITY;
  return true;
});
