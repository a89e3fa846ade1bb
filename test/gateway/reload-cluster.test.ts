import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSampleCluster, type SampleCluster } from '../../demo/openshift-server.ts';
import { openSocket, told, type SocketClient } from '../support/socket-client.ts';
import { until } from '../support/stream-gateway.ts';
import { startReloadStand, untilRetired, type ReloadStand } from './reload-stand.ts';

const subscription =
  'subscription ($after: Cursor) { imageStreamTagEvents(filter: { source: "prod" }, after: $after) { cursor digest revision } }';
const seeing = [{ namespaces: '*', verbs: ['get', 'list', 'watch'], resources: ['imagestreams'] }] as const;

let cluster: SampleCluster;
let clusterUrl: string;
let stand: ReloadStand;

const config = (folder: string, depth = 10): object => ({
  limits: { drain: '1s', depth },
  streams: [
    {
      ...{ name: 'prod', kind: 'openshift', server: clusterUrl, tokenFile: join(folder, 'token') },
      ...{ insecure: true, allowPrivateNetwork: true },
    },
  ],
});

beforeEach(async () => {
  const user = (name: string) => ({ user: name, rules: seeing });
  cluster = createSampleCluster({
    record: true,
    identities: { 'first-token-of-ours': user('first'), 'second-token-of-ours': user('second') },
  });
  ({ url: clusterUrl } = await cluster.listen(0));
  cluster.addNamespace('shop');
  stand = await startReloadStand((folder) => {
    writeFileSync(join(folder, 'token'), 'first-token-of-ours');
    return config(folder);
  });
  await untilFollowed();
});

afterEach(async () => {
  await stand.stop();
  await cluster.close();
});

async function untilFollowed(): Promise<void> {
  const watches = () => stand.metric('tributary_cluster_watches{source="prod"}');
  await until(async () => (await watches()) === 1, 'the cluster to be followed');
}

/** Has a push move a tag there; answers the image. */
function push(number: number): string {
  const digest = `sha256:${String(number).repeat(64)}`;
  cluster.pushTag('shop', 'web', 'prod', digest, `registry.example/shop/web@${digest}`);
  return digest;
}

const digestsOf = async (socket: SocketClient, count: number): Promise<unknown> =>
  told(await socket.received('1', count), 'digest');

describe('a cluster that is followed over a reload', () => {
  it('O04: is followed on from where it was: no event is lost, told twice or told of the wrong order', async () => {
    const first = await openSocket(stand.socketUrl);
    first.subscribe('1', subscription);
    const pushed = [push(1)];
    expect(await digestsOf(first, 1)).toEqual(pushed);
    for (const [round, depth] of [11, 12, 13].entries()) {
      pushed.push(push(2 * round + 2));
      expect(await stand.reload(config(stand.folder, depth))).toBe('in-force');
      pushed.push(push(2 * round + 3));
    }
    expect(await first.closed).toBe(1012);
    const [cursor] = told(await first.received('1', 1), 'cursor');
    const second = await openSocket(stand.socketUrl);
    second.subscribe('1', subscription, { after: cursor });
    expect(await digestsOf(second, 6)).toEqual(pushed.slice(1));
    expect(told(await second.received('1', 6), 'revision')).toEqual([2, 3, 4, 5, 6, 7]);
    await second.close();
    await untilRetired(stand, 3);
    await untilFollowed();
  });

  it('O04: is asked with another token as soon as the file of it says so, without a reload', async () => {
    const socket = await openSocket(stand.socketUrl);
    socket.subscribe('1', subscription);
    push(1);
    await socket.received('1', 1);
    expect(new Set(cluster.requests.map(({ user }) => user))).toEqual(new Set(['first']));
    writeFileSync(join(stand.folder, 'token'), 'second-token-of-ours');
    // What is watched goes on until the cluster ends it, and a look at the file holds for a second.
    let ended = 0;
    await until(async () => {
      const watches = cluster.requests.filter(({ path }) => path.includes('watch='));
      if (watches.length > ended) {
        if (watches.at(-1)?.user === 'second') return true;
        ended = watches.length;
        await cluster.restart();
      }
      return false;
    }, 'the cluster to be watched with the second token');
    const digest = push(2);
    await until(() => JSON.stringify(socket.messages).includes(digest), 'the second push to be told of');
    await socket.close();
  });
});
