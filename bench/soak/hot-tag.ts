import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type Child } from '../child.ts';
import { residentMiB, tellsCpuTime } from '../cpu.ts';
import { quantile, type Row } from '../row.ts';
import { sample } from '../sampling.ts';
import { repository, type CalmMove, type HotClientsAnswer, type HotReport } from './hot-moves.ts';
import { startInspectedGateway, type InspectedGateway } from './inspected-gateway.ts';
import { readMetric } from './metric.ts';
import { freePort } from './mortal-gateway.ts';

export interface HotTagOptions {
  /** The built `main.js`. */
  readonly main: string;
  /** Who subscribe to the tag that moves all the time. */
  readonly subscribers: number;
  readonly perSecond: number;
  readonly seconds: number;
  readonly seed: string;
}

const names = { hot: 'hot.soak', calm: 'calm.soak' } as const;
type Name = keyof typeof names;
/** Moves of the calm tags of each registry: one tag moves less often than a tag is looked at. */
const calmPerSecond = 3;
/**
 * The limits: how long after the end all know where the tag is; memory; positions of the log before the subscription furthest
 * behind; and how late other tags are told of, what is promised of webhooks.
 */
const most = { lastMs: 2_000, memoryMiB: 128, waiting: 500, othersMs: 2_000 };
const withinMs = 60_000;
/** How long the tag must move for what depends on the machine to be judged, in seconds. */
const leastSeconds = 30;

interface Stand {
  readonly gateway: InspectedGateway;
  readonly registries: Readonly<Record<Name, Child<HotReport>>>;
  readonly clients: Child<HotClientsAnswer>;
}

/**
 * One tag of a registry moves without a pause, and the registry says so each time; many subscribe to it. They are told
 * less than happened, and know soon after the end where it ended. Others, of that registry and of another one, are told as before.
 */
