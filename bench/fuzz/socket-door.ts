import { once } from 'node:events';
import { WebSocket, type RawData } from 'ws';
import { checkErrors } from './check-errors.ts';
import type { Target } from './target.ts';

/** Codes that a socket may be closed with by what was said on it (graphql-ws, RFC 6455 §7.4.1). */
const closeCodes = [1003, 1007, 1009, 1013, 4400, 4401, 4403, 4406, 4409, 4429];
/** The default of `messageBytes`. */
const longestMessage = 64 * 1024;
/** By which it is known that what was said before was taken. */
const last = 'the last word';

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** The WebSocket of a gateway: documents in subscriptions over one that stays, and whole messages over new ones. */
export function openSocketTargets(
  url: string,
  documents: readonly string[],
  words: readonly string[],
): { readonly targets: readonly Target[]; readonly close: () => void } {
  let kept: WebSocket | undefined;
  const messages = documents.map((query) => JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  const targets: readonly Target[] = [
    {
      name: 'subscription',
      ...{ samples: documents, words },
      take: async (text) => {
        kept = kept?.readyState === WebSocket.OPEN ? kept : await connect(url);
        const message = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: text } });
        const closed = await say(kept, message);
        if (closed === 1009 && Buffer.byteLength(message) > longestMessage) return;
        if (closed !== undefined) throw new Error(`a document closed the socket with ${closed}`);
        kept.send(JSON.stringify({ id: '1', type: 'complete' }));
      },
    },
    {
      name: 'message',
      samples: [...messages, '{"type":"ping","payload":{"a":1}}', '{"id":"1","type":"complete"}'],
      words: [...words, '"type":', '"id":', '"payload":', '"connection_init"', '"pong"', '"extensions":'],
      take: async (text) => {
        const socket = await connect(url);
        const closed = await say(socket, text);
        socket.terminate();
        if (closed !== undefined && !closeCodes.includes(closed))
          throw new Error(`the socket was closed with ${closed}`);
      },
    },
  ];
  return {
    targets,
    close: () => {
      kept?.terminate();
    },
  };
}

async function connect(url: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send('{"type":"connection_init"}');
  await once(socket, 'message');
  return socket;
}

/** Says something and waits until the gateway has answered what comes after it, or closed the socket: with which code. */
function say(socket: WebSocket, text: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const end = (how: () => void): void => {
      socket.off('message', onMessage).off('close', onClose);
      how();
    };
    const onClose = (code: number): void => {
      end(() => {
        resolve(code);
      });
    };
    const onMessage = (data: RawData): void => {
      try {
        const message = JSON.parse((data as Buffer).toString()) as Message;
        if (message.type === 'error' || message.type === 'next') checkErrors(message.payload);
        if (message.id === last)
          end(() => {
            resolve(undefined);
          });
      } catch (error) {
        end(() => {
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      }
    };
    socket.on('message', onMessage).on('close', onClose);
    socket.send(text);
    socket.send(JSON.stringify({ id: last, type: 'subscribe', payload: { query: '{' } }));
  });
}
