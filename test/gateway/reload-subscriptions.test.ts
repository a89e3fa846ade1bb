import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { openStore } from '../../src/store/open-store.ts';
import { bearer } from '../support/fake-callers.ts';
import { dataOf } from '../support/gateway.ts';
import { openStream } from '../support/event-stream.ts';
import { startSharedRegistry, type SharedRegistry } from '../support/shared-registry.ts';
import { openSocket, told, type SocketClient } from '../support/socket-client.ts';
import { until } from '../support/stream-gateway.ts';
import { digestOf, move as moveIn, tagOf } from '../store/given.ts';
import { metricsToken, startReloadStand, untilRetired, type ReloadStand } from './reload-stand.ts';

const subscription = 'subscription ($after: Cursor) { tagEvents(after: $after) { cursor digest } }';

let registry: SharedRegistry;
let stand: ReloadStand;

beforeEach(async () => {
  registry = await startSharedRegistry();
  registry.move('team/app', 'latest', 'zero');
});

afterEach(async () => {
  await stand.stop();
  await registry.close();
});

const watched = (more: object = {}) => ({
  name: 'registry.example',
  ...{ kind: 'oci', url: registry.url, insecure: true, allowPrivateNetwork: true },
  watch: { interval: '1s', repositories: ['team/*'] },
  ...more,
});

/** Has a tag moved, so that it is an event soon. */
const move = (content: string): string => registry.move('team/app', 'latest', content);

const digestsOf = async (socket: SocketClient, count: number): Promise<unknown> =>
  told(await socket.received('1', count), 'digest');

/** Resolves once the baseline is known, from which on all that moves is told. */
async function untilWatched(): Promise<void> {
  await until(async () => {
    const query = '{ tag(reference: "registry.example/team/app:latest") { freshness { state } } }';
    const { tag } = await dataOf(stand.url, query);
    return JSON.stringify(tag).includes('LIVE');
  }, 'the repository to be watched');
}

describe('a subscription over a reload', () => {
  beforeEach(async () => {
    stand = await startReloadStand(() => ({ limits: { drain: '1s' }, registries: [watched()] }));
    await untilWatched();
  });

  const next = () => ({ limits: { drain: '1s', depth: 9 }, registries: [watched()] });

  it('O04: is closed with 1012, and goes on by its cursor where it was, nothing being lost', async () => {
    const first = await openSocket(stand.socketUrl);
    first.subscribe('1', subscription);
    const digests = [move('one')];
    expect(await digestsOf(first, 1)).toEqual(digests);
    expect(await stand.reload(next())).toBe('in-force');
    // It moves while nobody is there to be told.
    expect(await first.closed).toBe(1012);
    digests.push(move('two'));
    const [cursor] = told(await first.received('1', 1), 'cursor');
    const second = await openSocket(stand.socketUrl);
    second.subscribe('1', subscription, { after: cursor });
    expect(await digestsOf(second, 1)).toEqual(digests.slice(1));
    await second.close();
    await untilRetired(stand);
  });

  it('O04: over Server-Sent Events ends without being completed, so that its client comes again', async () => {
    const stream = await openStream(`${stand.url}/graphql/stream`, { body: { query: subscription } });
    await stand.reload(next());
    expect(await stream.ended).not.toContain('event: complete');
    await untilRetired(stand);
  });

  it('O04: that is asked for over a socket of before is closed with 1012 at once', async () => {
    const sockets = await Promise.all(Array.from({ length: 25 }, () => openSocket(stand.socketUrl)));
    await stand.reload(next());
    const last = sockets.at(-1)!;
    last.subscribe('1', subscription);
    expect(await last.closed).toBe(1012);
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(sockets.map(() => 1012));
    await untilRetired(stand);
  });

  it('O04: is told of a tag that a webhook of before hinted at, though it settles after the reload', async () => {
    const secretFile = join(stand.folder, 'hook');
    writeFileSync(secretFile, 'sample-secret');
    const hooked = (depth: number) => ({
      limits: { drain: '1s', depth },
      registries: [
        watched({
          watch: { interval: '1h', repositories: ['team/*'] },
          webhook: { format: 'generic', secretFile },
        }),
      ],
    });
    await stand.reload(hooked(8));
    await untilRetired(stand);
    await untilWatched();
    const { asOf } = await dataOf(stand.url, '{ asOf }');
    const digest = move('one');
    const hint = await fetch(`${stand.url}/webhooks/registry.example/sample-secret`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ repository: 'team/app', tag: 'latest' }),
    });
    expect([hint.status, await hint.text()]).toEqual([202, expect.stringContaining('"accepted":1')]);
    await stand.reload(hooked(9));
    const socket = await openSocket(stand.socketUrl);
    socket.subscribe('1', subscription, { after: asOf });
    expect(await digestsOf(socket, 1)).toEqual([digest]);
    await socket.close();
  });

  it('O04: is told nothing of a registry that was removed, also of what was before', async () => {
    const { asOf } = await dataOf(stand.url, '{ asOf }');
    const socket = await openSocket(stand.socketUrl);
    socket.subscribe('1', subscription);
    move('one');
    await socket.received('1', 1);
    const other = { ...watched(), name: 'other.example' };
    await stand.reload({ limits: { drain: '1s' }, registries: [other] });
    await socket.closed;
    expect(await dataOf(stand.url, '{ tagEvents { nodes { digest } } }')).toEqual({ tagEvents: { nodes: [] } });

    await untilRetired(stand);
    await until(async () => {
      const { tag } = await dataOf(
        stand.url,
        '{ tag(reference: "other.example/team/app:latest") { freshness { state } } }',
      );
      return JSON.stringify(tag).includes('LIVE');
    }, 'the other registry to be watched');
    const again = await openSocket(stand.socketUrl);
    again.subscribe('1', subscription, { after: asOf });
    const digest = move('two');
    expect(await digestsOf(again, 1)).toEqual([digest]);
    await again.close();
  });
});

