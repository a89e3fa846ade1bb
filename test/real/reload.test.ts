import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { startCommandLine, type CommandLine } from '../support/command-line.ts';
import { dataOf } from '../support/gateway.ts';
import { listen, type Told } from '../support/listener.ts';
import { startSharedRegistry, type SharedRegistry } from '../support/shared-registry.ts';
import { until } from '../support/stream-gateway.ts';

let registry: SharedRegistry;
let folder: string;
let file: string;
let gateway: CommandLine;

beforeEach(async () => {
  registry = await startSharedRegistry();
  folder = mkdtempSync(join(tmpdir(), 'tributary-reload-'));
  file = join(folder, 'tributary.yaml');
  configure({});
  gateway = startCommandLine(['serve', '--config', file]);
});

afterEach(async () => {
  gateway.kill('SIGKILL');
  await gateway.ended;
  await registry.close();
  rmSync(folder, { recursive: true });
});

/** Replaces the configuration by another file, as editors and Kubernetes do. */
function configure(keys: object): void {
  const watched = { watch: { interval: '1s', repositories: ['team/*'] } };
  const reached = { kind: 'oci', url: registry.url, insecure: true, allowPrivateNetwork: true };
  const config = {
    server: { port: 0 },
    access: { mode: 'open' },
    limits: { drain: '500ms' },
    registries: [{ name: 'registry.example', ...reached, ...watched }],
    ...keys,
  };
  writeFileSync(`${file}.next`, stringify(config));
  renameSync(`${file}.next`, file);
}

/** The lines of the log with a message. */
function logged(message: string): readonly Readonly<Record<string, unknown>>[] {
  const lines = gateway.written.stderr.split('\n').slice(0, -1);
  return lines
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
    .filter((line) => line['message'] === message);
}

async function served(): Promise<string> {
  await until(() => logged('serving').length === 1, 'the gateway to serve');
  const url = String(logged('serving')[0]?.['url']);
  await until(async () => {
    const { tag } = await dataOf(url, '{ tag(reference: "registry.example/team/app:latest") { freshness { state } } }');
    return JSON.stringify(tag).includes('LIVE');
  }, 'the repository to be watched');
  return url;
}

/** A subscription that is begun again from the last cursor whenever the gateway ends the connection. */
interface Follower {
  readonly told: () => readonly Told[];
  /** What the connections were closed with. */
  readonly codes: readonly unknown[];
  readonly end: () => Promise<void>;
}

function follow(url: string, from: string): Follower {
  const before: Told[] = [];
  const codes: unknown[] = [];
  let listener = listen(url, 'tagEvents', from);
  const following = goOn();

  async function goOn(): Promise<void> {
    for (let end = await listener.ended; end !== undefined; end = await listener.ended) {
      codes.push(typeof end === 'object' && end !== null && 'code' in end ? end.code : end);
      before.push(...listener.told);
      listener = listen(url, 'tagEvents', before.at(-1)?.cursor ?? from);
    }
  }

  return {
    told: () => [...before, ...listener.told],
    codes,
    end: async () => {
      await listener.close();
      await following;
    },
  };
}

it('O04: a gateway that is told by SIGHUP of another configuration takes it over, and subscribers lose nothing by it', async () => {
  registry.move('team/app', 'latest', 'zero');
  const url = await served();
  const { asOf } = (await dataOf(url, '{ asOf }')) as { readonly asOf: string };
  const follower = follow(url, asOf);
  const moves: string[] = [];
  for (let round = 1; round <= 6; round += 1) {
    configure({ limits: { drain: '500ms', depth: 5 + round } });
    moves.push(registry.move('team/app', 'latest', `content ${round}`));
    gateway.kill('SIGHUP');
    await until(() => logged('configuration reloaded').length === round, `reload ${round}`);
    await until(() => follower.told().some(({ digest }) => digest === moves.at(-1)), `event ${round}`);
  }
  await follower.end();
  expect(follower.codes.length).toBeGreaterThan(0);
  expect(new Set(follower.codes)).toEqual(new Set([1012]));
  expect([...new Set(follower.told().map(({ digest }) => digest))]).toEqual(moves);
  const revisions = follower.told().map(({ revision }) => revision ?? 0);
  expect(revisions).toEqual([...revisions].sort((one, other) => one - other));
  expect(logged('configuration reloaded')[0]).toMatchObject({ keys: ['limits.depth'] });

  gateway.kill('SIGTERM');
  expect(await gateway.ended).toBe(0);
}, 120_000);

it('O04: a gateway sees by itself within seconds that its configuration is another, and keeps the old one where it is broken', async () => {
  registry.move('team/app', 'latest', 'zero');
  const url = await served();
  writeFileSync(file, 'access: { mode: opn }\n');
  const refused = 'the configuration is not taken over: the one before stays in force';
  await until(() => logged(refused).length === 1, 'the broken one to be refused', 20_000);
  expect(gateway.written.stderr).toContain('"path":"access.mode"');
  expect(await dataOf(url, '{ registries { name } }')).toEqual({ registries: [{ name: 'registry.example' }] });

  configure({ registries: [] });
  await until(() => logged('configuration reloaded').length === 1, 'the good one to be taken over', 20_000);
  expect(await dataOf(url, '{ registries { name } }')).toEqual({ registries: [] });
  expect(logged('configuration reloaded')[0]).toMatchObject({ registries: { removed: ['registry.example'] } });
}, 60_000);
