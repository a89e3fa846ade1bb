import { afterEach, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClusterGateway } from '../support/cluster-gateway.ts';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import { scrape } from '../support/metrics.ts';
import { registryEntry } from '../support/registry-entry.ts';
import { seed } from '../support/registry-seed.ts';
import { startTestGateway } from '../support/gateway.ts';
import { until } from '../support/stream-gateway.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

it('counts the events that this gateway committed, by what let it see them, and webhooks by what became of them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-metrics-'));
  ends.push(() => {
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'secret'), 'of the webhook');
  const registry = await createFaultyRegistry();
  ends.push(registry.close);
  const images = seed(registry.store);
  images.image('team/app', '1');
  const webhook = { format: 'docker-hub', secretFile: join(folder, 'secret') };
  const gateway = await startTestGateway(
    registryEntry(registry, { watch: { interval: '1h', repositories: ['team/*', 'team/app'] }, webhook }),
  );
  ends.push(gateway.stop);
  const tell = async (secret: string): Promise<number> => {
    const body = JSON.stringify({ repository: { repo_name: 'team/app' }, push_data: { tag: '1' } });
    const url = `${gateway.url}/webhooks/${registry.host}/${encodeURIComponent(secret)}`;
    const headers = { 'content-type': 'application/json' };
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  const committed = async (cause: string): Promise<number> =>
    (await scrape(gateway.url)).value(`tributary_events_committed_total{cause="${cause}"}`);

  // What is there when a repository is first seen is no change of anything.
  const watched = `{ tag(reference: "${registry.host}/team/app:1") { digest } }`;
  await until(async () => {
    const { extensions } = await gateway.ask(watched);
    return extensions?.cost.upstreamRequests === 0;
  }, 'the repository to be watched');
  expect(await committed('WEBHOOK')).toBe(0);
  images.image('team/app', '1', { labels: { build: '2' } });
  expect(await tell('of a stranger')).toBe(401);
  expect(await tell('of the webhook')).toBe(202);
  await until(async () => (await committed('WEBHOOK')) === 1, 'the change to be committed');
  const { value } = await scrape(gateway.url);
  const outcome = (name: string) => value(`tributary_webhooks_total{registry="${registry.host}",outcome="${name}"}`);
  expect({ stranger: outcome('stranger'), hints: outcome('hints') }).toEqual({ stranger: 1, hints: 1 });
});

it('says when a cluster last told anything', async () => {
  const before = Date.now() / 1000;
  const gateway = await startClusterGateway();
  ends.push(gateway.stop);
  const { value } = await scrape(gateway.url);
  const at = value('tributary_cluster_last_progress_timestamp_seconds{source="prod"}');
  expect(at).toBeGreaterThanOrEqual(before);
  expect(at).toBeLessThanOrEqual(Date.now() / 1000);
});
