import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultsIn } from './checker.ts';
import { soak } from './soak.ts';

/**
 * `npm run soak -- [--rounds 200] [--seed S] [--store postgres://…] [--gateways 2]`: by default SQLite in a folder of its
 * own. The database of `--store` must be empty.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now()) },
    store: { type: 'string' },
    gateways: { type: 'string', default: '1' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'tributary-soak-store-'));
const storeUrl = values.store ?? `file:${folder}`;
const rounds = Number(values.rounds);
console.log(`seed ${values.seed}, ${rounds} rounds, ${values.store === undefined ? 'SQLite' : 'PostgreSQL'}`);
try {
  const account = await soak({
    main: fileURLToPath(new URL('../../src/main.js', import.meta.url)),
    storeUrl,
    rounds,
    seed: values.seed,
    gateways: Number(values.gateways),
    say: (line) => {
      console.log(line);
    },
  });
  const faults = faultsIn(account);
  for (const fault of faults.slice(0, 50)) console.log(fault);
  const { committed, clients } = account;
  const connections = clients.reduce((sum, { subscriptions }) => sum + subscriptions.length, 0);
  console.log(
    `${rounds} kills, ${committed.length} events committed, ${clients.length} clients in ${connections} connections: ${faults.length} faults`,
  );
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
