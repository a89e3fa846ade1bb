import { setTimeout as sleep } from 'node:timers/promises';
import { answerParent } from '../child.ts';
import type { Heard } from './checker.ts';
import { startSubscriber, type Subscriber, type SubscriberOptions } from './subscriber.ts';

/** One of the clients: what it subscribes to, and the one subject of which it is told. */
export interface StormClient extends Required<Pick<SubscriberOptions, 'name' | 'field' | 'filter' | 'token'>> {
  readonly subject: string;
}

/** What is asked of the clients, in this order. */
export type StormQuestion =
  /** Come to this gateway, and begin at this cursor. Answered as `back` is. */
  | { readonly kind: 'start'; readonly url: string; readonly after: string; readonly clients: readonly StormClient[] }
  /** Drop all connections at once, or wait until somebody else does; answered when all were told of something again. */
  | { readonly kind: 'back'; readonly drops: boolean }
  /** Wait until each knows where its subject is, and tell all that was heard, in the order of the clients. */
  | { readonly kind: 'end'; readonly truth: ReadonlyMap<string, string | null> };

export interface StormAnswer {
  /** Of each client, how long it took, in milliseconds; `Infinity` where it was too long. */
  readonly ms: readonly number[];
  readonly heard: readonly (readonly (readonly Heard[])[])[];
}

/** How long anything is waited for, in milliseconds. */
const withinMs = 120_000;
/** Clients come back after a while of their own, as those of graphql-ws do. */
const pauseMs = (): number => 500 + Math.random() * 1_000;

let clients: readonly StormClient[] = [];
let subscribers: readonly Subscriber[] = [];

answerParent(0, async (asked) => {
  const question = asked as StormQuestion;
  switch (question.kind) {
    case 'start':
      ({ clients } = question);
      subscribers = clients.map(({ subject, ...options }) =>
        startSubscriber({
          ...options,
          ...{ url: () => question.url, after: question.after, pauseMs, covers: (other) => other === subject },
        }),
      );
      return { ms: await back(subscribers.map(() => 0)), heard: [] };
    case 'back': {
      const opened = subscribers.map(({ client }) => client().subscriptions.length);
      if (question.drops) for (const { cut } of subscribers) cut();
      return { ms: await back(opened), heard: [] };
    }
    case 'end': {
      await arrival(question.truth);
      await Promise.all(subscribers.map(({ stop }) => stop()));
      return { ms: [], heard: subscribers.map(({ client }) => client().subscriptions) };
    }
  }
});

/** How long each takes until it is told of something in a later subscription than so many, from now. */
async function back(opened: readonly number[]): Promise<readonly number[]> {
  const begunAt = performance.now();
  const took = opened.map(() => Infinity);
  while (performance.now() - begunAt < withinMs && took.includes(Infinity)) {
    await sleep(20);
    const ms = performance.now() - begunAt;
    subscribers.forEach(({ client }, index) => {
      if (took[index] !== Infinity) return;
      if (
        client()
          .subscriptions.slice(opened[index])
          .some((heard) => heard.length > 0)
      )
        took[index] = ms;
    });
  }
  return took;
}

async function arrival(truth: ReadonlyMap<string, string | null>): Promise<void> {
  const end = performance.now() + withinMs;
  const isThere = ({ latest }: Subscriber, index: number): boolean => {
    const { subject = '' } = clients[index] ?? {};
    return latest(subject) === truth.get(subject);
  };
  while (!subscribers.every(isThere) && performance.now() < end) await sleep(100);
}
