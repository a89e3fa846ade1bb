import { makeExecutableSchema } from '@graphql-tools/schema';
import { useServer } from 'graphql-ws/use/ws';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { eventModel } from '../src/graphql/event-model.ts';
import { resolvers } from '../src/graphql/resolvers/index.ts';
import { loadTypeDefs } from '../src/graphql/schema.ts';
import { answerParent } from './child.ts';
import { changeOf } from './fan-out-event.ts';

/**
 * What the gateway is measured against. Argument: `graphql-ws`, its `useServer` as documented, which executes for each
 * socket, over the same schema and resolvers; or `raw`, one buffer sent to each socket by ws. Asked a number, it publishes so many events.
 */
const [mode] = process.argv.slice(2);
const listeners = new Set<(event: unknown) => void>();
const change = changeOf(0);
/** As long as those that clients make. */
const id = randomUUID();
let sequence = 0;

/** As pubsub libraries do it: a queue for each subscriber. */
function subscribe(): AsyncIterableIterator<unknown> {
  const queue: unknown[] = [];
  const waiting: ((result: IteratorResult<unknown>) => void)[] = [];
  const listener = (value: unknown): void => {
    const next = waiting.shift();
    if (next === undefined) queue.push(value);
    else next({ done: false, value });
  };
  listeners.add(listener);
  const iterator: AsyncIterableIterator<unknown> = {
    next: () =>
      queue.length > 0
        ? Promise.resolve({ done: false, value: queue.shift() })
        : new Promise((resolve) => waiting.push(resolve)),
    return: () => {
      listeners.delete(listener);
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

const server = createServer();
const sockets = new WebSocketServer({ server, path: '/graphql' });
if (mode === 'graphql-ws') {
  const { TagEvent, TagSubject, DateTime, Digest } = resolvers;
  const root = { subscribe, resolve: (event: unknown) => event };
  const schema = makeExecutableSchema({
    typeDefs: loadTypeDefs(),
    resolvers: { TagEvent, TagSubject, DateTime, Digest, Subscription: { tagEvents: root } },
  });
  useServer({ schema }, sockets);
} else {
  sockets.on('connection', (socket) => {
    socket.on('message', () => undefined);
  });
}

function publish(): void {
  sequence += 1;
  const event = eventModel('bench', { ...change, sequence, revision: sequence, observedAt: Date.now() });
  for (const listener of listeners) listener(event);
  if (mode !== 'raw') return;
  const { kind, observedAt, revision, digest, previousDigest, cause, coalesced, reason } = event;
  const subject = {
    registry: 'registry.example',
    repository: 'team/app',
    tag: 'prod-0',
    text: 'registry.example/team/app:prod-0',
  };
  const at = new Date(observedAt).toISOString();
  const tagEvents = {
    kind,
    observedAt: at,
    revision,
    digest,
    previousDigest,
    cause,
    coalesced,
    reason: reason ?? null,
    subject,
  };
  const message = Buffer.from(JSON.stringify({ id, type: 'next', payload: { data: { tagEvents } } }));
  for (const socket of sockets.clients) socket.send(message, { binary: false });
}

server.listen(0, '127.0.0.1', () => {
  answerParent((server.address() as AddressInfo).port, (count) => {
    for (let at = 0; at < Number(count); at += 1) publish();
    return Promise.resolve(true);
  });
});
