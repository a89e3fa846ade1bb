import Database from 'libsql';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '../src/store/open-store.ts';
import { startGatewayProcess } from './gateway.ts';
import { median, range, type Row } from './row.ts';

export interface StartOptions {
  readonly tags: number;
  readonly events: number;
  readonly rounds: number;
}

const repositories = Array.from({ length: 100 }, (_, index) => `team/app-${index}`);

/** From spawn to `/readyz` with tags and events stored, against a store that is empty; in turns, a new process each time. */
export async function measureStart({ tags, events, rounds }: StartOptions): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-start-'));
  try {
    await fill(join(folder, 'full'), tags, events);
    // Once each before: what is read from disk is in memory then, for both.
    await timeStart(join(folder, 'full'));
    await timeStart(join(folder, 'first'));
    const full: number[] = [];
    const empty: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      full.push(await timeStart(join(folder, 'full')));
      empty.push(await timeStart(join(folder, `empty-${round}`)));
    }
    const ratios = full.map((ms, round) => ms / (empty[round] ?? Number.NaN));
    return {
      name: 'start: stored events',
      value: `${median(full).toFixed(0)} ms to ready with ${tags} tags and ${events} events stored against ${median(empty).toFixed(0)} ms with none (${rounds} rounds: ${range(ratios, 2)})`,
      ratio: median(ratios),
      target: 1.5,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The store's own tables, filled at once: by its port it would take a minute. */
async function fill(folder: string, tags: number, events: number): Promise<void> {
  const store = await openStore({ url: `file:${folder}` });
  await store.close();
  const database = new Database(join(folder, 'tributary.db'));
  const numbers = (count: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})`;
  const path = (i: string): string => `'team/app-' || (${i} % ${repositories.length})`;
  const now = Date.now();
  const [a, b] = ['a', 'b'].map((digit) => `'sha256:${digit.repeat(64)}'`);
  database.exec(`BEGIN;
    INSERT INTO tags (registry, repository, tag, digest, media_type, changed_at, missing_since, earlier)
      ${numbers(tags)} SELECT 'registry.example', ${path('i')}, 'v' || i, ${b}, NULL, ${now}, NULL, '[]' FROM n;
    INSERT INTO tag_revisions (subject, scope, path, tag, revision)
      ${numbers(tags)} SELECT 'TAG', 'registry.example', ${path('i')}, 'v' || i, ${events / tags} FROM n;
    INSERT INTO tag_events (sequence, observed_at, subject, scope, path, tag, revision, kind, digest, previous_digest, cause, coalesced, reason)
      ${numbers(events)} SELECT i + 1, ${now}, 'TAG', 'registry.example', ${path(`(i % ${tags})`)}, 'v' || (i % ${tags}),
        i / ${tags} + 1, 'MOVED', ${b}, ${a}, 'POLL', 0, NULL FROM n;
    UPDATE event_head SET head = ${events};
    COMMIT`);
  database.close();
}

/** Milliseconds. The registry is not there: what is told of it comes after the start. */
async function timeStart(folder: string): Promise<number> {
  const config = `server: { port: 0 }
access: { mode: open }
store: { url: ${JSON.stringify(`file:${folder}`)} }
registries:
  - name: registry.example
    kind: oci
    url: http://127.0.0.1:9
    insecure: true
    allowPrivateNetwork: true
    watch: { repositories: ${JSON.stringify(repositories)} }
`;
  const startedAt = performance.now();
  const gateway = await startGatewayProcess(config);
  const took = performance.now() - startedAt;
  await gateway.stop();
  return took;
}
