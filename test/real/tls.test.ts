import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { expectImageAgrees } from '../support/agreement.ts';
import { createAuthority, type Authority } from '../support/certificates.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { startTestGateway } from '../support/gateway.ts';
import { imageOf } from '../support/image-answer.ts';
import { pushImage } from '../support/pushed-images.ts';
import { registryEntry } from '../support/registry-entry.ts';
import type { RegistryAccess } from '../support/skopeo.ts';

let authority: Authority;
let other: Authority;
let registry: DockerRegistry;
let access: RegistryAccess;
let certDir: string;

beforeAll(async () => {
  authority = createAuthority();
  other = createAuthority('Another authority');
  registry = await startDockerRegistry({ tls: authority.issue(['127.0.0.1']) });
  certDir = mkdtempSync(join(tmpdir(), 'tributary-tls-'));
  copyFileSync(authority.caFile, join(certDir, 'ca.crt'));
  access = { host: registry.host, certDir };
  await pushImage(access, 'team/app', '1');
}, 30_000);

afterAll(async () => {
  await registry.stop();
  authority.remove();
  other.remove();
  rmSync(certDir, { recursive: true, force: true });
});

it('reads a registry whose certificate is of the authority in caFile, as skopeo does', async () => {
  const gateway = await startTestGateway(registryEntry(registry, { caFile: authority.caFile }));
  try {
    const answer = await imageOf(gateway, `${registry.host}/team/app:1`);
    await expectImageAgrees({ access, repository: 'team/app', registry: registry.host }, answer!);
  } finally {
    await gateway.stop();
  }
});

it.each([
  { trust: 'without caFile', more: () => ({}) },
  { trust: 'with the caFile of another authority', more: () => ({ caFile: other.caFile }) },
  { trust: 'without caFile, though plain http were allowed', more: () => ({ insecure: true }) },
])('refuses its certificate with UPSTREAM_TLS $trust', async ({ more }) => {
  const gateway = await startTestGateway(registryEntry(registry, more()));
  try {
    const answer = await gateway.ask(`{ image(reference: "${registry.host}/team/app:1") { digest } }`);
    expect(answer.data).toEqual({ image: null });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TLS', registry: registry.host } }]);
  } finally {
    await gateway.stop();
  }
});
