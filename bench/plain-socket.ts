import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';

export interface PlainSocketOptions {
  readonly port: number;
  /** What is subscribed to by the protocol of graphql-ws; `undefined` opens a socket that speaks none. */
  readonly queries: readonly string[] | undefined;
  /** Takes each message that comes, but the one that begins the protocol. */
  readonly take: (message: Buffer) => void;
  /** Called after all messages of one read were taken. */
  readonly onRead?: () => void;
}

/** A frame from a client: masked, as RFC 6455 §5.3 wants it, with a key of zeros. */
function frame(opcode: number, text: string): Buffer {
  const body = Buffer.from(text);
  const length = body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([0x80 | opcode, ...length, 0, 0, 0, 0]), body]);
}

const init = frame(1, JSON.stringify({ type: 'connection_init' }));
const pong = frame(10, '');

/** A WebSocket as cheap as it can be, which only reads frames. Resolves when it has subscribed, or is open where it does not. */
export function openPlainSocket({ port, queries, take, onRead }: PlainSocketOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let rest: Buffer = Buffer.alloc(0);
    let isUpgraded = false;
    let isAcknowledged = queries === undefined;
    const socket = connect(port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.once('error', reject);
    socket.once('connect', () => {
      const asked = queries === undefined ? '' : 'sec-websocket-protocol: graphql-transport-ws\r\n';
      socket.write(
        `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${asked}\r\n`,
      );
    });

    function takeFrame(opcode: number, body: Buffer): void {
      if (opcode === 9) socket.write(pong);
      else if (opcode === 8) throw new Error('a socket was closed');
      else if (isAcknowledged) take(body);
      else subscribe();
    }

    /** With ids of their own, as the client of graphql-ws makes them. */
    function subscribe(): void {
      isAcknowledged = true;
      for (const query of queries ?? []) {
        socket.write(frame(1, JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query } })));
      }
      resolve(socket);
    }

    function upgrade(data: Buffer): Buffer {
      const end = data.indexOf('\r\n\r\n');
      if (end === -1) return data;
      isUpgraded = true;
      if (queries === undefined) resolve(socket);
      else socket.write(init);
      return data.subarray(end + 4);
    }

    socket.on('data', (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isUpgraded) rest = upgrade(rest);
      if (!isUpgraded) return;
      let at = 0;
      for (let found = frameAt(rest, at); found !== undefined; found = frameAt(rest, at)) {
        takeFrame((rest[at] ?? 0) & 0xf, rest.subarray(found.start, found.end));
        at = found.end;
      }
      rest = rest.subarray(at);
      onRead?.();
    });
  });
}

/** Where what the frame that begins here holds is (RFC 6455 §5.2, lengths of up to 16 bits); `undefined` where it has not come yet. */
function frameAt(data: Buffer, at: number): { readonly start: number; readonly end: number } | undefined {
  if (data.length < at + 2) return undefined;
  const short = (data[at + 1] ?? 0) & 0x7f;
  if (short === 126 && data.length < at + 4) return undefined;
  const start = short === 126 ? at + 4 : at + 2;
  const end = start + (short === 126 ? data.readUInt16BE(at + 2) : short);
  return end <= data.length ? { start, end } : undefined;
}

/** Opens many, some at a time: a server's queue of connections that nobody has taken yet is short. */
export async function openMany<Opened>(
  count: number,
  open: (index: number) => Promise<Opened>,
): Promise<readonly Opened[]> {
  const all: Opened[] = [];
  while (all.length < count) {
    const some = Array.from({ length: Math.min(100, count - all.length) }, (_, index) => open(all.length + index));
    all.push(...(await Promise.all(some)));
  }
  return all;
}
