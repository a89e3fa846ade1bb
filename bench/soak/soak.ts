import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './checker.ts';
import { readCommitted } from './committed.ts';
import { freePort, startMortalGateway, type MortalGateway } from './mortal-gateway.ts';
import { seeded, startMovingRegistry, type MovingRegistry } from './moving-registry.ts';
import { startSubscriber, type Subscriber } from './subscriber.ts';

export interface SoakOptions {
  /** The built `main.js`. */
  readonly main: string;
  /** `file:` and a folder, or `postgres://…`: an empty store. */
  readonly storeUrl: string;
  /** How often a gateway is killed. */
  readonly rounds: number;
  /** Says when and what; the same seed, the same course, as far as processes let it. */
  readonly seed: string;
  /** How many gateways share the store; more than one only with PostgreSQL. */
  readonly gateways: number;
  readonly say: (line: string) => void;
}

const registryName = 'registry.soak';
const repository = 'soak/app';
const tags = Array.from({ length: 10 }, (_, index) => `t${index}`);
/** Tags that an image stream follows under the same names. */
const followed = tags.slice(0, 3);
const movesPerSecond = 20;
const fields = ['tagEvents', 'imageStreamTagEvents'] as const;
const clientsPerField = 3;

/**
 * Tags of a registry move while gateways over it are killed at random instants and started again, and clients go on from
 * their cursors at whichever gateway there is. Answers all accounts of it once every client knows where every tag is.
 */
export async function soak({ main, storeUrl, rounds, seed, gateways: count, say }: SoakOptions): Promise<Account> {
  const random = seeded(seed);
  const folder = mkdtempSync(join(tmpdir(), 'tributary-soak-'));
  const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
  const registry = await startRegistry(folder, ports[0] ?? 0, random);
  const gateways: MortalGateway[] = [];
  const subscribers: Subscriber[] = [];
  try {
    for (const port of ports) {
      const file = join(folder, `${port}.yaml`);
      writeFileSync(file, configOf(port, registry.port, storeUrl, secretFileIn(folder)));
      gateways.push(await startMortalGateway(main, file, port));
    }
    const { asOf } = await pick(gateways, random).ask<{ asOf: string }>('{ asOf }');
    const anyUrl = (): string => `ws://127.0.0.1:${pick(ports, random)}/graphql`;
    for (const field of fields) {
      for (let index = 1; index <= clientsPerField; index += 1)
        subscribers.push(
          startSubscriber({
            name: `client ${index} of ${field}`,
            url: anyUrl,
            field,
            covers: (subject) => subject.startsWith(`${registryName}/`) === (field === 'tagEvents'),
            after: asOf,
          }),
        );
    }

    await settle(pick(gateways, random));
    const moving = setInterval(() => {
      registry.move();
    }, 1000 / movesPerSecond);
    try {
      for (let round = 1; round <= rounds; round += 1) {
        await sleep(100 + random() * 900);
        if (random() < 0.3) pick(subscribers, random).cut();
        await pick(gateways, random).killAndRestart();
        if (round % 20 === 0) say(`${round} of ${rounds} rounds`);
      }
    } finally {
      clearInterval(moving);
    }

    const truth = truthOf(registry);
    await arrival(subscribers, truth);
    await Promise.all([...subscribers, ...gateways].map((one) => one.stop()));
    return { truth, committed: await readCommitted(storeUrl), clients: subscribers.map(({ client }) => client()) };
  } finally {
    await Promise.allSettled([...subscribers, ...gateways].map((one) => one.stop()));
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startRegistry(folder: string, hookPort: number, random: () => number): Promise<MovingRegistry> {
  const secret = randomBytes(24);
  writeFileSync(secretFileIn(folder), `whsec_${secret.toString('base64')}`);
  const url = `http://127.0.0.1:${hookPort}/webhooks/${registryName}`;
  return startMovingRegistry({ repository, tags, random, webhook: { url, secret } });
}

function secretFileIn(folder: string): string {
  return join(folder, 'webhook-secret');
}

function configOf(port: number, registryPort: number, storeUrl: string, secretFile: string): string {
  return `server: { port: ${port} }
access: { mode: open }
writes: true
store: { url: "${storeUrl}" }
registries:
  - name: ${registryName}
    kind: oci
    url: http://127.0.0.1:${registryPort}
    insecure: true
    allowPrivateNetwork: true
    watch: { interval: 1s, repositories: [${repository}] }
    webhook: { format: generic, secretFile: "${secretFile}" }
streams: [{ name: local, kind: local, schedule: 5s }]
`;
}

/** Makes the image stream, and waits for the first look at every tag: what moves before it is no event. */
async function settle(gateway: MortalGateway): Promise<void> {
  for (const tag of followed) {
    const from = `{ kind: DOCKER_IMAGE, name: "${registryName}/${repository}:${tag}" }`;
    const input = `{ namespace: "soak", from: ${from}, to: ["app:${tag}"], scheduled: true }`;
    await gateway.ask(`mutation { tagImageStream(input: ${input}) { userErrors { message } imports { state } } }`);
  }
  const looks = tags.map(
    (tag) => `${tag}: tag(reference: "${registryName}/${repository}:${tag}") { freshness { state } }`,
  );
  await until('the first look at every tag', async () => {
    const found = await gateway.ask<Record<string, { freshness: { state: string } } | null>>(`{ ${looks.join(' ')} }`);
    return Object.values(found).every((tag) => tag?.freshness.state === 'LIVE');
  });
}

/** What every subject pointed at, the tags of the image stream included, which follow those of the registry. */
function truthOf({ truth }: MovingRegistry): Account['truth'] {
  const at = (tag: string): readonly string[] => truth.get(tag) ?? [];
  return new Map([
    ...tags.map((tag) => [`${registryName}/${repository}:${tag}`, at(tag)] as const),
    ...followed.map((tag) => [`local/soak/app:${tag}`, at(tag)] as const),
  ]);
}

async function arrival(subscribers: readonly Subscriber[], truth: Account['truth']): Promise<void> {
  await until('every client knows where every tag is', () => {
    const missing = subscribers.flatMap(({ client, latest }) =>
      [...truth].filter(
        ([subject, were]) => client().covers(subject) && were.length > 1 && latest(subject) !== were.at(-1),
      ),
    );
    return Promise.resolve(missing.length === 0);
  });
}

function pick<One>(many: readonly One[], random: () => number): One {
  const one = many[Math.floor(random() * many.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}

const patience = 60_000;

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
    await sleep(100);
  }
}
