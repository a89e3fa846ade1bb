import type { Child } from './child.ts';
import { mostFiles, residentMiB, tellsCpuTime } from './cpu.ts';
import { startEventsGateway, startReaders, type ReadersReport } from './readers.ts';
import { median, type Row } from './row.ts';
import { sample } from './sampling.ts';

export interface EventsOptions {
  readonly subscriptions: number;
  readonly tags: number;
  readonly perSecond: number;
  readonly seconds: number;
}

/** How long stragglers are waited for, and how late an event may be, in milliseconds. */
const withinMs = 10_000;
const latestMs = 1_000;
/** How often its memory is looked at, how long a run must be for that to be judged, and what the last third may have more. */
const looks = 60;
const leastSeconds = 600;
const mostGrowth = 1.05;

/** Events of many tags, each to those who subscribed to its tag: how late they come, and whether all do, in their order. */
export async function measureEvents({
  subscriptions,
  tags,
  perSecond,
  seconds,
}: EventsOptions): Promise<readonly Row[]> {
  if (!tellsCpuTime) throw new Error('only Linux tells the memory of other processes');
  const sockets = Math.min(subscriptions, mostFiles() - 200);
  const each = Math.ceil(subscriptions / sockets);
  const gateway = await startEventsGateway();
  try {
    const readers = await startReaders(gateway.port, { sockets, each, tags });
    try {
      const toEach = (sockets * each) / tags;
      const stream = { together: 1, everyMs: 1000 / perSecond, tags };
      await warmUp(gateway, readers, tags, toEach);
      const before = residentMiB(gateway.pid);
      const events = perSecond * seconds;
      const memory = sample(() => residentMiB(gateway.pid), (seconds * 1000) / looks);
      await gateway.ask({ ...stream, events });
      const resident = memory.stop();
      const seen = await readers.ask({ kind: 'report', events: events * toEach, withinMs });
      const grown = residentMiB(gateway.pid) - before;
      const what = `${sockets * each} subscriptions on ${sockets} sockets over ${tags} tags, ${perSecond} events/s for ${seconds} s`;
      return [
        {
          name: 'events: p99',
          value: `${seen.p99.toFixed(1)} ms from append to client (median ${seen.median.toFixed(1)}), ${what}; ${grown.toFixed(0)} MiB more memory; against ${latestMs} ms`,
          ratio: seen.p99 / latestMs,
          target: 1,
        },
        {
          name: 'events: lost',
          value: `${seen.lost} lost and ${seen.outOfOrder} out of order of ${events * toEach} deliveries`,
          ratio: (seen.lost + seen.outOfOrder) / (events * toEach),
          target: 0,
        },
        plateau(resident, seconds),
      ];
    } finally {
      await readers.stop();
    }
  } finally {
    await gateway.stop();
  }
}

/** Whether memory grows no more: what the last third of the time took against the third before it. */
function plateau(resident: readonly number[], seconds: number): Row {
  const third = Math.floor(resident.length / 3);
  const [middle, end] = [median(resident.slice(third, 2 * third)), median(resident.slice(2 * third))];
  return {
    name: 'events: plateau',
    value: `${end.toFixed(0)} MiB resident in the last third of ${seconds} s against ${middle.toFixed(0)} MiB in the third before`,
    ratio: end / middle,
    target: seconds >= leastSeconds ? mostGrowth : undefined,
  };
}

/** One event for each tag, twice: the first ones may come before the last subscription is there, the others must be seen. */
async function warmUp(
  gateway: Child<true>,
  readers: Child<ReadersReport>,
  tags: number,
  toEach: number,
): Promise<void> {
  await gateway.ask({ events: tags, together: 1, everyMs: 2, tags });
  await readers.ask({ kind: 'report', events: tags * toEach, withinMs: 2_000 });
  await gateway.ask({ events: tags, together: 1, everyMs: 2, tags });
  const { received } = await readers.ask({ kind: 'report', events: tags * toEach, withinMs });
  if (received < tags * toEach) throw new Error(`${tags * toEach - received} subscriptions were not told anything`);
}