describe('rights that another configuration takes', () => {
  const policy = (folder: string, users: readonly string[]) => ({
    server: { port: 0, metrics: { tokenFile: join(folder, 'metrics-token') } },
    limits: { drain: '3s', callerSockets: 100 },
    access: {
      mode: 'policy',
      callers: [{ name: 'test', kind: 'token', tokensFile: join(folder, 'tokens') }],
      rules: users.map((user) => ({
        users: [`token:test:${user}`],
        allow: ['get', 'inspect', 'watch'],
        repositories: ['registry.example/**'],
      })),
    },
    registries: [watched()],
  });

  const hash = (token: string): string => createHash('sha256').update(token).digest('hex');

  it('O04: are gone at once: nothing more is sent to whoever had them, and who has them still misses nothing', async () => {
    const store = await openStore({ url: ':memory:' });
    const tell = (image: string) => moveIn(store, tagOf('prod'), image);
    stand = await startReloadStand((folder) => {
      writeFileSync(join(folder, 'metrics-token'), metricsToken);
      writeFileSync(join(folder, 'tokens'), ['alice', 'bob'].map((name) => `${name} ${hash(name)}\n`).join(''));
      return policy(folder, ['alice', 'bob']);
    }, store);
    const open = (user: string) => openSocket(stand.socketUrl, { headers: bearer(user) });
    // Ten are closed at a time, so that most are still open when the next event is there.
    const alices = await Promise.all(Array.from({ length: 30 }, () => open('alice')));
    const bob = await open('bob');
    const all = [...alices, bob];
    for (const socket of all) socket.subscribe('1', subscription);
    await until(async () => (await stand.metric('tributary_subscription_connections')) === 31, 'all to be connected');
    await tell('first');
    await Promise.all(all.map((socket) => socket.received('1', 1)));

    await stand.reload(policy(stand.folder, ['alice']));
    await tell('second');
    expect(bob.webSocket.readyState).toBe(WebSocket.OPEN);
    expect(await Promise.all(all.map(({ closed }) => closed))).toEqual(all.map(() => 1012));
    for (const socket of all) expect(await digestsOf(socket, 1)).toEqual([digestOf('first')]);

    const again = await open('alice');
    const [heard] = told(await alices[0]!.received('1', 1), 'cursor');
    again.subscribe('1', subscription, { after: heard });
    expect(await digestsOf(again, 1)).toEqual([digestOf('second')]);
    const refused = await open('bob');
    refused.subscribe('1', subscription);
    expect(await refused.received('1', 1)).toMatchObject([
      { type: 'error', payload: [{ extensions: { code: 'NOT_WATCHED' } }] },
    ]);
    await Promise.all([again.close(), refused.close()]);
  });
});
