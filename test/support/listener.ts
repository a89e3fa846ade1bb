import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What a subscription of a test is told. */
export interface Told {
  readonly cursor: string;
  readonly kind: string;
  readonly revision: number | null;
  readonly digest: string | null;
  readonly previousDigest: string | null;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly subject: { readonly text: string } | null;
}

export type EventField = 'tagEvents' | 'imageStreamTagEvents';

/** A subscription as an application has it: by graphql-ws, over a socket of its own. */
export interface Listener {
  readonly told: readonly Told[];
  /** Resolves once it was told of so many events, with those. */
  readonly heard: (count: number) => Promise<readonly Told[]>;
  /** Resolves with the error that the subscription ended with; `undefined` where it was ended by the test. */
  readonly ended: Promise<unknown>;
  readonly close: () => Promise<void>;
}

const filters = { tagEvents: 'TagEventFilter', imageStreamTagEvents: 'ImageStreamTagEventFilter' } as const;

/** How long a machine under load may take, in milliseconds. */
const patienceMs = 30_000;

/** Subscribes at a gateway to all that comes after a cursor. Its client does not connect again. */
export function listen(
  url: string,
  field: EventField,
  after: string,
  filter: Readonly<Record<string, string>> = {},
): Listener {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const told: Told[] = [];
  const lookers = new Set<() => void>();
  const query = `subscription ($after: Cursor, $filter: ${filters[field]}) {
    ${field}(after: $after, filter: $filter) {
      cursor kind revision digest previousDigest cause reason subject { text }
    }
  }`;
  const ended = new Promise<unknown>((resolve) => {
    client.subscribe<Readonly<Record<string, Told>>>(
      { query, variables: { after, filter } },
      {
        next: ({ data, errors }) => {
          const event = data?.[field];
          if (event === undefined) resolve(errors);
          else told.push(event);
          for (const look of lookers) look();
        },
        error: resolve,
        complete: () => {
          resolve(undefined);
        },
      },
    );
  });
  return {
    told,
    heard: (count) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          reject(new Error(`was told of ${told.length} of ${count} events: ${JSON.stringify(told)}`));
        }, patienceMs);
        const look = (): void => {
          if (told.length < count) return;
          clearTimeout(late);
          lookers.delete(look);
          resolve(told.slice(0, count));
        };
        lookers.add(look);
        look();
      }),
    ended,
    close: async () => {
      await client.dispose();
    },
  };
}
