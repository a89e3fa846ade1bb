import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaultyRegistry, type FaultyRegistry } from '../support/faulty-registry.ts';
import { bearer } from '../support/fake-callers.ts';
import { ask } from '../support/gateway.ts';
import { seed } from '../support/registry-seed.ts';
import { makeCertificates, type Certificates } from '../transport/support/certificates.ts';
import { startReloadStand, untilRetired, type ReloadStand } from './reload-stand.ts';
import { post } from './stand.ts';
import { holdTime, pass, releaseTime } from './time.ts';

/** Within this time a secret that was replaced is out of use, in milliseconds. */
const minute = 60_000;

let registry: FaultyRegistry;
let stand: ReloadStand;
let fileOf: (name: string, content: string) => string;

beforeEach(holdTime);

afterEach(async () => {
  await stand.stop();
  await registry.close();
  releaseTime();
});

const entry = (more: object) => ({
  ...{ name: 'registry.example', kind: 'oci', url: registry.url, allowPrivateNetwork: true },
  insecure: registry.url.startsWith('http:'),
  ...more,
});

/** Starts a gateway on a configuration that names files, and keeps what writes those. */
function start(config: () => object): Promise<ReloadStand> {
  return startReloadStand((folder) => {
    fileOf = (name, content) => {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    };
    return config();
  });
}

const code = async (query: string): Promise<string | undefined> =>
  (await ask(stand.url, query)).errors?.[0]?.extensions.code;
const tags = (name: string): string =>
  `{ repository(reference: "registry.example/team/${name}") { tags { nodes { name } } } }`;

describe('a secret in a file that is replaced', () => {
  it('O04: is what a registry is logged in to with from then on, and the one before is not used again', async () => {
    const access = { kind: 'basic', username: 'robot', password: 'new-password' } as const;
    registry = await createFaultyRegistry({ access });
    for (const name of ['one', 'two']) seed(registry.store).image(`team/${name}`, '1');
    stand = await start(() => ({
      registries: [entry({ credentials: { username: 'robot', passwordFile: fileOf('password', 'old-password') } })],
    }));
    expect(await code(tags('one'))).toBe('UPSTREAM_UNAUTHORIZED');
    fileOf('password', 'new-password');
    pass(minute);
    const asked = registry.requests.length;
    expect(await code(tags('two'))).toBeUndefined();
    const sent = registry.requests.slice(asked).flatMap(({ headers }) => headers.authorization ?? []);
    expect(new Set(sent)).toEqual(new Set([`Basic ${Buffer.from('robot:new-password').toString('base64')}`]));
  });

  it('O04: is what webhooks have to prove from then on, and the one before proves nothing', async () => {
    registry = await createFaultyRegistry();
    stand = await start(() => ({
      registries: [entry({ webhook: { format: 'generic', secretFile: fileOf('hook', 'old-secret') } })],
    }));
    const hook = async (secret: string): Promise<number> => {
      const response = await fetch(`${stand.url}/webhooks/registry.example/${secret}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ repository: 'team/app', tag: '1' }),
      });
      await response.text();
      return response.status;
    };
    expect([await hook('old-secret'), await hook('new-secret')]).toEqual([202, 401]);
    fileOf('hook', 'new-secret');
    pass(minute);
    expect([await hook('old-secret'), await hook('new-secret')]).toEqual([401, 202]);
  });

  it('O04: is what callers have to show from then on, and the one before lets nobody in', async () => {
    registry = await createFaultyRegistry();
    const line = (token: string): string => `bot ${createHash('sha256').update(token).digest('hex')}\n`;
    stand = await start(() => ({
      access: { mode: 'policy', callers: [{ name: 'ci', kind: 'token', tokensFile: fileOf('tokens', line('old')) }] },
      registries: [entry({})],
    }));
    const shown = async (token: string): Promise<number> =>
      (await post(stand.url, { query: '{ registries { name } }' }, bearer(token))).status;
    expect([await shown('old'), await shown('new')]).toEqual([200, 401]);
    fileOf('tokens', line('new'));
    pass(minute);
    expect([await shown('old'), await shown('new')]).toEqual([401, 200]);
  });
});

describe('certificates of a registry that are replaced', () => {
  let certificates: Certificates;

  beforeAll(() => {
    certificates = makeCertificates();
  });

  it('O04: are what it is trusted by from the reload on, and those before are not', async () => {
    registry = await createFaultyRegistry({ tls: certificates.good, host: 'localhost' });
    for (const name of ['one', 'two', 'three']) seed(registry.store).image(`team/${name}`, '1');
    const config = () => ({ registries: [entry({ caFile: join(stand.folder, 'ca.pem') })] });
    stand = await start(() => ({ registries: [entry({ caFile: fileOf('ca.pem', certificates.otherCa) })] }));
    expect(await code(tags('one'))).toBe('UPSTREAM_TLS');

    const caFile = fileOf('ca.pem', certificates.ca);
    expect(await stand.reload(config(), [caFile])).toBe('in-force');
    expect(await code(tags('two'))).toBeUndefined();
    expect(stand.log.filter(({ message }) => message === 'configuration reloaded')).toMatchObject([
      { files: [caFile] },
    ]);

    fileOf('ca.pem', certificates.otherCa);
    await stand.reload(config(), [caFile]);
    expect(await code(tags('three'))).toBe('UPSTREAM_TLS');
    await untilRetired(stand, 2);
  });
});
