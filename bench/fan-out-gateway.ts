import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { loadConfig } from '../src/config.ts';
import { startGateway } from '../src/gateway.ts';
import { createLog } from '../src/lib/log.ts';
import { openStore } from '../src/store/open-store.ts';
import { answerParent } from './child.ts';
import { appendOf } from './fan-out-event.ts';
import type { EventStream } from './readers.ts';

/**
 * The gateway whose fan-out is measured, with all that `serve` has, over a store in a folder. Asked a number, it appends so
 * many events together; asked for a stream of events, it appends those, each with the time at which it began in its reason.
 */
setFlagsFromString('--no-allocation-site-pretenuring');
const append = appendOf(0);
const folder = mkdtempSync(join(tmpdir(), 'tributary-fan-out-'));
process.once('SIGTERM', () => {
  // At once: nobody waits for sockets that are closed one after another.
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
const yaml = `server: { port: 0 }
access: { mode: open }
registries: [{ name: registry.example, kind: oci, watch: { repositories: ["team/app"] } }]
`;
const loaded = loadConfig(yaml, { file: join(folder, 'tributary.yaml'), env: {} });
if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('; '));
const store = await openStore({ url: `file:${folder}` });
const gateway = await startGateway(loaded.config, {
  env: {},
  home: undefined,
  log: createLog({ level: 'warn' }),
  userAgent: 'tributary-bench',
  openStore: () => Promise.resolve(store),
});
answerParent(Number(new URL(gateway.url).port), async (question) => {
  if (typeof question === 'object') await appendStream(question as EventStream);
  else await Promise.all(Array.from({ length: Number(question) }, () => store.change(append)));
  return true;
});

async function appendStream({ events, together, everyMs, tags }: EventStream): Promise<void> {
  const startedAt = performance.now();
  // Only those under way: what is kept of the others would be taken for the gateway's memory.
  const appends = new Set<Promise<unknown>>();
  for (let at = 0; at < events; at += 1) {
    const due = startedAt + Math.floor(at / together) * everyMs;
    if (at % together === 0) await sleep(Math.max(due - performance.now(), 0));
    const appending = store.change(appendOf(at % tags, String(process.hrtime.bigint())));
    appends.add(appending);
    void appending.finally(() => appends.delete(appending));
  }
  await Promise.all(appends);
}
