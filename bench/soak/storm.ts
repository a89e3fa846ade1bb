import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild, type Child } from '../child.ts';
import { quantile, type Row } from '../row.ts';
import { faultsIn, type Account } from './checker.ts';
import { readCommitted } from './committed.ts';
import { freePort, startMortalGateway } from './mortal-gateway.ts';
import type { StormAnswer, StormClient } from './storm-clients.ts';
import { startStormSources, type Asked, type StormSources } from './storm-sources.ts';

export interface StormOptions {
  /** The built `main.js`. */
  readonly main: string;
  readonly clients: number;
  /** Who they are: each has several clients, with one token. */
  readonly subjects: number;
  /** How long the calm lasts that a storm is set against, and a storm at least. */
  readonly calmMs: number;
  /** How often a tag of the registry and one of the cluster move, in milliseconds. */
  readonly everyMs: number;
  readonly seed: string;
  readonly say: (line: string) => void;
}

/** The limits: until all clients are told of events again, and how many more calls than in the calm are about as many. */
const most = { liveMs: 60_000, calls: 1.25 };
/** How long a calm must be to tell how much is asked in one, in milliseconds. */
const leastCalmMs = 20_000;

/**
 * All clients lose their connections at once, and come back with their cursors while tags move: first since the network
 * breaks, then since the gateway is killed and started again, and remembers nobody. Nothing may be lost, and who is asked about the callers is
 * asked once about each.
 */
