import { WebSocket, type ClientOptions } from 'ws';

/** A message of the protocol, whatever it is. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket that says just what a test wants it to say. */
export interface SocketClient {
  readonly webSocket: WebSocket;
  /** All that was received. */
  readonly messages: readonly Message[];
  /** Resolves with the code that the socket was closed with. */
  readonly closed: Promise<number>;
  readonly say: (message: unknown) => void;
  readonly subscribe: (id: string, query: string, variables?: Readonly<Record<string, unknown>>) => void;
  /** Resolves when so many messages of an operation were received, with those. */
  readonly received: (id: string, count: number) => Promise<readonly Message[]>;
  readonly close: () => Promise<void>;
}

/** Connects, and rejects where the upgrade is refused: with the status. */
export async function connectSocket(
  url: string,
  { protocol = 'graphql-transport-ws', ...options }: ClientOptions & { readonly protocol?: string | undefined } = {},
): Promise<SocketClient> {
  const webSocket = new WebSocket(url, protocol === '' ? [] : [protocol], options);
  const messages: Message[] = [];
  const listeners = new Set<() => void>();
  const closed = new Promise<number>((resolve) => {
    webSocket.once('close', resolve);
  });
  webSocket.on('message', (data) => {
    messages.push(JSON.parse((data as Buffer).toString('utf8')) as Message);
    for (const listener of listeners) listener();
  });
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve);
    webSocket.once('unexpected-response', (_, { statusCode }) => {
      reject(new Error(`status ${String(statusCode)}`));
      webSocket.terminate();
    });
    webSocket.on('error', reject);
  });

  const of = (id: string): Message[] => messages.filter((message) => message.id === id);
  const client: SocketClient = {
    webSocket,
    messages,
    closed,
    say: (message) => {
      webSocket.send(typeof message === 'string' ? message : JSON.stringify(message));
    },
    subscribe: (id, query, variables) => {
      client.say({ id, type: 'subscribe', payload: { query, variables } });
    },
    received: (id, count) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (of(id).length < count) return;
          listeners.delete(look);
          resolve(of(id));
        };
        listeners.add(look);
        void closed.then((code) => {
          reject(new Error(`closed with ${code} after ${of(id).length} of ${count} messages of ${id}`));
        });
        look();
      }),
    close: async () => {
      webSocket.close();
      await closed;
    },
  };
  return client;
}

/** Connects, says who it is and waits for the answer. */
export async function openSocket(url: string, options?: Parameters<typeof connectSocket>[1]): Promise<SocketClient> {
  const client = await connectSocket(url, options);
  client.say({ type: 'connection_init' });
  await new Promise<void>((resolve, reject) => {
    client.webSocket.once('message', () => {
      resolve();
    });
    void client.closed.then((code) => {
      reject(new Error(`closed with ${code}`));
    });
  });
  return client;
}

/** What a subscription was told of, a field of each event. */
export function told(messages: readonly Message[], field: string): unknown[] {
  return messages.map(({ payload }) => {
    const { data } = payload as { readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
    return Object.values(data ?? {})[0]?.[field];
  });
}
