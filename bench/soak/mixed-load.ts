import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openPlainSocket } from '../plain-socket.ts';
import type { MovingRegistry } from './moving-registry.ts';
import { startSubscriber } from './subscriber.ts';
import type { TcpProxy } from './tcp-proxy.ts';

export interface MixedLoadOptions {
  /** The gateway. */
  readonly url: string;
  readonly registry: MovingRegistry;
  /** The way from the gateway to the registry. */
  readonly proxy: TcpProxy;
  /** The registry's name and repository, as references have them. */
  readonly image: string;
  readonly tags: readonly string[];
  readonly random: () => number;
}

/** What was done, counted by its kind. */
export interface MixedLoad {
  readonly counts: Readonly<Record<string, number>>;
  /** Ends all of it, and what it has opened. */
  readonly stop: () => Promise<void>;
}

const events = 'tagEvents { cursor kind revision digest subject { text } }';

/** Everything at once: queries, mutations, subscribers that come and go, slow ones, tags that move, connections that break. */
export function startMixedLoad({ url, registry, proxy, image, tags, random }: MixedLoadOptions): MixedLoad {
  const counts: Record<string, number> = {};
  const over = new AbortController();
  const { signal } = over;
  // All that waits listens to it.
  setMaxListeners(0, signal);
  const anyOf = (some: readonly string[]): string => some[Math.floor(random() * some.length)] ?? '';
  const anyTag = (): string => anyOf(tags);

  /** Does something again and again, so many at a time; what fails by the faults that are injected is counted. */
  function repeat(name: string, atATime: number, everyMs: number, act: () => Promise<void> | void): Promise<void>[] {
    return Array.from({ length: atATime }, async () => {
      while (!signal.aborted) {
        const key = await Promise.resolve()
          .then(act)
          .then(
            () => name,
            () => `${name} failed`,
          );
        counts[key] = (counts[key] ?? 0) + 1;
        await pause(everyMs * (0.5 + random()));
      }
    });
  }

  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);

  async function ask(query: string): Promise<string> {
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const text = await answer.text();
    if (text.includes('"INTERNAL"')) counts['masked faults'] = (counts['masked faults'] ?? 0) + 1;
    return text;
  }

  async function query(): Promise<void> {
    const reference = `${image}:${anyTag()}`;
    const one = Math.floor(random() * 4);
    const selections = [
      `image(reference: "${reference}") { digest config { user } layers { digest } }`,
      `repository(reference: "${image}") { tags(first: 20) { nodes { name digest } } }`,
      `tagEvents(first: 50, order: NEWEST_FIRST) { nodes { kind revision } }`,
      `imageStreams(first: 10) { nodes { name tags { nodes { name } } } } registries { health { status } }`,
    ];
    // A name that nobody asked for before is never answered from memory.
    await ask(
      `{ asOf ${selections[one] ?? ''} n: tag(reference: "${image}:n${Math.floor(random() * 1e9)}") { digest } }`,
    );
  }

  async function mutate(): Promise<void> {
    // Few enough that soon as many are there as ever are.
    const tag = `app-${Math.floor(random() * 5)}:${anyOf(tags.slice(0, 8))}`;
    const from = `{ kind: DOCKER_IMAGE, name: "${image}:${anyTag()}" }`;
    await ask(
      random() < 0.7
        ? `mutation { tagImageStream(input: { namespace: "soak", from: ${from}, to: ["${tag}"], scheduled: true }) { userErrors { code } } }`
        : `mutation { untagImageStream(input: { namespace: "soak", name: "${tag}" }) { userErrors { code } } }`,
    );
  }

  async function subscribe(): Promise<void> {
    const { asOf } = (JSON.parse(await ask('{ asOf }')) as { readonly data: { readonly asOf: string } }).data;
    const field = random() < 0.5 ? 'tagEvents' : 'imageStreamTagEvents';
    const subscriber = startSubscriber({
      ...{ name: 'soak', url: () => `${url.replace('http', 'ws')}/graphql`, field, covers: () => true, after: asOf },
    });
    await pause(1_000 + random() * 5_000);
    if (random() < 0.3) subscriber.cut();
    await pause(random() * 2_000);
    await subscriber.stop();
  }

  async function stream(): Promise<void> {
    const end = new AbortController();
    const answer = await fetch(`${url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: `subscription { ${events} }` }),
      signal: end.signal,
    });
    const read = answer.body?.pipeTo(new WritableStream()).catch(() => undefined);
    await pause(1_000 + random() * 5_000);
    end.abort();
    await read;
  }

  /** Subscribes ten times to everything, and reads nothing. */
  async function stall(): Promise<void> {
    const queries = Array.from({ length: 10 }, () => `subscription { ${events} }`);
    const socket = await openPlainSocket({ port: Number(new URL(url).port), queries, take: () => undefined });
    socket.on('error', () => undefined);
    socket.pause();
    await pause(5_000 + random() * 10_000);
    socket.destroy();
  }

  const running = [
    ...repeat('queries', 4, 100, query),
    ...repeat('mutations', 1, 500, mutate),
    ...repeat('WebSockets', 8, 200, subscribe),
    ...repeat('streams', 4, 200, stream),
    ...repeat('slow readers', 2, 1_000, stall),
    ...repeat('moves', 1, 25, () => {
      registry.move();
    }),
    ...repeat('cuts', 1, 4_000, proxy.cut),
  ];
  return {
    counts,
    stop: async () => {
      over.abort();
      await Promise.all(running);
    },
  };
}
