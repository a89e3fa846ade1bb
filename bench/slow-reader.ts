import { residentMiB, tellsCpuTime } from './cpu.ts';
import { startEventsGateway, startReaders } from './readers.ts';
import { median, range, type Row } from './row.ts';

export interface SlowReaderOptions {
  /** Events that pass while the reader is paused. */
  readonly events: number;
  readonly rounds: number;
}

const others = 20;
/** Subscriptions of the paused reader: what they are sent is much more than the system's own buffers hold. */
const ofPaused = 10;
/** Ten events together every ten milliseconds. */
const together = 10;
const everyMs = 10;
const withinMs = 30_000;
/** What the server may grow by, in MiB. */
const flat = 64;

/** What one reader that reads nothing costs: the memory of the server, and the latency of others, with it and without it in turns. */
export async function measureSlowReader({ events, rounds }: SlowReaderOptions): Promise<readonly Row[]> {
  if (!tellsCpuTime) throw new Error('only Linux tells the memory of other processes');
  const gateway = await startEventsGateway();
  try {
    const readers = await startReaders(gateway.port, { sockets: others, each: 1, tags: 1 });
    try {
      const p99 = async (): Promise<number> => {
        await gateway.ask({ events, together, everyMs, tags: 1 });
        const seen = await readers.ask({ kind: 'report', events: events * others, withinMs });
        if (seen.lost > 0) throw new Error(`${seen.lost} events did not come to the other readers`);
        return seen.p99;
      };
      // What is kept of events for everyone is full after this.
      await p99();
      const without: number[] = [];
      const withPaused: number[] = [];
      const grown: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        without.push(await p99());
        const paused = await startReaders(gateway.port, { sockets: 1, each: ofPaused, tags: 1 });
        try {
          await paused.ask({ kind: 'pause' });
          const before = residentMiB(gateway.pid);
          withPaused.push(await p99());
          grown.push(residentMiB(gateway.pid) - before);
        } finally {
          await paused.stop();
        }
      }
      const ratios = withPaused.map((ms, round) => ms / (without[round] ?? Number.NaN));
      const what = `${events} events, ${others} other readers`;
      return [
        {
          name: 'slow-reader: memory',
          value: `${Math.max(...grown).toFixed(0)} MiB more while one reader is paused, ${what} (${rounds} rounds: ${range(grown, 0)}); against ${flat} MiB`,
          ratio: Math.max(...grown) / flat,
          target: 1,
        },
        {
          name: 'slow-reader: others',
          value: `p99 ${median(withPaused).toFixed(1)} ms from append to client with a paused reader against ${median(without).toFixed(1)} ms without, ${what} (${rounds} rounds: ${range(ratios, 2)})`,
          ratio: median(ratios),
          target: 1.5,
        },
      ];
    } finally {
      await readers.stop();
    }
  } finally {
    await gateway.stop();
  }
}
