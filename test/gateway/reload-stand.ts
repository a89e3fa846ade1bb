import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadConfigFile } from '../../src/config.ts';
import { startGateway, type Gateway, type Reloaded } from '../../src/gateway.ts';
import { createLog } from '../../src/lib/log.ts';
import type { Store } from '../../src/store/store.ts';
import { outside } from '../support/gateway.ts';
import { until } from '../support/stream-gateway.ts';

/** A gateway whose configuration a test replaces. */
export interface ReloadStand {
  readonly url: string;
  readonly socketUrl: string;
  /** The folder of the configuration, for files that it names. */
  readonly folder: string;
  /** The lines of the log, from level `info` on. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  /** Writes another configuration, or any text, and reloads it; `files` are those that changed besides. */
  readonly reload: (config: object | string, files?: readonly string[]) => Promise<Reloaded>;
  /** The value of a metric, by its name with labels; `undefined` where there is none. */
  readonly metric: (name: string) => Promise<number | undefined>;
  readonly stop: Gateway['stop'];
}

/** What a request to `/metrics` shows; to be in `server.metrics.tokenFile` where not everybody may read them. */
export const metricsToken = 'token-that-metrics-are-read-with';
const readsMetrics = { authorization: `Bearer ${metricsToken}` };

const base = { server: { port: 0 }, access: { mode: 'open' }, store: { url: ':memory:' } };

/**
 * Starts a gateway on the keys of a configuration, over a store that a test may write to. Its folder is there before: `config`
 * may write files into it.
 */
export async function startReloadStand(config: (folder: string) => object, store?: Store): Promise<ReloadStand> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-reload-'));
  const file = join(folder, 'tributary.yaml');
  const write = (keys: object | string): void => {
    writeFileSync(file, typeof keys === 'string' ? keys : stringify({ ...base, ...keys }));
  };
  write(config(folder));
  const loaded = loadConfigFile(file);
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  const log: Readonly<Record<string, unknown>>[] = [];
  const destination = { write: (line: string) => log.push(JSON.parse(line) as Readonly<Record<string, unknown>>) };
  const gateway = await startGateway(loaded.config, {
    ...outside({}, []),
    log: createLog({ level: 'info', destination }),
    ...(store && { openStore: () => Promise.resolve(store) }),
  });
  const metric: ReloadStand['metric'] = async (name) => {
    const lines = (await (await fetch(`${gateway.url}/metrics`, { headers: readsMetrics })).text()).split('\n');
    const found = lines.find((line) => line.startsWith(`${name} `));
    return found === undefined ? undefined : Number(found.slice(name.length));
  };
  return {
    url: gateway.url,
    socketUrl: `${gateway.url.replace('http:', 'ws:')}/graphql`,
    folder,
    log,
    reload: (keys, files) => {
      write(keys);
      return gateway.reload(loadConfigFile(file), files);
    },
    metric,
    stop: async () => {
      await gateway.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Resolves when what was in force before a reload has ended. */
export async function untilRetired({ log }: ReloadStand, count = 1): Promise<void> {
  const ended = (): number => log.filter(({ message }) => message === 'what was configured before has ended').length;
  await until(() => ended() >= count, 'what was configured before to end');
}
