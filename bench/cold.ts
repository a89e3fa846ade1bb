import { ask, type TimedAnswer } from './ask.ts';
import type { BareRun } from './bare-client.ts';
import { startChild, type Child } from './child.ts';
import { cpuTime, tellsCpuTime } from './cpu.ts';
import { configOf, startGatewayProcess } from './gateway.ts';
import { median, range, type Row } from './row.ts';
import { layerCount, platformCount, type Part } from './sample.ts';
import type { SeenRequest } from './upstream.ts';

export interface ColdOptions {
  readonly rounds: number;
  readonly profileFolder: string | undefined;
}

/** Every answer of the upstream takes so many milliseconds. */
const latencyMs = 20;
const tagCount = 100;
/** The default of `concurrency`. */
const connections = 32;

/** What the first page of a repository with everything that is shown of each tag takes to answer. */
export const referenceQuery = `query Reference($reference: String!) {
  repository(reference: $reference) {
    tags(first: 100) {
      nodes {
        name digest
        image { digest platforms { name digest image { config { created } layers { digest size command } } } }
      }
    }
  }
}`;

const levels: readonly (readonly Part[])[] = [['tags'], ['tag'], ['index'], ['manifest'], ['config']];

/** One round of the gateway: its answers to the query, first with nothing cached, then again. */
interface GatewayRound {
  readonly cold: TimedAnswer;
  readonly coldRequests: readonly SeenRequest[];
  readonly warm: TimedAnswer;
  readonly warmRequests: readonly SeenRequest[];
  /** Processor time of the cold answer, in milliseconds; 0 where the machine does not tell. */
  readonly cpuMs: number;
}

/** One round of the bare client. */
interface BareRound {
  readonly ms: number;
  readonly cpuMs: number;
}

/**
 * The reference query on an upstream that takes 20 ms for each answer: cold against a bare client that sends the same
 * requests, and warm. Each round has a new gateway and a new client, in turns; an unmeasured one comes first, in which
 * the upstream warms up and the requests are recorded.
 */
export async function measureReferenceQuery({ rounds, profileFolder }: ColdOptions): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  try {
    const recorded = await gatewayRound(upstream, profileFolder);
    await bareRound(upstream, recorded.coldRequests);
    const gateways: GatewayRound[] = [];
    const clients: BareRound[] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (round % 2 === 1) clients.push(await bareRound(upstream, recorded.coldRequests));
      gateways.push(await gatewayRound(upstream));
      if (round % 2 === 0) clients.push(await bareRound(upstream, recorded.coldRequests));
    }
    return [coldRow(gateways, clients), onceRow(gateways), warmRow(gateways)];
  } finally {
    await upstream.stop();
  }
}

/** Starts the registry that is asked. */
export function startUpstream(): Promise<Child<readonly SeenRequest[]>> {
  return startChild('upstream', [String(latencyMs), String(tagCount)], (answer) => answer as readonly SeenRequest[]);
}

async function gatewayRound(upstream: Child<readonly SeenRequest[]>, profileFolder?: string): Promise<GatewayRound> {
  const config = configOf({ name: 'registry.example', kind: 'oci', port: upstream.port });
  const gateway = await startGatewayProcess(config, profileFolder);
  try {
    const url = `${gateway.url}/graphql`;
    const variables = { reference: 'registry.example/team/app' };
    await upstream.ask('what came before');
    const before = processorTime(gateway.pid);
    const cold = await ask(url, referenceQuery, variables);
    const cpuMs = (processorTime(gateway.pid) - before) / 1000;
    const coldRequests = await upstream.ask('what came');
    const warm = await ask(url, referenceQuery, variables);
    const warmRequests = await upstream.ask('what came');
    for (const answer of [cold, warm]) checkWhole(answer);
    return { cold, coldRequests, warm, warmRequests, cpuMs };
  } finally {
    await gateway.stop();
  }
}

