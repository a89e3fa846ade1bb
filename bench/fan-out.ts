import { startChild, type Child } from './child.ts';
import { cpuTime, mostFiles, tellsCpuTime } from './cpu.ts';
import { median, range, type Row } from './row.ts';

export interface FanOutOptions {
  /** Sockets of each server; fewer where the machine does not bear that many. */
  readonly sockets: number;
  readonly rounds: number;
  /** Deliveries of one measurement, about. */
  readonly deliveries: number;
  readonly profileFolder: string | undefined;
}

/** A server with all its clients. */
interface Contestant {
  readonly server: Child<true>;
  readonly clients: Child<true>;
}

type Name = 'gateway' | 'graphql-ws' | 'raw';
const names: readonly Name[] = ['gateway', 'graphql-ws', 'raw'];

/** Events that are appended together in a burst. */
const burst = 10;

/**
 * Processor time of the server for each event that is delivered to each of many sockets, all with one subscription: of the
 * gateway, of graphql-ws as documented, and of ws alone. One step publishes, and waits until all clients have it; the servers take turns.
 */
export async function measureFanOut(options: FanOutOptions): Promise<readonly Row[]> {
  if (!tellsCpuTime) throw new Error('only Linux tells the processor time of other processes');
  const sockets = Math.min(options.sockets, mostFiles() - 200);
  const started: Child<true>[] = [];
  const begin = async (name: string, args: readonly string[]): Promise<Child<true>> => {
    const profileFolder = name === 'fan-out-gateway' ? options.profileFolder : undefined;
    const child = await startChild(name, args, () => true as const, profileFolder);
    started.push(child);
    return child;
  };
  try {
    const contestants = new Map<Name, Contestant>();
    for (const name of names) {
      const server = name === 'gateway' ? await begin('fan-out-gateway', []) : await begin('fan-out-peer', [name]);
      const protocol = name === 'raw' ? 'raw' : 'graphql';
      const clients = await begin('fan-out-clients', [String(server.port), String(sockets), protocol]);
      contestants.set(name, { server, clients });
    }
    const of = (name: Name): Contestant => {
      const contestant = contestants.get(name);
      if (contestant === undefined) throw new Error(`${name} was not started`);
      return contestant;
    };
    const steps = Math.max(Math.round(options.deliveries / sockets), 3);
    for (const name of names) await measure(of(name), 1, steps, sockets);
    const single = await inTurns(options.rounds, (name) => measure(of(name), 1, steps, sockets));
    const bursts = await inTurns(options.rounds, (name) =>
      measure(of(name), burst, Math.max(steps / burst, 1), sockets),
    );
    return [
      row('fan-out: graphql-ws', 'graphql-ws as documented', single.gateway, single['graphql-ws'], 0.3, sockets),
      row('fan-out: raw ws', 'ws alone', single.gateway, single.raw, 1.35, sockets),
      row(`fan-out: bursts of ${burst}`, 'ws alone', bursts.gateway, bursts.raw, 1, sockets),
    ];
  } finally {
    for (const child of started.reverse()) await child.stop();
  }
}

async function inTurns(rounds: number, one: (name: Name) => Promise<number>): Promise<Record<Name, number[]>> {
  const figures: Record<Name, number[]> = { gateway: [], 'graphql-ws': [], raw: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) figures[name].push(await one(name));
  }
  return figures;
}

/** Microseconds of the server's processor time for each delivery. */
async function measure(
  { server, clients }: Contestant,
  events: number,
  steps: number,
  sockets: number,
): Promise<number> {
  const before = cpuTime(server.pid);
  let deliveries = 0;
  for (let step = 0; step < steps; step += 1) {
    const all = clients.ask(events);
    await server.ask(events);
    await all;
    deliveries += events * sockets;
  }
  return (cpuTime(server.pid) - before) / deliveries;
}

function row(
  name: string,
  peer: string,
  gateways: readonly number[],
  peers: readonly number[],
  target: number,
  sockets: number,
): Row {
  const ratios = gateways.map((micros, round) => micros / (peers[round] ?? Number.NaN));
  const [ours, theirs] = [gateways, peers].map((figures) => median(figures).toFixed(1));
  return {
    name,
    value: `${ours} µs of CPU per delivery against ${theirs} µs of ${peer}, ${sockets} sockets (${gateways.length} rounds: ${range(ratios, 2)})`,
    ratio: median(ratios),
    target,
  };
}
