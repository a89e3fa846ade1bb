import { answerParent } from './child.ts';
import { subscriptionTo } from './fan-out-event.ts';
import { openMany, openPlainSocket } from './plain-socket.ts';
import type { ReadersQuestion, ReadersReport } from './readers.ts';
import { quantile } from './row.ts';

/** Readers that look at each event. Arguments: the port, sockets, subscriptions on each, and tags that those take turns at. */
const [port = 0, sockets = 0, each = 0, tags = 0] = process.argv.slice(2).map(Number);

/** The last revision of each subscription, by its id. */
const last = new Map<string, number>();
let latencies: number[] = [];
let gaps = 0;
let outOfOrder = 0;
let wake: () => void = () => undefined;

function take(message: Buffer): void {
  const text = message.toString('latin1');
  const [, id = ''] = /"id":"([^"]+)"/.exec(text) ?? [];
  const revision = Number(/"revision":(\d+)/.exec(text)?.[1]);
  const [, begun] = /"reason":"(\d+)"/.exec(text) ?? [];
  // A RESYNC, or an error: nothing that is counted as an event.
  if (begun === undefined) return;
  latencies.push(Number(process.hrtime.bigint() - BigInt(begun)) / 1e6);
  const before = last.get(id);
  if (before !== undefined && revision <= before) outOfOrder += 1;
  else {
    if (before !== undefined) gaps += revision - before - 1;
    last.set(id, revision);
  }
  wake();
}

const opened = await openMany(sockets, (socket) => {
  const queries = Array.from({ length: each }, (_, index) => subscriptionTo((socket * each + index) % tags));
  return openPlainSocket({ port, queries, take });
});

async function report(events: number, withinMs: number): Promise<ReadersReport> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, withinMs);
    wake = () => {
      if (latencies.length < events) return;
      clearTimeout(timer);
      resolve();
    };
    wake();
  });
  wake = () => undefined;
  const received = latencies.length;
  const lost = Math.max(gaps, events - received, 0);
  const answer = { received, lost, outOfOrder, median: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
  latencies = [];
  gaps = 0;
  outOfOrder = 0;
  return answer;
}

answerParent(0, async (asked) => {
  const question = asked as ReadersQuestion;
  if (question.kind === 'report') return report(question.events, question.withinMs);
  for (const socket of opened) socket.pause();
  return true;
});
