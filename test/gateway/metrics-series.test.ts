import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { bearer, createFakeCallers } from '../support/fake-callers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { scrape } from '../support/metrics.ts';
import { startStand, type Stand } from './stand.ts';

describe('the series of /metrics', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-series-'));
  const token = 'a-token-for-prometheus';
  let registry: Server;
  let gateway: TestGateway;

  afterEach(async () => {
    await gateway.stop();
    registry.closeAllConnections();
    registry.close();
    rmSync(folder, { recursive: true });
  });

  it('O07: are as many after 10,000 repositories, 1,000 subjects and 1,000 names of operations', async () => {
    let asked = 0;
    registry = createServer((_, response) => {
      asked += 1;
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const subjects = Array.from({ length: 1000 }, (_, index) => `subject${index}`);
    const callers = createFakeCallers(...subjects);
    writeFileSync(join(folder, 'token'), `${token}\n`);
    const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
    gateway = await startTestGateway(
      stringify({
        server: { port: 0, metrics: { tokenFile: join(folder, 'token') } },
        access: {
          mode: 'policy',
          callers: [{ name: 'test', kind: 'token', tokensFile: join(folder, 'token') }],
          rules: [{ users: ['**'], allow: ['get'], repositories: ['registry.example/team/**'] }],
        },
        registries: [{ name: 'registry.example', kind: 'oci', url, insecure: true, allowPrivateNetwork: true }],
      }),
      {},
      (outside) => ({ ...outside, openCallers: () => callers }),
    );

    /** Ten repositories that may be read, and one that may not. */
    async function ask(number: number): Promise<void> {
      const fields = Array.from(
        { length: 9 },
        (_, index) =>
          `f${index}: tag(reference: "registry.example/team/repository${number * 10 + index}:tag${number}") { digest }`,
      );
      const hidden = `hidden: tag(reference: "registry.example/hidden/repository${number * 10 + 9}") { digest }`;
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(subjects[number] ?? '') },
        body: JSON.stringify({ query: `query Operation${number} { ${fields.join(' ')} ${hidden} }` }),
      });
      expect(await response.json()).toMatchObject({ data: { f0: null, hidden: null } });
    }

    await ask(0);
    const before = await scrape(gateway.url, bearer(token));
    for (let number = 1; number < subjects.length; number += 20) {
      await Promise.all(subjects.slice(number, number + 20).map((_, index) => ask(number + index)));
    }
    const after = await scrape(gateway.url, bearer(token));
    expect(asked).toBe(9000);
    expect(after.value('tributary_graphql_operations_total{type="query",outcome="ok"}')).toBe(1000);
    expect(after.value('tributary_authz_decisions_total{decision="deny",decider="policy"}')).toBeGreaterThanOrEqual(
      1000,
    );
    expect(after.series).toEqual(before.series);
    expect(after.text).not.toMatch(/repository\d|tag\d|subject\d|Operation\d/);
  }, 120_000);
});

describe('the names of metrics', () => {
  let stand: Stand;
  afterEach(() => stand.end());

  it('O07: are as Prometheus wants them: base units, totals, few labels, and a help for each', async () => {
    stand = await startStand();
    await stand.askAll();
    const { text, series } = await scrape(stand.url);
    const types = [...text.matchAll(/^# TYPE (tributary_\S+) (\w+)$/gm)].map(([, name = '', type = '']) => ({
      name,
      type,
    }));
    expect(types.length).toBeGreaterThanOrEqual(24);
    for (const { name, type } of types) {
      expect(name).toMatch(/^[a-z_]+$/);
      expect(name).not.toMatch(/_(?:ms|milliseconds|minutes|kb|mb|kib|mib)(?:_|$)/);
      expect({ name, isTotal: name.endsWith('_total') }).toEqual({ name, isTotal: type === 'counter' });
      if (type === 'histogram') expect(name).toMatch(/_(?:seconds|points)$/);
      expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
    }
    const labels = new Set(series.flatMap((line) => [...line.matchAll(/([a-z_]+)="/g)].map(([, label]) => label)));
    expect([...labels].toSorted()).toEqual(['decider', 'decision', 'le', 'outcome', 'registry', 'type']);
  });
});
