import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../src/config.ts';
import { startGateway } from '../src/gateway.ts';
import { createLog } from '../src/lib/log.ts';
import { openStore } from '../src/store/open-store.ts';
import { answerParent } from './child.ts';
import { append } from './fan-out-event.ts';

/** The gateway whose fan-out is measured, with all that `serve` has, over a store in a folder. Asked a number, it appends so many events. */
const folder = mkdtempSync(join(tmpdir(), 'tributary-fan-out-'));
process.once('SIGTERM', () => {
  // At once: nobody waits for sockets that are closed one after another.
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
const yaml = `server: { port: 0 }
access: { mode: open }
registries: [{ name: registry.example, kind: oci, watch: { repositories: ["team/*"] } }]
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
answerParent(Number(new URL(gateway.url).port), async (count) => {
  const appends = Array.from({ length: Number(count) }, () => store.change(append));
  await Promise.all(appends);
  return true;
});
