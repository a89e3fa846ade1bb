import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { makeCertificates, type Certificate, type Certificates } from '../transport/support/certificates.ts';
import { startServer } from '../transport/support/server.ts';
import { secretsIn } from './canary.ts';
import { expectHealed, expectOnlyC, startStand, type Stand, type StandOptions } from './stand.ts';

describe('a registry over TLS', () => {
  let certificates: Certificates;
  let caFile: string;
  let otherCaFile: string;
  let stand: Stand;
  const folder = mkdtempSync(join(tmpdir(), 'tributary-ca-'));

  beforeAll(() => {
    certificates = makeCertificates();
    [caFile, otherCaFile] = [join(folder, 'ca.pem'), join(folder, 'other.pem')];
    writeFileSync(caFile, certificates.ca);
    writeFileSync(otherCaFile, certificates.otherCa);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  afterEach(() => stand.end());

  function standOver(tls: Certificate, entry: StandOptions['entry'] = {}): Promise<Stand> {
    return startStand({ c: { tls, host: 'localhost' }, entry });
  }

  const refused: readonly (readonly [string, RegExp, () => Certificate, () => StandOptions['entry']])[] = [
    ['is its own', /SELF_SIGNED/, () => certificates.selfSigned, () => ({ caFile })],
    ['has expired', /EXPIRED/, () => certificates.expired, () => ({ caFile })],
    ['is for another host', /ALTNAME/, () => certificates.wrongHost, () => ({ caFile })],
    ['is by an authority that nobody named', /UNABLE_TO/, () => certificates.good, () => ({})],
    [
      'is by another authority than the named one',
      /UNABLE_TO/,
      () => certificates.good,
      () => ({ caFile: otherCaFile }),
    ],
    [
      'has expired, though plain http is allowed',
      /EXPIRED/,
      () => certificates.expired,
      () => ({ caFile, insecure: true }),
    ],
  ];
  it.each(refused)(
    'U13: whose certificate %s is refused, and not asked in another way',
    async (_, reason, certificate, entry) => {
      stand = await standOver(certificate(), entry());
      expect(expectOnlyC(await stand.askAll(), 'UPSTREAM_TLS').message).toMatch(reason);
      expect(stand.c.requests).toEqual([]);
    },
  );

  it('U13: is trusted by the authority that is named for it, which is trusted for no other', async () => {
    const other = await startServer((_request, response) => response.end('{}'), certificates.good);
    try {
      stand = await standOver(certificates.good, { caFile, redirectHosts: [other.pair] });
      await expectHealed(stand);
      await stand.end();

      stand = await standOver(certificates.good);
      expectOnlyC(await stand.askAll(), 'UPSTREAM_TLS');
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('U13: that speaks no TLS at all is refused, and told nothing', async () => {
    const server = await startServer((_request, response) => response.end('{}'));
    try {
      stand = await startStand({ entry: { url: `https://${server.pair}`, insecure: true } });
      expectOnlyC(await stand.askAll(), 'UPSTREAM_TLS');
      expect(server.requests).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('U01: that sends us to its own host over plain http for a token is not believed', async () => {
    stand = await standOver(certificates.good, { caFile });
    const realm = stand.c.url.replace('https:', 'http:');
    stand.c.fail(() => ({ kind: 'challenge', challenge: `Bearer realm="${realm}/token",service="registry"` }));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAUTHORIZED');
    expect(secretsIn(JSON.stringify(stand.c.requests))).toEqual([]);
    await expectHealed(stand);
  });

  it('U02: that redirects to plain http is not followed, even to a host that is named', async () => {
    const plain = await startServer((_request, response) => response.end('{}'));
    try {
      stand = await startStand({
        c: { tls: certificates.good, host: 'localhost' },
        recorders: [plain],
        entry: { caFile, insecure: true, redirectHosts: [plain.pair] },
      });
      stand.c.fail(({ path }) =>
        path.includes('/blobs/') ? { kind: 'redirect', location: plain.origin.href } : undefined,
      );
      expectOnlyC(await stand.askAll(), 'UPSTREAM_REDIRECT_REFUSED');
      expect(plain.connections()).toBe(0);
      await expectHealed(stand);
    } finally {
      await plain.close();
    }
  });

  it('U13: is verified even where the environment of the process would have it otherwise, which also stops the start', async () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      stand = await standOver(certificates.selfSigned);
      expectOnlyC(await stand.askAll(), 'UPSTREAM_TLS');
    } finally {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
    }
    const loaded = loadConfig('access: { mode: open }', {
      file: 'tributary.yaml',
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
    });
    expect(loaded).toMatchObject({ kind: 'invalid', problems: [{ path: 'NODE_TLS_REJECT_UNAUTHORIZED' }] });
  });
});