export async function soakHotTag(options: HotTagOptions): Promise<readonly Row[]> {
  if (!tellsCpuTime) throw new Error('only Linux tells the memory of other processes');
  const folder = mkdtempSync(join(tmpdir(), 'tributary-hot-tag-'));
  const port = await freePort();
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const registries = {
      hot: await startRegistry('hot', { port, folder, seed: options.seed }),
      calm: await startRegistry('calm', { port, folder, seed: options.seed }),
    };
    ends.push(registries.hot.stop, registries.calm.stop);
    const file = join(folder, 'tributary.yaml');
    writeFileSync(file, configOf(port, folder, registries));
    const gateway = await startInspectedGateway(options.main, file);
    ends.push(gateway.stop);
    const args = [port, options.subscribers, names.hot, names.hot, names.calm].map(String);
    const clients = await startChild('soak/hot-clients', args, (answer) => answer as HotClientsAnswer);
    ends.push(clients.stop);
    return await measure({ gateway, registries, clients }, options);
  } finally {
    for (const end of ends.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What became of some seconds in which tags moved. */
interface Run {
  readonly hot: HotReport;
  /** How it was at the end of them with the clients of the hot tag. */
  readonly last: HotClientsAnswer;
  /** How late clients of the calm tags of each registry were told, in milliseconds; `Infinity` where they were not. */
  readonly late: Readonly<Record<Name, readonly number[]>>;
}

async function run({ registries, clients }: Stand, seconds: number, hotPerSecond: number): Promise<Run> {
  await clients.ask({ kind: 'calm' });
  const [hot, calm] = await Promise.all([
    registries.hot.ask({ seconds, hotPerSecond, calmPerSecond }),
    registries.calm.ask({ seconds, hotPerSecond: 0, calmPerSecond }),
  ]);
  const last = await clients.ask({ kind: 'last', digest: hot.lastDigest, withinMs });
  // What moved last of the calm tags may still be on its way.
  const told: CalmMove[] = [];
  const until = performance.now() + most.othersMs;
  for (;;) {
    told.push(...(await clients.ask({ kind: 'calm' })).calm);
    const late = { hot: lateness('hot', hot.calm, told), calm: lateness('calm', calm.calm, told) };
    if (performance.now() > until || ![...late.hot, ...late.calm].includes(Infinity)) return { hot, last, late };
    await sleep(100);
  }
}

function lateness(name: Name, moves: readonly CalmMove[], told: readonly CalmMove[]): readonly number[] {
  return moves.map(({ tag, digest, at }) => {
    const same = told.find((one) => one.tag === `${names[name]}/${tag}` && one.digest === digest && one.at >= at);
    return same === undefined ? Infinity : same.at - at;
  });
}

async function measure(stand: Stand, { seconds, perSecond, subscribers }: HotTagOptions): Promise<readonly Row[]> {
  const { gateway } = stand;
  // Once each: so that everybody has been told where the tag is, and has subscribed.
  await run(stand, 2, 1);
  const calm = await run(stand, seconds / 2, 0);
  const memory = sample(() => residentMiB(gateway.pid), 1_000);
  const waiting = sampleMetric(gateway.url, 'tributary_subscriber_queue_depth');
  const hot = await run(stand, seconds, perSecond);
  const [resident, depths] = [memory.stop(), await waiting.stop()];
  const rows = [
    rateRow(hot, perSecond, seconds),
    lastRow(hot, calm, subscribers),
    boundedRow(resident, depths),
    othersRow('calm', calm, hot),
    othersRow('hot', calm, hot),
  ];
  return seconds >= leastSeconds ? rows : rows.map((row) => ({ ...row, target: undefined }));
}

function rateRow({ hot: { hotMoves } }: Run, perSecond: number, seconds: number): Row {
  const rate = hotMoves / seconds;
  const value = `${rate.toFixed(0)} moves/s for ${seconds} s, each with a webhook; against ${perSecond}/s`;
  return { name: 'hot-tag: rate', value, ratio: perSecond / rate, target: 1.1 };
}

function lastRow({ hot, last }: Run, calm: Run, subscribers: number): Row {
  const ms = last.knownAt - hot.endedAt;
  const each = (last.received - calm.last.received) / subscribers;
  return {
    name: 'hot-tag: last digest',
    value: `${ms} ms after the end ${subscribers - last.behind} of ${subscribers} clients know it, ${last.reversed} events out of order; each was told ${each.toFixed(1)} times of ${hot.hotMoves} moves; against ${most.lastMs} ms`,
    ratio: last.behind + last.reversed > 0 || each >= hot.hotMoves ? Infinity : ms / most.lastMs,
    target: 1,
  };
}

function boundedRow(resident: readonly number[], depths: readonly number[]): Row {
  const grown = Math.max(...resident) - (resident[0] ?? 0);
  const deepest = Math.max(...depths);
  return {
    name: 'hot-tag: bounded',
    value: `${grown.toFixed(0)} MiB more memory at most, ${deepest} positions of the log before the subscription furthest behind; against ${most.memoryMiB} MiB and ${most.waiting}`,
    ratio: Math.max(grown / most.memoryMiB, deepest / most.waiting),
    target: 1,
  };
}

function othersRow(name: Name, { late: { [name]: before } }: Run, { late: { [name]: during } }: Run): Row {
  const limit = most.othersMs;
  const figures = (late: readonly number[]): string => `${quantile(late, 0.99)} ms (median ${quantile(late, 0.5)})`;
  return {
    name: name === 'hot' ? 'hot-tag: same registry' : 'hot-tag: other registry',
    value: `p99 ${figures(during)} from the move to the client of another tag while it moves against ${figures(before)} before; ${during.length} moves; against ${limit} ms`,
    ratio: quantile(during, 0.99) / limit,
    target: 1,
  };
}

function startRegistry(name: Name, { port, folder, seed }: Where): Promise<Child<HotReport>> {
  const secret = randomBytes(24).toString('base64');
  writeFileSync(secretFileOf(folder, name), `whsec_${secret}`);
  const args = [`http://127.0.0.1:${port}/webhooks/${names[name]}`, secret, `${seed} ${name}`];
  return startChild('soak/hot-registry', args, (answer) => answer as HotReport);
}

interface Where {
  readonly port: number;
  readonly folder: string;
  readonly seed: string;
}

function secretFileOf(folder: string, name: Name): string {
  return join(folder, `${name}-secret`);
}

function configOf(port: number, folder: string, registries: Stand['registries']): string {
  const entries = (['hot', 'calm'] as const).map((name) => ({
    ...{ name: names[name], kind: 'oci', url: `http://127.0.0.1:${registries[name].port}` },
    ...{ insecure: true, allowPrivateNetwork: true },
    watch: { interval: '1s', repositories: [repository] },
    webhook: { format: 'generic', secretFile: secretFileOf(folder, name) },
  }));
  // JSON is YAML.
  return JSON.stringify({
    server: { port },
    access: { mode: 'open' },
    store: { url: `file:${join(folder, 'store')}` },
    registries: entries,
  });
}

/** The values that a metric has while something goes on, a second apart. */
function sampleMetric(url: string, name: string): { readonly stop: () => Promise<readonly number[]> } {
  const over = new AbortController();
  const values: number[] = [];
  async function watch(): Promise<void> {
    while (!over.signal.aborted) {
      values.push(await readMetric(url, name));
      await sleep(1_000, undefined, { signal: over.signal }).catch(() => undefined);
    }
  }
  const watching = watch();
  return {
    stop: async () => {
      over.abort();
      await watching;
      return values;
    },
  };
}
