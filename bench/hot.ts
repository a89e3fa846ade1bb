import { ask } from './ask.ts';
import { startChild } from './child.ts';
import { startUpstream } from './cold.ts';
import { cpuTime, tellsCpuTime } from './cpu.ts';
import { hotConfigOf, hotRegistry as registry, startGatewayProcess } from './gateway.ts';
import { createLoad, type LoadGenerator } from './load.ts';
import { median, range, type Row } from './row.ts';
import { tagName } from './sample.ts';

export interface HotOptions {
  readonly warmUpMs: number;
  readonly windowMs: number;
  readonly rounds: number;
  readonly profileFolder: string | undefined;
}

const connections = 50;

/** A query that is asked over and over, with references that take turns, so that no cache of whole answers would hold a single one. */
interface HotQuery {
  readonly name: string;
  readonly query: string;
  readonly references: readonly string[];
}

/** Two pages of about 8 KB and 250 fields: everything about one image, a little about many. All of it is answered from memory. */
const hotQueries: readonly HotQuery[] = [
  {
    name: 'hot: image page',
    query: `query Hot($reference: String!) {
      image(reference: $reference, platform: "linux/amd64") {
        reference digest shortDigest imageId mediaType kind size manifestSize
        platform { os architecture variant }
        layers { digest size mediaType command }
        config {
          created author user env entrypoint command workingDir exposedPorts volumes stopSignal
          labels { key value }
          history { created createdBy author comment emptyLayer }
        }
        annotations { key value }
      }
    }`,
    references: Array.from({ length: 100 }, (_, index) => `${registry}/team/app:${tagName(index)}`),
  },
  {
    name: 'hot: tags page',
    query: `query Hot($reference: String!) {
      repository(reference: $reference) {
        tags(first: 55) { nodes { name digest image { kind manifestSize } } }
      }
    }`,
    references: Array.from({ length: 20 }, (_, index) => `${registry}/team/app-${index}`),
  },
];

interface Window {
  readonly cpuMicros: number;
  readonly perSecond: number;
}

/**
 * Processor time for each request that is answered from memory, against Apollo Server as it is by default over the same
 * schema, resolvers and registry. Both are warmed up first, then measured in turns; new processes for each query.
 */
export async function measureHotQueries(options: HotOptions): Promise<readonly Row[]> {
  if (!tellsCpuTime) throw new Error('only Linux tells the processor time of other processes');
  const upstream = await startUpstream();
  const rows: Row[] = [];
  try {
    for (const hot of hotQueries) rows.push(await withServers(options, hot, upstream.port));
    return rows;
  } finally {
    await upstream.stop();
  }
}

async function withServers(options: HotOptions, hot: HotQuery, port: number): Promise<Row> {
  const gateway = await startGatewayProcess(hotConfigOf(port), options.profileFolder);
  try {
    const peer = await startChild('peer', [String(port)], Number);
    try {
      return await measure(options, hot, gateway, { url: `http://127.0.0.1:${peer.port}`, pid: peer.pid });
    } finally {
      await peer.stop();
    }
  } finally {
    await gateway.stop();
  }
}

interface Server {
  readonly url: string;
  readonly pid: number;
}

async function measure(options: HotOptions, hot: HotQuery, gateway: Server, peer: Server): Promise<Row> {
  const bytes = await fillCaches(hot, gateway, peer);
  const ours = loadOn(hot, gateway, '/graphql', bytes);
  const theirs = loadOn(hot, peer, '/', bytes);
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
    return hotRow(hot.name, gateways, peers, bytes);
  } finally {
    await Promise.all([ours.close(), theirs.close()]);
  }
}

/** Asks both everything once, and makes sure that they say the same. Answers the bytes of what they say. */
async function fillCaches({ query, references }: HotQuery, gateway: Server, peer: Server): Promise<number> {
  const answers = references.map(async (reference) => {
    const ours = JSON.stringify((await ask(`${gateway.url}/graphql`, query, { reference })).data);
    const theirs = JSON.stringify((await ask(peer.url, query, { reference })).data);
    if (ours !== theirs) throw new Error(`the gateway and its peer answer differently for ${reference}`);
    return ours.length;
  });
  return Math.min(...(await Promise.all(answers)));
}

function loadOn({ query, references }: HotQuery, { url }: Server, path: string, leastBytes: number): LoadGenerator {
  const bodies = references.map((reference) => JSON.stringify({ query, variables: { reference } }));
  return createLoad({ origin: url, path, bodies, connections, leastBytes });
}

async function window(load: LoadGenerator, pid: number, ms: number): Promise<Window> {
  // Idle, a process gives memory back: it is awake again before it is measured.
  await load.run(ms / 10);
  const startedAt = performance.now();
  const before = cpuTime(pid);
  const answered = await load.run(ms);
  const cpuMicros = (cpuTime(pid) - before) / answered;
  return { cpuMicros, perSecond: (answered * 1000) / (performance.now() - startedAt) };
}

function hotRow(name: string, gateways: readonly Window[], peers: readonly Window[], bytes: number): Row {
  const ratios = gateways.map(({ cpuMicros }, round) => cpuMicros / (peers[round]?.cpuMicros ?? Number.NaN));
  const figures = (windows: readonly Window[]): string =>
    `${median(windows.map(({ cpuMicros }) => cpuMicros)).toFixed(0)} µs (${median(windows.map(({ perSecond }) => perSecond)).toFixed(0)}/s)`;
  return {
    name,
    value: `${figures(gateways)} of CPU per request against ${figures(peers)} of Apollo Server standalone, ${bytes} bytes (${gateways.length} rounds: ${range(ratios, 2)})`,
    ratio: median(ratios),
    target: 0.75,
  };
}
