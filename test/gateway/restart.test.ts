import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import { startTestGateway } from '../support/gateway.ts';
import { linuxAmd64, linuxArm64, seed } from '../support/registry-seed.ts';

const query = `{ image(reference: "a.example/team/app:1") {
  digest platforms { name image { config { labels { key value } } } }
} }`;

it('a gateway that is started again fetches nothing that it had, but asks whether it is still there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-restart-'));
  const registry = await createFaultyRegistry();
  seed(registry.store).multi('team/app', '1', [linuxAmd64, linuxArm64], { labels: { from: 'a' } });
  const yaml = stringify({
    cache: { folder },
    registries: [{ name: 'a.example', kind: 'oci', url: registry.url, insecure: true, allowPrivateNetwork: true }],
  });

  async function askNewGateway() {
    const from = registry.requests.length;
    const gateway = await startTestGateway(yaml);
    try {
      const data = await gateway.data(query);
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      const [, onDisk] = /^tributary_cache_disk_bytes (\d+)$/m.exec(metrics) ?? [];
      const asked = registry.lines(from).filter((line) => /manifests|blobs/.test(line));
      return { data, onDisk: Number(onDisk), asked, log: gateway.log };
    } finally {
      await gateway.stop();
    }
  }

  try {
    const first = await askNewGateway();
    const second = await askNewGateway();
    expect(second.data).toEqual(first.data);
    const gets = first.asked.filter((line) => line.startsWith('GET'));
    expect(gets).toHaveLength(5);
    const tag = 'HEAD /v2/team/app/manifests/1';
    expect(first.asked.toSorted()).toEqual([...gets, tag].toSorted());
    // The tag's own HEAD has shown already that the index is there.
    const index = (first.data['image'] as { readonly digest: string }).digest;
    const heads = gets.filter((line) => !line.endsWith(index)).map((line) => line.replace('GET', 'HEAD'));
    expect(second.asked.toSorted()).toEqual([...heads, tag].toSorted());
    expect(second.onDisk).toBeGreaterThan(10_000);
    expect([...first.log, ...second.log]).toEqual([]);
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true });
  }
});
