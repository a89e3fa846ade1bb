import { request, type IncomingMessage } from 'node:http';

/** One event of a stream (HTML standard, "Interpreting an event stream"), or a comment. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string | undefined;
  readonly comment: boolean;
}

/** A stream as `curl -N` reads it. */
export interface EventStream {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: readonly StreamEvent[];
  /** Resolves when so many events, comments aside, were received, with those. */
  readonly received: (count: number) => Promise<readonly StreamEvent[]>;
  /** Resolves with the whole text when the stream ends. */
  readonly ended: Promise<string>;
  readonly close: () => void;
}

export interface StreamOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Asks for a stream, by GET unless there is a body. */
export async function openStream(url: string, { method, headers, body }: StreamOptions = {}): Promise<EventStream> {
  const sent = request(url, {
    agent: false,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'text/event-stream',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
  });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  let text = '';
  let rest = '';
  const events: StreamEvent[] = [];
  const listeners = new Set<() => void>();
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    events.push(...blocks.map(readEvent));
    for (const listener of listeners) listener();
  });
  response.on('error', () => undefined);
  const ended = new Promise<string>((resolve) => {
    response.once('close', () => {
      resolve(text);
    });
  });
  const real = (): StreamEvent[] => events.filter(({ comment }) => !comment);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events,
    received: (count) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (real().length < count) return;
          listeners.delete(look);
          resolve(real());
        };
        listeners.add(look);
        void ended.then(() => {
          reject(new Error(`the stream ended after ${real().length} of ${count} events`));
        });
        look();
      }),
    ended,
    close: () => {
      sent.destroy();
    },
  };
}

function readEvent(block: string): StreamEvent {
  const field = (name: string): string | undefined =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trimStart();
  return { id: field('id'), event: field('event'), data: field('data'), comment: block.startsWith(':') };
}