export async function soakStorm(options: StormOptions): Promise<readonly Row[]> {
  const { main, subjects, seed } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tributary-storm-'));
  const port = await freePort();
  const sources = await startStormSources({ port, folder, subjects, seed });
  const gateway = await startMortalGateway(main, sources.configFile, port);
  const clients = await startChild('soak/storm-clients', [], (answer) => answer as StormAnswer);
  try {
    const url = `http://127.0.0.1:${port}`;
    await settle(url, sources);
    const rows = await putThrough(options, { url, sources, clients, kill: gateway.killAndRestart });
    const truth = sources.truth();
    const ends = new Map([...truth].map(([subject, were]) => [subject, were.at(-1) ?? null]));
    const { heard } = await clients.ask({ kind: 'end', truth: ends });
    await gateway.stop();
    const committed = await readCommitted(`file:${join(folder, 'store')}`);
    const account = { truth, committed, clients: accountsOf(clientsOf(options, sources), heard) };
    return [faultsRow(account, options.say), ...rows];
  } finally {
    await clients.stop();
    await gateway.stop();
    await sources.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Stage {
  readonly url: string;
  readonly sources: StormSources;
  readonly clients: Child<StormAnswer>;
  readonly kill: () => Promise<void>;
}

async function putThrough(options: StormOptions, { url, sources, clients, kill }: Stage): Promise<readonly Row[]> {
  const { calmMs, everyMs, subjects, say } = options;
  const after = await positionAt(url, sources);
  const moving = setInterval(sources.move, everyMs);
  try {
    const all = clientsOf(options, sources);
    const first = await clients.ask({
      ...{ kind: 'start', url: `${url.replace('http', 'ws')}/graphql`, after },
      clients: all.map((client) => ({ ...client })),
    });
    say(`${all.length} clients of ${subjects} subjects: ${timesOf(first.ms)}`);
    const calm = await during(sources, calmMs, () => Promise.resolve());
    const cut = await during(sources, calmMs, () => clients.ask({ kind: 'back', drops: true }));
    const killed = await during(sources, calmMs, async () => {
      const back = clients.ask({ kind: 'back', drops: false });
      await kill();
      return back;
    });
    return [
      liveRow('storm: cut', cut.done.ms),
      askedRow('storm: cut, callers', cut.asked, subjects),
      callsRow(calm, cut),
      liveRow('storm: killed', killed.done.ms),
      askedRow('storm: killed, callers', killed.asked, subjects),
    ];
  } finally {
    clearInterval(moving);
  }
}

/** The clients: those of one subject next to each other, each at another tag. */
function clientsOf({ clients, subjects }: StormOptions, sources: StormSources): readonly StormClient[] {
  return Array.from({ length: clients }, (_, index) => {
    const { token, field } = sources.subjects[index % subjects] ?? { token: '', field: 'tagEvents' };
    const watched = sources.watched[field];
    const { subject, filter } = watched[Math.floor(index / subjects) % watched.length] ?? { subject: '', filter: '{}' };
    return { name: `client ${index}`, field, filter, token, subject };
  });
}

interface During<Done> {
  readonly done: Done;
  readonly ms: number;
  readonly asked: Asked;
}

/** What is asked of others while something is done, and until at least so many milliseconds are over. */
async function during<Done>(sources: StormSources, ms: number, act: () => Promise<Done>): Promise<During<Done>> {
  const [before, begunAt] = [sources.asked(), performance.now()];
  const [done] = await Promise.all([act(), sleep(ms)]);
  const after = sources.asked();
  return {
    done,
    ms: performance.now() - begunAt,
    asked: {
      keys: after.keys - before.keys,
      tokenReviews: after.tokenReviews - before.tokenReviews,
      accessReviews: after.accessReviews - before.accessReviews,
      images: after.images - before.images,
    },
  };
}

function liveRow(name: string, ms: readonly number[]): Row {
  const longest = Math.max(...ms);
  const value = `${timesOf(ms)} until ${ms.length} clients are told of events again; against ${most.liveMs / 1000} s`;
  return { name, value, ratio: longest / most.liveMs, target: 1 };
}

function timesOf(ms: readonly number[]): string {
  const [half, all] = [quantile(ms, 0.5), Math.max(...ms)].map((time) => (time / 1000).toFixed(1));
  return `${half} s (half of them), ${all} s (all)`;
}

function askedRow(name: string, { keys, tokenReviews, accessReviews }: Asked, subjects: number): Row {
  // Each half of the subjects is known by one of the two.
  const most = Math.max(keys, tokenReviews, accessReviews) / Math.ceil(subjects / 2);
  const value = `${keys} requests for keys, ${tokenReviews} TokenReviews, ${accessReviews} SubjectAccessReviews, for ${Math.ceil(subjects / 2)} subjects of the issuer and as many of the cluster`;
  return { name, value, ratio: most, target: 1 };
}

function callsRow(calm: During<unknown>, storm: During<unknown>): Row {
  const perSecond = ({ asked, ms }: During<unknown>): number => (asked.images * 1000) / ms;
  return {
    name: 'storm: cut, upstream',
    value: `${perSecond(storm).toFixed(1)} requests/s to registry and cluster for ${(storm.ms / 1000).toFixed(0)} s against ${perSecond(calm).toFixed(1)}/s in the calm before`,
    ratio: perSecond(storm) / perSecond(calm),
    target: calm.ms >= leastCalmMs ? most.calls : undefined,
  };
}

function accountsOf(clients: readonly StormClient[], heard: StormAnswer['heard']): Account['clients'] {
  return clients.map(({ name, subject }, index) => ({
    name,
    covers: (other) => other === subject,
    subscriptions: heard[index] ?? [],
  }));
}

function faultsRow(account: Account, say: (line: string) => void): Row {
  const faults = faultsIn(account);
  for (const fault of faults.slice(0, 50)) say(fault);
  const deliveries = account.clients.reduce((sum, { subscriptions }) => sum + subscriptions.flat().length, 0);
  const connections = account.clients.reduce((sum, { subscriptions }) => sum + subscriptions.length, 0);
  const value = `${account.committed.length} events committed, ${account.clients.length} clients in ${connections} connections were told ${deliveries}: ${faults.length} faults`;
  return { name: 'storm: faults', value, ratio: faults.length, target: 0 };
}

/** Waits for the first look at every tag: what moves before it is no event. */
async function settle(url: string, sources: StormSources): Promise<void> {
  const until = performance.now() + 60_000;
  const looks = sources.watched.tagEvents.map(
    ({ subject }, index) => `t${index}: tag(reference: "${subject}") { freshness { state } }`,
  );
  const token = sources.subjects.find(({ field }) => field === 'tagEvents')?.token ?? '';
  while (performance.now() < until) {
    const found = await ask<Record<string, { freshness: { state: string } } | null>>(url, token, looks.join(' '));
    const isLooked = Object.values(found).every((tag) => tag?.freshness.state === 'LIVE');
    if (isLooked && sources.isFollowed()) return;
    await sleep(100);
  }
  throw new Error('the gateway has not looked at every tag');
}

async function positionAt(url: string, { subjects }: StormSources): Promise<string> {
  const { asOf } = await ask<{ readonly asOf: string }>(url, subjects[0]?.token ?? '', 'asOf');
  return asOf;
}

async function ask<Data>(url: string, token: string, selection: string): Promise<Data> {
  const answer = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: `{ ${selection} }` }),
  });
  const { data, errors } = (await answer.json()) as { readonly data: Data; readonly errors?: unknown };
  if (errors !== undefined) throw new Error(`the gateway answered ${JSON.stringify(errors)}`);
  return data;
}
