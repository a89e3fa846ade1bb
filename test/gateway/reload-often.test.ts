import { afterEach, expect, it } from '@jest/globals';
import { createHook } from 'node:async_hooks';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import { dataOf } from '../support/gateway.ts';
import { seed } from '../support/registry-seed.ts';
import { openSocket } from '../support/socket-client.ts';
import { startReloadStand, untilRetired, type ReloadStand } from './reload-stand.ts';

let registry: FaultyRegistry;
let stand: ReloadStand;

afterEach(async () => {
  await stand.stop();
  await registry.close();
});

/** Timers that are set, those too that keep no process alive. */
const timers = new Set<number>();
const counting = createHook({
  init: (id, type) => {
    if (type === 'Timeout') timers.add(id);
  },
  destroy: (id) => {
    timers.delete(id);
  },
});

/** What the process holds now, by its kind. */
function held(): Readonly<Record<string, number>> {
  const kinds: Record<string, number> = { timers: timers.size };
  for (const kind of process.getActiveResourcesInfo()) kinds[kind] = (kinds[kind] ?? 0) + 1;
  for (const name of process.eventNames()) kinds[`on ${String(name)}`] = process.listenerCount(name);
  return kinds;
}

it('O04: fifty reloads leave no timers, sockets or listeners behind', async () => {
  registry = await createFaultyRegistry();
  seed(registry.store).image('team/app', '1');
  const { url } = registry;
  const config = (depth: number) => ({
    limits: { depth, drain: '10ms' },
    registries: [
      {
        ...{ name: 'registry.example', kind: 'oci', url, insecure: true, allowPrivateNetwork: true },
        watch: { interval: '1s', repositories: ['team/*'] },
      },
    ],
    streams: [{ name: 'local', kind: 'local' }],
  });
  counting.enable();
  stand = await startReloadStand(() => config(9));
  let count = 0;
  const reloadOften = async (times: number): Promise<ReturnType<typeof held>> => {
    for (const end = count + times; count < end; count += 1) {
      const socket = await openSocket(stand.socketUrl);
      socket.subscribe('1', 'subscription { tagEvents { digest } }');
      await dataOf(stand.url, '{ tag(reference: "registry.example/team/app:1") { image { config { user } } } }');
      await stand.reload(config(10 + (count % 2)));
      expect(await socket.closed).toBe(1012);
    }
    await untilRetired(stand, count);
    return held();
  };
  const first = await reloadOften(5);
  const last = await reloadOften(50);
  counting.disable();
  // A connection or a poll more or less may be there at any moment; one of each for a reload would be fifty.
  for (const [kind, number] of Object.entries(last)) {
    expect([kind, number < (first[kind] ?? 0) + 15, number]).toEqual([kind, true, number]);
  }
  expect(await stand.metric('tributary_subscription_connections')).toBe(0);
}, 120_000);