async function bareRound(
  upstream: Child<readonly SeenRequest[]>,
  requests: readonly SeenRequest[],
): Promise<BareRound> {
  const client = await startChild('bare-client', [], Number);
  try {
    const run: BareRun = {
      origin: `http://127.0.0.1:${upstream.port}`,
      connections,
      levels: levels.map((parts) => requests.filter(({ part }) => parts.includes(part))),
    };
    await upstream.ask('what came before');
    const before = processorTime(client.pid);
    const ms = await client.ask({ ...run });
    const cpuMs = (processorTime(client.pid) - before) / 1000;
    const sent = await upstream.ask('what came');
    if (textOf(sent) !== textOf(requests)) throw new Error('the bare client sent other requests than the gateway');
    return { ms, cpuMs };
  } finally {
    await client.stop();
  }
}

function processorTime(pid: number): number {
  return tellsCpuTime ? cpuTime(pid) : 0;
}

function textOf(requests: readonly SeenRequest[]): string {
  return JSON.stringify(requests.map(factOf).sort());
}

function factOf({ method, path }: SeenRequest): string {
  return `${method} ${path}`;
}

function coldRow(gateways: readonly GatewayRound[], clients: readonly BareRound[]): Row {
  const ratios = gateways.map(({ cold }, round) => cold.ms / (clients[round]?.ms ?? Number.NaN));
  const ms = median(gateways.map(({ cold }) => cold.ms));
  const bareMs = median(clients.map((client) => client.ms));
  const cpu = `${median(gateways.map(({ cpuMs }) => cpuMs)).toFixed(0)} and ${median(clients.map(({ cpuMs }) => cpuMs)).toFixed(0)} ms of CPU`;
  const requests = gateways[0]?.coldRequests.length ?? 0;
  return {
    name: 'cold: reference query',
    value: `${ms.toFixed(0)} ms against ${bareMs.toFixed(0)} ms of a bare client with the same ${requests} requests (${cpu}; ${gateways.length} rounds: ${range(ratios, 2)})`,
    ratio: median(ratios),
    target: 1.3,
  };
}

function onceRow(gateways: readonly GatewayRound[]): Row {
  const twice = gateways.map(({ coldRequests }) => coldRequests.length - new Set(coldRequests.map(factOf)).size);
  const worst = Math.max(...twice);
  const requests = gateways[0]?.coldRequests.length ?? 0;
  return {
    name: 'cold: facts asked twice',
    value: `${worst} of ${requests} requests`,
    ratio: worst / requests,
    target: 0,
  };
}

function warmRow(gateways: readonly GatewayRound[]): Row {
  const ms = median(gateways.map(({ warm }) => warm.ms));
  const most = Math.max(...gateways.flatMap(({ warm, warmRequests }) => [warm.upstreamRequests, warmRequests.length]));
  const cold = gateways[0]?.coldRequests.length ?? 0;
  return {
    name: 'warm: reference query',
    value: `${most} upstream requests, cold ${cold}; ${ms.toFixed(0)} ms`,
    ratio: most / cold,
    target: 0,
  };
}

interface ReferenceAnswer {
  readonly repository: {
    readonly tags: {
      readonly nodes: readonly {
        readonly image: {
          readonly platforms: readonly {
            readonly image: {
              readonly config: { readonly created: string };
              readonly layers: readonly { readonly command: string | null }[];
            };
          }[];
        };
      }[];
    };
  };
}

/** An answer that lacks something is no answer, however fast. */
function checkWhole({ data }: TimedAnswer): void {
  const { nodes } = (data as ReferenceAnswer).repository.tags;
  const images = nodes.flatMap(({ image }) => image.platforms.map((platform) => platform.image));
  const layers = images.flatMap((image) => image.layers);
  const isWhole =
    nodes.length === tagCount &&
    images.length === tagCount * platformCount &&
    layers.length === images.length * layerCount &&
    images.every(({ config }) => typeof config.created === 'string') &&
    layers.every(({ command }) => command !== null);
  if (!isWhole) throw new Error(`the answer is not whole: ${nodes.length} tags, ${images.length} images`);
}
