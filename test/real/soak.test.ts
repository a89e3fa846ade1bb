import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultsIn, type Account } from '../../bench/soak/checker.ts';
import { soak } from '../../bench/soak/soak.ts';
import { startPostgres, type Postgres } from '../support/postgres.ts';

/** The short form of `npm run soak`; the seed is that of the last failure, if there was one. */
const seed = process.env['TRIBUTARY_SOAK_SEED'] ?? 'as in ci';
const rounds = 8;
const main = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const say = (): void => undefined;

/** The account without one event at one client, as if it had been lost on the way. */
function withLoss(account: Account): Account {
  const [victim, ...others] = account.clients;
  if (victim === undefined) throw new Error('nobody listened');
  const lost = victim.subscriptions.flat().at(-1);
  const subscriptions = victim.subscriptions.map((heard) =>
    heard.filter((one) => JSON.stringify(one) !== JSON.stringify(lost)),
  );
  return { ...account, clients: [{ ...victim, subscriptions }, ...others] };
}

describe('F05: a gateway that is killed again and again while tags move', () => {
  let postgres: Postgres;
  const folder = mkdtempSync(join(tmpdir(), 'tributary-soak-test-'));

  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);

  afterAll(async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('loses no event of its SQLite store, and the judge sees one that is taken away', async () => {
    const account = await soak({ main, storeUrl: `file:${folder}`, rounds, seed, gateways: 1, say });
    expect(faultsIn(account)).toEqual([]);
    expect(account.committed.length).toBeGreaterThan(rounds);
    expect(faultsIn(withLoss(account))).toEqual([expect.stringContaining('never heard')]);
  }, 120_000);

  it('F07: loses none of PostgreSQL with two gateways, between which clients move', async () => {
    const storeUrl = await postgres.createDatabase();
    const account = await soak({ main, storeUrl, rounds, seed, gateways: 2, say });
    expect(faultsIn(account)).toEqual([]);
    expect(account.committed.length).toBeGreaterThan(rounds);
  }, 120_000);
});
