import { createClient } from 'graphql-ws';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Client, Heard } from './checker.ts';

/** A client that subscribes for as long as it is let, and goes on from its last cursor whenever it is cut off. */
export interface Subscriber {
  readonly client: () => Client;
  /** What it heard last of a tag. */
  readonly latest: (subject: string) => string | null | undefined;
  /** Cuts the connection, as networks do. */
  readonly cut: () => void;
  readonly stop: () => Promise<void>;
}

export interface SubscriberOptions {
  readonly name: string;
  /** The gateway's `/graphql`, as `ws://…`; asked before each connection, since clients may change gateways. */
  readonly url: () => string;
  readonly field: 'tagEvents' | 'imageStreamTagEvents';
  /** Which subjects the field is about. */
  readonly covers: (subject: string) => boolean;
  /** Where to begin. */
  readonly after: string;
  /** What of the field, as GraphQL writes it; all where absent. */
  readonly filter?: string;
  /** Shown as a bearer token where there is one. */
  readonly token?: string;
  /** How long it waits before it comes back, in milliseconds; 50 where absent. */
  readonly pauseMs?: () => number;
}

interface Payload {
  readonly cursor: string;
  readonly kind: string;
  readonly revision: number | null;
  readonly digest: string | null;
  readonly reason: string | null;
  readonly subject: { readonly text: string } | null;
}

export function startSubscriber(options: SubscriberOptions): Subscriber {
  const { name, url, field, covers, after, filter = '{}', token, pauseMs = () => 50 } = options;
  const query = `subscription ($after: Cursor) {
    ${field}(filter: ${filter}, after: $after, bookmarks: true) { cursor kind revision digest reason subject { text } }
  }`;
  const subscriptions: Heard[][] = [];
  const latest = new Map<string, string | null>();
  let cursor = after;
  const state = { isStopped: false };
  let cut = (): void => undefined;

  const goesOn = (): boolean => !state.isStopped;

  async function listen(): Promise<void> {
    while (goesOn()) {
      const heard: Heard[] = [];
      const client = createClient({
        url: url(),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        ...(token !== undefined && { connectionParams: { authorization: `Bearer ${token}` } }),
        on: {
          connected: () => subscriptions.push(heard),
          // A socket that is not open yet cannot be cut without a fault of its own.
          opened: (socket) => {
            cut = () => {
              (socket as WebSocket).terminate();
            };
            if (!goesOn()) cut();
          },
        },
      });
      try {
        for await (const { data } of client.iterate<Record<string, Payload>>({ query, variables: { after: cursor } })) {
          const event = data?.[field];
          if (event === undefined) continue;
          hear(event, heard);
          cursor = event.cursor;
        }
      } catch {
        // Cut off, or nobody is there: that is what this is about.
      }
      cut = () => undefined;
      await client.dispose();
      if (goesOn()) await sleep(pauseMs());
    }
  }

  function hear({ kind, subject, revision, digest, reason }: Payload, heard: Heard[]): void {
    if (kind === 'BOOKMARK') return;
    if (subject === null || revision === null) {
      heard.push({ what: 'resync', reason: reason ?? kind });
      return;
    }
    heard.push({ what: 'event', subject: subject.text, kind, revision, digest });
    latest.set(subject.text, digest);
  }

  const listening = listen();
  return {
    client: () => ({
      name,
      covers,
      subscriptions,
    }),
    latest: (subject) => latest.get(subject),
    cut: () => {
      cut();
    },
    stop: async () => {
      state.isStopped = true;
      cut();
      await listening;
    },
  };
}
