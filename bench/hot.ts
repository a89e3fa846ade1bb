import { ask } from './ask.ts';
import { startChild } from './child.ts';
import { startUpstream } from './cold.ts';
import { cpuTime, tellsCpuTime } from './cpu.ts';
import { configOf, startGatewayProcess } from './gateway.ts';
import { createLoad, type LoadGenerator } from './load.ts';
import { median, range, type Row } from './row.ts';

export interface HotOptions {
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly rounds: number;
  readonly profileFolder: string | undefined;
}

/** Twenty repositories take turns, so that no cache of whole answers would hold a single one. */
const repositories = Array.from({ length: 20 }, (_, index) => `registry.example/team/app-${index}`);
const connections = 50;

/** A page of tags as a list shows it: about 8 KB and 300 fields, all from memory. */
const hotQuery = `query Hot($reference: String!) {
  repository(reference: $reference) {
    tags(first: 50) { nodes { name digest image { kind manifestSize } } }
  }
}`;

interface Window {
  readonly cpuMicros: number;
  readonly perSecond: number;
}

/**
 * Processor time for each request of a query that is answered from memory, against Apollo Server as it is by default over
 * the same schema, resolvers and registry. Both are warmed up first, then measured in turns.
 */
export async function measureHotQuery(options: HotOptions): Promise<readonly Row[]> {
  if (!tellsCpuTime) throw new Error('not measured: only Linux tells the processor time of other processes');
  const upstream = await startUpstream();
  try {
    const config = configOf({ name: 'registry.example', kind: 'oci', port: upstream.port });
    const gateway = await startGatewayProcess(config, options.profileFolder);
    try {
      const peer = await startChild('peer', [String(upstream.port)], Number);
      try {
        return await measure(options, gateway, { url: `http://127.0.0.1:${peer.port}`, pid: peer.pid });
      } finally {
        await peer.stop();
      }
    } finally {
      await gateway.stop();
    }
  } finally {
    await upstream.stop();
  }
}

interface Server {
  readonly url: string;
  readonly pid: number;
}

async function measure(options: HotOptions, gateway: Server, peer: Server): Promise<readonly Row[]> {
  const bytes = await fillCaches(gateway, peer);
  const ours = loadOn(gateway, '/graphql', bytes);
  const theirs = loadOn(peer, '/', bytes);
  try {
    await ours.run(options.warmUpMs);
    await theirs.run(options.warmUpMs);
    const gateways: Window[] = [];
    const peers: Window[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      if (round % 2 === 1) peers.push(await window(theirs, peer.pid, options.windowMs));
      gateways.push(await window(ours, gateway.pid, options.windowMs));
      if (round % 2 === 0) peers.push(await window(theirs, peer.pid, options.windowMs));
    }
    return [hotRow(gateways, peers, bytes)];
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
  }
}

/** Asks both everything once, and makes sure that they say the same. Answers the bytes of what they say. */
async function fillCaches(gateway: Server, peer: Server): Promise<number> {
  let bytes = 0;
  for (const reference of repositories) {
    const ours = JSON.stringify((await ask(`${gateway.url}/graphql`, hotQuery, { reference })).data);
    const theirs = JSON.stringify((await ask(peer.url, hotQuery, { reference })).data);
    if (ours !== theirs) throw new Error(`the gateway and its peer answer differently for ${reference}`);
    bytes = ours.length;
  }
  return bytes;
}

function loadOn({ url }: Server, path: string, leastBytes: number): LoadGenerator {
  const bodies = repositories.map((reference) => JSON.stringify({ query: hotQuery, variables: { reference } }));
  return createLoad({ origin: url, path, bodies, connections, leastBytes });
}

async function window(load: LoadGenerator, pid: number, ms: number): Promise<Window> {
  // What has become old while the other was measured is read again before this one is.
  await load.run(Math.min(1_000, ms));
  const startedAt = performance.now();
  const before = cpuTime(pid);
  const answered = await load.run(ms);
  const cpuMicros = (cpuTime(pid) - before) / answered;
  return { cpuMicros, perSecond: (answered * 1000) / (performance.now() - startedAt) };
}

function hotRow(gateways: readonly Window[], peers: readonly Window[], bytes: number): Row {
  const ratios = gateways.map(({ cpuMicros }, round) => cpuMicros / (peers[round]?.cpuMicros ?? Number.NaN));
  const figures = (windows: readonly Window[]): string =>
    `${median(windows.map(({ cpuMicros }) => cpuMicros)).toFixed(0)} µs (${median(windows.map(({ perSecond }) => perSecond)).toFixed(0)}/s)`;
  return {
    name: 'hot: CPU per request',
    value: `${figures(gateways)} against ${figures(peers)} of Apollo Server standalone, ${bytes} bytes (${gateways.length} rounds: ${range(ratios, 2)})`,
    ratio: median(ratios),
    target: 0.75,
  };
}
