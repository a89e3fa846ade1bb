import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Row } from '../row.ts';
import { createFaults } from './faults.ts';
import { startInspectedGateway, type Held, type InspectedGateway } from './inspected-gateway.ts';
import { startMixedLoad, type MixedLoadOptions } from './mixed-load.ts';
import { freePort } from './mortal-gateway.ts';
import { seeded, startMovingRegistry } from './moving-registry.ts';
import { growthPerHour, type Sample } from './slope.ts';
import { startTcpProxy } from './tcp-proxy.ts';

export interface MixedOptions {
  /** The built `main.js`. */
  readonly main: string;
  /** How long load is put on, the warm-up, a third of it, included. */
  readonly minutes: number;
  readonly seed: string;
  readonly say: (line: string) => void;
}

const name = 'registry.soak';
const repository = 'soak/app';
const tags = Array.from({ length: 40 }, (_, index) => `t${index}`);
const mb = 1e6;
/** What the heap may grow by in an hour, in MB, and how long a soak must be for that to be told from chance, in minutes. */
const mostGrowth = 1;
const leastMinutes = 30;
const looksAtATime = 6;
/** How long connections that are kept for the next request, and timers, may take to end once nothing is asked any more. */
const restMs = 120_000;

/**
 * Everything at once for long, over a registry that fails now and then and a network that breaks: what the gateway holds may not
 * grow, and when all is over, it must hold no more sockets, timers and listeners than after an earlier rest.
 */
export async function soakMixed({ main, minutes, seed, say }: MixedOptions): Promise<readonly Row[]> {
  const random = seeded(seed);
  const folder = mkdtempSync(join(tmpdir(), 'tributary-mixed-'));
  const port = await freePort();
  const secret = randomBytes(24);
  writeFileSync(join(folder, 'secret'), `whsec_${secret.toString('base64')}`);
  const webhook = { url: `http://127.0.0.1:${port}/webhooks/${name}`, secret };
  const intercept = createFaults(random);
  const registry = await startMovingRegistry({ repository, tags, random, webhook, intercept });
  const proxy = await startTcpProxy(`http://127.0.0.1:${registry.port}`);
  try {
    const file = join(folder, 'tributary.yaml');
    writeFileSync(file, configOf(port, proxy.address, folder));
    const gateway = await startInspectedGateway(main, file);
    try {
      const load = { url: gateway.url, registry, proxy, image: `${name}/${repository}`, tags, random };
      return await putLoadOn(gateway, load, minutes * 60_000, say);
    } finally {
      await gateway.stop();
    }
  } finally {
    await proxy.close();
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function putLoadOn(
  gateway: InspectedGateway,
  options: MixedLoadOptions,
  ms: number,
  say: (line: string) => void,
): Promise<readonly Row[]> {
  const warmUp = startMixedLoad(options);
  await sleep(ms / 3);
  await warmUp.stop();
  const before = await atRest(gateway, undefined);
  say(`warm after ${(ms / 60_000 / 3).toFixed(1)} min: ${countsIn(before)}`);

  const load = startMixedLoad(options);
  const samples = await watch(gateway, (ms * 2) / 3, say);
  await load.stop();
  const after = await atRest(gateway, before);
  say(`done: ${countsIn(load.counts)}`);
  say(`at rest: ${countsIn(after)}`);
  return [
    ...memoryRows(samples, ms),
    left(before, after),
    {
      ...{ name: 'mixed: faults', target: 0 },
      value: `${load.counts['masked faults'] ?? 0} masked errors, ${gateway.complaints.length} warnings and errors in the log ${gateway.complaints[0] ?? ''}`,
      ratio: (load.counts['masked faults'] ?? 0) + gateway.complaints.length,
    },
  ];
}

/** Looks at what is held, for each minute of a long soak, more often in a short one: the least of some looks, since what is in flight only adds. */
async function watch(
  gateway: InspectedGateway,
  ms: number,
  say: (line: string) => void,
): Promise<readonly (Held & { readonly at: number })[]> {
  const samples: (Held & { readonly at: number })[] = [];
  const everyMs = Math.min(ms / 10, 60_000);
  for (const until = performance.now() + ms; performance.now() < until;) {
    const looks: (Held & { readonly at: number })[] = [];
    for (let look = 0; look < looksAtATime; look += 1) {
      await sleep(everyMs / looksAtATime);
      looks.push({ ...(await gateway.held()), at: performance.now() });
    }
    const least = looks.reduce((one, other) => (other.heap < one.heap ? other : one));
    samples.push(least);
    say(`heap ${(least.heap / mb).toFixed(1)} MB, resident ${(least.resident / mb).toFixed(1)} MB`);
  }
  return samples;
}

function memoryRows(samples: readonly (Held & { readonly at: number })[], ms: number): readonly Row[] {
  const of = (pick: (held: Held) => number): number =>
    growthPerHour(samples.map((held): Sample => ({ at: held.at, value: pick(held) / mb })));
  const [heap, resident] = [of((held) => held.heap), of((held) => held.resident)];
  const isLong = ms >= leastMinutes * 60_000;
  const value = `${heap.toFixed(2)} MB an hour more on the heap and outside of it after warm-up, ${resident.toFixed(2)} MB resident, ${samples.length} looks`;
  // In a few minutes, what is in flight at each look hides so small a growth: the figure is told, and not judged.
  return [{ name: 'mixed: memory', value, ratio: heap / mostGrowth, target: isLong ? 1 : undefined }];
}

/** What is held beyond what was held at the earlier rest. */
function left(before: Resources, after: Resources): Row {
  return {
    name: 'mixed: left over',
    value: `${countsIn(after)} at rest against ${countsIn(before)} before`,
    ratio: moreThan(before, after),
    target: 0,
  };
}

type Resources = Held['resources'];

function moreThan(before: Resources, after: Resources): number {
  return Object.entries(after).reduce((sum, [kind, count]) => sum + Math.max(count - (before[kind] ?? 0), 0), 0);
}

/**
 * What is held all the time once nothing is asked: as soon as it is no more than before, or for ten seconds no look has found less.
 * Polls and imports go on, and hold something now and then.
 */
async function atRest(gateway: InspectedGateway, before: Resources | undefined): Promise<Resources> {
  const until = performance.now() + restMs;
  let least = (await gateway.held()).resources;
  for (let same = 0; same < 10 && performance.now() < until;) {
    if (before !== undefined && moreThan(before, least) === 0) break;
    await sleep(1_000);
    const now = leastOf(least, (await gateway.held()).resources);
    same = moreThan(now, least) === 0 ? same + 1 : 0;
    least = now;
  }
  return least;
}

function leastOf(one: Resources, other: Resources): Resources {
  const both = Object.entries(one).map(([kind, count]) => [kind, Math.min(count, other[kind] ?? 0)] as const);
  return Object.fromEntries(both.filter(([, count]) => count > 0));
}

function countsIn(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

function configOf(port: number, registry: string, folder: string): string {
  return `server: { port: ${port} }
access: { mode: open }
writes: true
store: { url: "file:${join(folder, 'store')}" }
# So little that it is full before anything is measured.
cache: { tagTtl: 2s, memory: 16MiB, disk: 64MiB }
registries:
  - name: ${name}
    kind: oci
    url: http://${registry}
    insecure: true
    allowPrivateNetwork: true
    watch: { interval: 2s, repositories: [${repository}] }
    webhook: { format: generic, secretFile: "${join(folder, 'secret')}" }
streams: [{ name: local, kind: local, schedule: 10s, history: 5 }]
`;
}
