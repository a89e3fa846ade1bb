import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureEvents } from '../events.ts';
import { formatRow, isMissed, type Row } from '../row.ts';
import { faultsIn } from './checker.ts';
import { soakHerd } from './herd.ts';
import { soakHotTag } from './hot-tag.ts';
import { soakMixed } from './mixed.ts';
import { soak } from './soak.ts';
import { soakStorm } from './storm.ts';

/**
 * `npm run soak -- [--only kill,events,mixed,storm,herd,hot-tag] [--seed S] [--quick]`; of `kill`, which is what runs where nothing else is
 * named, `[--rounds 200] [--store postgres://…] [--gateways 2]`; of `mixed`, `events` and `hot-tag` `[--minutes N]`, by default 90, 10
 * and 1; of `storm`, `herd` and `hot-tag` `[--clients N]`. README.md tells what they are.
 */
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: 'kill' },
    seed: { type: 'string', default: String(Date.now()) },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    clients: { type: 'string' },
    rounds: { type: 'string' },
    store: { type: 'string' },
    gateways: { type: 'string', default: '1' },
  },
});
const { seed, quick } = values;
const main = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const say = (line: string): void => {
  console.log(line);
};

const soaks: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  kill: soakKills,
  events: () =>
    measureEvents({
      subscriptions: quick ? 200 : 5_000,
      tags: quick ? 20 : 500,
      perSecond: 100,
      seconds: quick ? 2 : Number(values.minutes ?? '10') * 60,
    }),
  mixed: () => soakMixed({ main, minutes: Number(values.minutes ?? (quick ? '0.5' : '90')), seed, say }),
  storm: () =>
    soakStorm({
      ...{ main, seed, say },
      clients: Number(values.clients ?? (quick ? '200' : '5000')),
      subjects: quick ? 20 : 500,
      calmMs: quick ? 1_000 : 30_000,
      everyMs: quick ? 100 : 250,
    }),
  herd: () =>
    soakHerd({
      main,
      same: Number(values.clients ?? (quick ? '100' : '1000')),
      dearest: quick ? 3 : 50,
      tags: quick ? 10 : 100,
    }),
  'hot-tag': () =>
    soakHotTag({
      ...{ main, seed },
      subscribers: Number(values.clients ?? (quick ? '50' : '1000')),
      perSecond: 1_000,
      seconds: quick ? 4 : Number(values.minutes ?? '1') * 60,
    }),
};

const wanted = values.only.split(',');
const unknown = wanted.filter((name) => !Object.hasOwn(soaks, name));
if (unknown.length > 0)
  throw new Error(`--only takes ${Object.keys(soaks).join(', ')}; there is no ${unknown.join(', ')}`);
say(`seed ${seed}`);
for (const name of wanted) {
  for (const row of (await soaks[name]?.()) ?? []) {
    say(formatRow(row));
    if (isMissed(row)) process.exitCode = 1;
  }
}

async function soakKills(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-soak-store-'));
  const rounds = Number(values.rounds ?? (quick ? '8' : '200'));
  const storeUrl = values.store ?? `file:${folder}`;
  say(`${rounds} rounds, ${values.store === undefined ? 'SQLite' : 'PostgreSQL'}`);
  try {
    const account = await soak({ main, storeUrl, rounds, seed, gateways: Number(values.gateways), say });
    const faults = faultsIn(account);
    for (const fault of faults.slice(0, 50)) say(fault);
    const { committed, clients } = account;
    const connections = clients.reduce((sum, { subscriptions }) => sum + subscriptions.length, 0);
    const value = `${rounds} kills, ${committed.length} events committed, ${clients.length} clients in ${connections} connections: ${faults.length} faults`;
    return [{ name: 'kill: faults', value, ratio: faults.length, target: 0 }];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
