import { afterEach, describe, expect, it } from '@jest/globals';
import { openStore } from '../../src/store/open-store.ts';
import type { EventLog } from '../../src/store/store.ts';
import { startEventGateway, type EventGateway, type EventGatewayOptions } from '../support/event-gateway.ts';
import { openStream } from '../support/event-stream.ts';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import { moved, tagOf } from '../support/memory-log.ts';
import { connectSocket, openSocket, told, type SocketClient } from '../support/socket-client.ts';

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options?: EventGatewayOptions): Promise<EventGateway> {
  const gateway = await startEventGateway(options);
  ends.push(gateway.stop);
  return gateway;
}

async function opened(gateway: EventGateway): Promise<SocketClient> {
  const client = await openSocket(gateway.socketUrl);
  ends.push(() => (client.webSocket.terminate(), client.closed));
  return client;
}

/** Subscribes, and waits until that is done: what is answered later was asked for later. */
async function subscribed(client: SocketClient, id: string, query: string, variables = {}): Promise<void> {
  client.subscribe(id, query, variables);
  const pong = new Promise<void>((resolve) => {
    const look = (): void => {
      if (client.messages.at(-1)?.type !== 'pong') return;
      client.webSocket.off('message', look);
      resolve();
    };
    client.webSocket.on('message', look);
  });
  client.say({ type: 'ping' });
  await pong;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('a reader that stops for ten thousand events', () => {
  it('C06: costs no memory, holds nobody up, and is told what it missed when it reads again', async () => {
    const gateway = await start({ config: { limits: { socketBuffer: '64KiB' } } });
    // Wide payloads, so that what the kernels of both sides take is soon full.
    const field = 'kind coalesced reason scope revision observedAt';
    const wide = Array.from({ length: 14 }, (_, index) => `a${index}: cursor`).join(' ');
    const query = `subscription { tagEvents { ${field} ${wide} } }`;
    const slow = await opened(gateway);
    await subscribed(slow, 'slow', query);
    const well = await opened(gateway);
    await subscribed(well, 'well', `subscription { tagEvents { revision } }`);
    slow.webSocket.pause();
    const before = process.memoryUsage().arrayBuffers;
    for (let batch = 0; batch < 100; batch += 1) {
      await gateway.append(...Array.from({ length: 100 }, (_, index) => moved(tagOf('team/app', `t${index}`))));
    }
    const received = await well.received('well', 10_000);
    expect(told(received, 'revision').slice(-3)).toEqual([100, 100, 100]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(48 * 1024 * 1024);
    slow.webSocket.resume();
    const isLast = (): boolean =>
      slow.messages.some(({ payload }) => {
        const event = (payload as { data?: { tagEvents: { kind: string; revision: number } } } | undefined)?.data
          ?.tagEvents;
        return event?.kind === 'RESYNC' || event?.revision === 100;
      });
    await until(isLast);
    await gateway.append(moved(tagOf('team/other', 'after')));
    await until(() => told(slow.messages.slice(-1), 'revision')[0] === 1);
    expect(slow.messages.length).toBeLessThan(10_000);
  }, 60_000);

  it('C06: and takes nothing for too long is closed with 1013', async () => {
    const gateway = await start({
      config: { limits: { socketBuffer: '16KiB', slowTimeout: '500ms', pingInterval: '1m' } },
    });
    const { asOf } = (await gateway.data('{ asOf }')) as { readonly asOf: string };
    // With the cursors more than the kernels of both sides take; and who resumes is given every event.
    for (let batch = 0; batch < 120; batch += 1) {
      await gateway.append(...Array.from({ length: 100 }, () => moved()));
    }
    const wide = Array.from({ length: 14 }, (_, index) => `a${index}: cursor`).join(' ');
    const slow = await opened(gateway);
    slow.webSocket.pause();
    slow.subscribe('slow', `subscription ($after: Cursor) { tagEvents(after: $after) { ${wide} } }`, { after: asOf });
    const connections = async (): Promise<number> => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      return Number(/^tributary_subscription_connections (\d+)/m.exec(text)?.[1]);
    };
    while ((await connections()) !== 0) await new Promise((resolve) => setTimeout(resolve, 50));
    slow.webSocket.resume();
    // The close frame stands behind what was never read: a client that comes back too late finds the connection gone.
    expect([1013, 1006]).toContain(await slow.closed);
  }, 60_000);
});

describe('a gateway that stops', () => {
  it('tells all sockets to come again with 1012, ends streams, and does not wait for who never answers', async () => {
    const gateway = await startEventGateway({ config: { limits: { drain: '500ms' } } });
    const clients = await Promise.all(Array.from({ length: 60 }, () => openSocket(gateway.socketUrl)));
    const mute = await openSocket(gateway.socketUrl);
    mute.webSocket.pause();
    const stream = await openStream(`${gateway.url}/graphql/stream`, {
      body: { query: 'subscription { tagEvents { kind } }' },
    });
    const stopping = gateway.stop();
    await expect(connectSocket(gateway.socketUrl)).rejects.toThrow(/503|ECONNREFUSED/);
    const codes = await Promise.all(clients.map(({ closed }) => closed));
    expect(new Set(codes)).toEqual(new Set([1012]));
    expect(await stream.ended).not.toContain('event: complete');
    await stopping;
    mute.webSocket.terminate();
  }, 20_000);
});

describe('the position of a query', () => {
  it('F14: is never later than what the query read: events that were not read yet come after it', async () => {
    const held = holdLog();
    const gateway = await start({ wrap: held.wrap });
    await gateway.append(moved());
    held.hold();
    await gateway.append(moved(), moved());
    const { asOf } = (await gateway.data('{ asOf }')) as { readonly asOf: string };
    const client = await opened(gateway);
    await subscribed(client, 'one', 'subscription ($after: Cursor) { tagEvents(after: $after) { revision } }', {
      after: asOf,
    });
    held.release();
    const received = await client.received('one', 2);
    expect(told(received, 'revision').slice(-2)).toEqual([2, 3]);
  });
});

describe('the history of events', () => {
  const page = `query ($after: Cursor, $order: TagEventOrder! = OLDEST_FIRST, $filter: TagEventFilter) {
    tagEvents(first: 3, after: $after, order: $order, filter: $filter) {
      nodes { id revision subject { tag } } edges { cursor } pageInfo { endCursor hasNextPage hasPreviousPage } totalCount
    }
  }`;

  interface Page {
    readonly nodes: readonly {
      readonly id: string;
      readonly revision: number;
      readonly subject: { readonly tag: string };
    }[];
    readonly edges: readonly { readonly cursor: string }[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  }

  async function ask(gateway: EventGateway, variables: Readonly<Record<string, unknown>>): Promise<Page> {
    return ((await gateway.data(page, variables)) as { readonly tagEvents: Page }).tagEvents;
  }

  it.each(['OLDEST_FIRST', 'NEWEST_FIRST'])('is read page by page, %s', async (order) => {
    const gateway = await start();
    for (let count = 0; count < 7; count += 1) await gateway.append(moved());
    await gateway.append(moved(tagOf('team/other', 'x')));
    const filter = { repository: 'team/app' };
    const read: number[] = [];
    let after: string | undefined;
    for (let more = true; more;) {
      const found = await ask(gateway, { order, after, filter });
      read.push(...found.nodes.map(({ revision }) => revision));
      ({ hasNextPage: more, endCursor: after } = found.pageInfo);
    }
    const all = [1, 2, 3, 4, 5, 6, 7];
    expect(read).toEqual(order === 'OLDEST_FIRST' ? all : all.reverse());
  });

  it("and subscriptions take each other's cursors, and say the same of the same event", async () => {
    const gateway = await start();
    for (let count = 0; count < 4; count += 1) await gateway.append(moved());
    const { edges, nodes } = await ask(gateway, {});
    const client = await opened(gateway);
    const query = 'subscription ($after: Cursor) { tagEvents(after: $after) { id cursor } }';
    client.subscribe('one', query, { after: edges[1]?.cursor });
    const received = await client.received('one', 2);
    expect(told(received, 'id')[0]).toBe(nodes[2]?.id);
    const [last] = told(received.slice(-1), 'cursor');
    await gateway.append(moved());
    expect((await ask(gateway, { after: last })).nodes).toMatchObject([{ revision: 5 }]);
    const { errors } = await gateway.ask(
      'query ($after: Cursor) { imageStreamTagEvents(after: $after) { nodes { id } } }',
      { after: last },
    );
    expect(errors).toBeUndefined();
  });

  it('F14: that is not kept any more is an error of a query, and a RESYNC of a subscription', async () => {
    const store = await openStore({ url: ':memory:' });
    const before = await start({ store });
    await before.append(moved());
    const { edges } = await ask(before, {});
    for (let count = 0; count < 4; count += 1) await before.append(moved());
    while (await store.log.trim({ age: Number.MAX_SAFE_INTEGER, events: 1 }));
    // The one before still has them in memory; one that starts now has not.
    const gateway = await start({ store });
    const after = edges[0]?.cursor;
    expect((await gateway.ask(page, { after })).errors).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
    const client = await opened(gateway);
    const fields = 'kind reason scope revision subject { text } digest coalesced cursor';
    client.subscribe(
      'one',
      `subscription ($after: Cursor) { tagEvents(after: $after, filter: {tag: "prod"}) { ${fields} } }`,
      { after },
    );
    const [resync] = await client.received('one', 1);
    expect(resync?.payload).toEqual({
      data: {
        tagEvents: {
          kind: 'RESYNC',
          reason: 'CURSOR_EXPIRED',
          scope: '*/**:prod',
          revision: null,
          subject: null,
          digest: null,
          coalesced: false,
          cursor: expect.any(String),
        },
      },
    });
    await gateway.append(moved());
    expect(told(await client.received('one', 2), 'revision')).toEqual([null, 6]);
  });
});

describe('a payload that needs a registry', () => {
  it('waits two seconds at most: then its late fields are errors, and what follows comes in order', async () => {
    const registry = await createFaultyRegistry();
    ends.push(() => registry.close());
    registry.fail(() => ({ kind: 'hang' }));
    const entry = { url: registry.url };
    const gateway = await start({ entry, config: { limits: { payloadTimeout: '300ms', upstreamTimeout: '2s' } } });
    const client = await opened(gateway);
    await subscribed(client, 'one', 'subscription { tagEvents { revision tag { digest } image { mediaType } } }');
    await gateway.append(moved(), moved());
    const received = await client.received('one', 2);
    expect(told(received, 'revision')).toEqual([1, 2]);
    for (const { payload } of received) {
      const { errors = [], ...rest } = payload as {
        errors?: readonly { path: string[]; extensions: { code: string } }[];
      };
      expect(errors.map(({ path, extensions: { code } }) => [path[1], code])).toEqual(
        expect.arrayContaining([
          ['tag', 'UPSTREAM_TIMEOUT'],
          ['image', 'UPSTREAM_TIMEOUT'],
        ]),
      );
      expect(rest).toMatchObject({ data: { tagEvents: { tag: null, image: null } } });
      expect(rest).not.toHaveProperty('extensions');
    }
  });
});

/** A log whose reads a test holds back. */
function holdLog(): {
  readonly wrap: (log: EventLog) => EventLog;
  readonly hold: () => void;
  readonly release: () => void;
} {
  let held: Promise<void> | undefined;
  let release: () => void = () => undefined;
  return {
    wrap: (log) => ({
      ...log,
      read: async (query) => {
        await held;
        return log.read(query);
      },
    }),
    hold: () => {
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    release: () => {
      held = undefined;
      release();
    },
  };
}
