import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { startChild, type Child } from '../child.ts';
import { referenceQuery } from '../cold.ts';
import { configOf } from '../gateway.ts';
import { quantile, type Row } from '../row.ts';
import { tagName } from '../sample.ts';
import type { SeenRequest } from '../upstream.ts';
import type { HerdAnswer, HerdQuestion } from './herd-clients.ts';
import { startInspectedGateway, type InspectedGateway } from './inspected-gateway.ts';
import { beginLoopLag, endLoopLag, type LoopLag } from './loop-lag.ts';

export interface HerdOptions {
  /** The built `main.js`. */
  readonly main: string;
  /** How many ask the same at once, and how many then ask as much as one operation may. */
  readonly same: number;
  readonly dearest: number;
  /** How many tags the repositories have. */
  readonly tags: number;
}

const registry = 'registry.example';
/** Each answer of the registry takes so many milliseconds. */
const latencyMs = 20;
/** How often it is asked whether the gateway is alive. */
const everyMs = 10;
/** The limits, in milliseconds: of how late the event loop is, and of the answer to whether it is alive. */
const most = { lag: 100, alive: 200 };
/** How many queries there must be at once for the event loop and `/livez` to be judged. */
const leastQueries = { same: 1_000, dearest: 50 };
type Name = keyof typeof leastQueries;

const imageQuery = `query Image($reference: String!) {
  image(reference: $reference, platform: "linux/amd64") {
    digest size layers { digest size command } config { created user labels { key value } history { createdBy } }
  }
}`;

interface Stand {
  readonly gateway: InspectedGateway;
  readonly upstream: Child<readonly SeenRequest[]>;
  readonly clients: Child<HerdAnswer>;
  readonly idle: Child<LoopLag>;
}

/**
 * Many ask the same at once, of which nothing is remembered; then some ask as much as an operation may. The registry is asked once for
 * each thing, and the gateway stays awake meanwhile. What a process that does nothing measures at the same time tells what is the machine's doing.
 */
export async function soakHerd(options: HerdOptions): Promise<readonly Row[]> {
  const { main, same, dearest, tags } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tributary-herd-'));
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const upstream = await startChild(
      'upstream',
      [latencyMs, tags].map(String),
      (answer) => answer as readonly SeenRequest[],
    );
    ends.push(upstream.stop);
    const clients = await startChild('soak/herd-clients', [], (answer) => answer as HerdAnswer);
    ends.push(clients.stop);
    const idle = await startChild('soak/idle-process', [], (answer) => answer as LoopLag);
    ends.push(idle.stop);
    const file = join(folder, 'tributary.yaml');
    writeFileSync(file, configOf({ name: registry, kind: 'oci', port: upstream.port }));
    const gateway = await startInspectedGateway(main, file);
    ends.push(gateway.stop);
    const stand = { gateway, upstream, clients, idle };
    const one = Array.from({ length: same }, () => `${registry}/team/app:${tagName(0)}`);
    const many = Array.from({ length: dearest }, (_, index) => `${registry}/team/app-${index}`);
    return [...(await herd(stand, 'same', imageQuery, one)), ...(await herd(stand, 'dearest', referenceQuery, many))];
  } finally {
    for (const end of ends.reverse()) await end();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function herd(stand: Stand, name: Name, query: string, references: readonly string[]): Promise<readonly Row[]> {
  const { gateway, upstream, clients, idle } = stand;
  await upstream.ask('before');
  await gateway.evaluate(`(${beginLoopLag.toString()})()`);
  await idle.ask('begin');
  const question: HerdQuestion = { origin: gateway.url, query, references };
  const asking = clients.ask({ ...question, references: [...references] });
  const alive = await probe([`${gateway.url}/livez`, `http://127.0.0.1:${idle.port}/`], asking);
  const answer = await asking;
  const lag = (await gateway.evaluate(`(${endLoopLag.toString()})()`)) as LoopLag;
  const peer = await idle.ask('end');
  const [ours = [], theirs = []] = alive;
  const target = references.length >= leastQueries[name] ? 1 : undefined;
  return [
    onceRow(name, references, answer, await upstream.ask('seen')),
    {
      name: `herd: ${name}, event loop`,
      value: `p99 ${lag.p99.toFixed(0)} ms late (at most ${lag.longest.toFixed(0)}), an idle process ${peer.p99.toFixed(0)} (${peer.longest.toFixed(0)}); against ${most.lag} ms`,
      ratio: lag.p99 / most.lag,
      target,
    },
    {
      name: `herd: ${name}, /livez`,
      value: `${Math.max(...ours).toFixed(0)} ms at most (p99 ${quantile(ours, 0.99).toFixed(0)}, ${ours.length} times), an idle process ${Math.max(...theirs).toFixed(0)} (${quantile(theirs, 0.99).toFixed(0)}); against ${most.alive} ms`,
      ratio: Math.max(...ours) / most.alive,
      target,
    },
  ];
}

function onceRow(
  name: Name,
  references: readonly string[],
  { whole, codes, different, ms }: HerdAnswer,
  seen: readonly SeenRequest[],
): Row {
  const keys = seen.map(({ method, path }) => `${method} ${path}`);
  const again = keys.length - new Set(keys).size;
  const others = Object.entries(codes).map(([code, count]) => `, ${count} with ${code}`);
  return {
    name: `herd: ${name}, upstream`,
    value: `${again} of ${keys.length} requests were sent again for ${references.length} queries at once about ${new Set(references).size} references; ${whole} whole answers${others.join('')} within ${(ms / 1000).toFixed(1)} s, ${different} different`,
    ratio: again,
    target: 0,
  };
}

/** Asks each address again and again, one after another, until something is over; how long the answers took, in milliseconds. */
async function probe(addresses: readonly string[], until: Promise<unknown>): Promise<readonly (readonly number[])[]> {
  const state = { isOver: false };
  const over = (): void => {
    state.isOver = true;
  };
  until.then(over, over);
  const ask = async (address: string): Promise<readonly number[]> => {
    const took: number[] = [];
    do {
      const begunAt = performance.now();
      const answer = await request(address);
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`${address} answered ${answer.statusCode}`);
      took.push(performance.now() - begunAt);
      await sleep(everyMs);
    } while (!state.isOver);
    return took;
  };
  return Promise.all(addresses.map(ask));
}
