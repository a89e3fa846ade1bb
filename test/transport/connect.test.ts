import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Lookup } from '../../src/transport/options.ts';
import type { RegistryTransportOptions } from '../../src/transport/registry-transport.ts';
import { makeCertificates, type Certificate, type Certificates } from './support/certificates.ts';
import { failureOf } from './support/exchange.ts';
import { startProxy } from './support/proxy.ts';
import { startServer, type TestServer } from './support/server.ts';
import { stackTo, type Closing } from './support/stack.ts';

const closing: Closing = { closers: [] };
afterEach(async () => {
  for (const close of closing.closers.splice(0)) await close();
});

async function serve(tls?: Certificate): Promise<TestServer> {
  const server = await startServer((_request, response) => response.end('ok'), tls);
  closing.closers.push(server.close);
  return server;
}

describe('U06: addresses at connect time', () => {
  const answers = (...rounds: readonly (readonly string[])[]): Lookup & { rounds(): number } => {
    let round = 0;
    const lookup: Lookup = () => {
      const addresses = rounds[Math.min(round, rounds.length - 1)] ?? [];
      round += 1;
      return Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    };
    return Object.assign(lookup, { rounds: () => round });
  };

  it.each([
    ['loopback', ['127.0.0.1']],
    ['a private network', ['10.0.0.1']],
    ['metadata in disguise', ['::ffff:169.254.169.254']],
    ['one private address among public ones', ['203.0.114.1', 'fd00::1']],
  ])('refuse a name that means %s', async (_what, addresses) => {
    const server = await serve();
    const origin = new URL(`http://registry.test:${server.origin.port}`);
    const { send } = stackTo(closing, { origin }, { lookup: answers(addresses), allowPrivateNetwork: false });
    const failure = await failureOf(send('/'), 'UPSTREAM_REDIRECT_REFUSED');
    expect(failure.message).toContain(origin.host);
    expect(server.connections()).toBe(0);
  });

  it('are those that are connected to: a name that changes is refused when it does', async () => {
    const server = await serve();
    const origin = new URL(`http://registry.test:${server.origin.port}`);
    const lookup = answers(['127.0.0.1'], ['169.254.169.254'], ['::ffff:169.254.169.254']);
    const { send } = stackTo(closing, { origin }, { lookup });
    // Allowed to be private, so that the first answer can be connected to here; link-local is allowed to nobody.
    expect((await send('/')).status).toBe(200);
    await server.close();
    await failureOf(send('/'), 'UPSTREAM_REDIRECT_REFUSED');
    await failureOf(send('/'), 'UPSTREAM_REDIRECT_REFUSED');
    expect(lookup.rounds()).toBe(3);
    expect(server.requests).toHaveLength(1);
  });

  it('private ones take `allowPrivateNetwork`, for this host and port alone', async () => {
    const server = await serve();
    const refused = stackTo(closing, server, { allowPrivateNetwork: false });
    expect((await failureOf(refused.send('/'), 'UPSTREAM_REDIRECT_REFUSED')).message).toContain('allowPrivateNetwork');
    expect((await stackTo(closing, server).send('/')).status).toBe(200);
    expect(refused.state()).toMatchObject({ status: 'DOWN', lastError: { code: 'UPSTREAM_REDIRECT_REFUSED' } });
  });

  it.each([
    'http://127.0.0.1:1',
    'http://[::1]:1',
    'http://[::ffff:7f00:1]:1',
    'http://10.0.0.1',
    'http://2130706433:1',
  ])('literal %s is checked too', async (url) => {
    const { send } = stackTo(closing, { origin: new URL(url) }, { allowPrivateNetwork: false });
    await failureOf(send('/'), 'UPSTREAM_REDIRECT_REFUSED');
  });

  it.each(['http://169.254.169.254', 'http://0.0.0.0:1', 'http://[fe80::1]'])(
    'literal %s is refused even where private ones are allowed',
    async (url) => {
      const { send } = stackTo(closing, { origin: new URL(url) });
      await failureOf(send('/'), 'UPSTREAM_REDIRECT_REFUSED');
    },
  );

  it('literal ones are checked before a proxy is asked', async () => {
    const proxy = await serve();
    const { send } = stackTo(
      closing,
      { origin: new URL('http://169.254.169.254') },
      { proxy: { HTTP_PROXY: proxy.origin.href } },
    );
    await failureOf(send('/'), 'UPSTREAM_REDIRECT_REFUSED');
    expect(proxy.connections()).toBe(0);
  });
});

describe('plain http', () => {
  it('takes `insecure`', async () => {
    const server = await serve();
    expect(() => stackTo(closing, server, { insecure: false })).toThrow('insecure');
  });
});

describe('a proxy', () => {
  it('is used for all but what NO_PROXY names', async () => {
    const server = await serve();
    const proxy = await startProxy();
    closing.closers.push(proxy.close);
    const environment = { http_proxy: proxy.url, HTTP_PROXY: 'http://unused.invalid' };
    // A name that only the proxy knows; it leads all of them to the server.
    const origin = new URL(`http://registry.test:${server.origin.port}`);
    const proxied = stackTo(closing, { origin }, { proxy: environment, allowPrivateNetwork: false });
    expect((await proxied.send('/')).status).toBe(200);
    expect(proxy.targets).toEqual([origin.host]);
    const direct = stackTo(closing, server, { proxy: { ...environment, NO_PROXY: 'a.example,localhost' } });
    expect((await direct.send('/')).status).toBe(200);
    expect(proxy.targets).toHaveLength(1);
  });
});

describe('U13: certificates', () => {
  let certificates: Certificates;
  beforeAll(() => {
    certificates = makeCertificates();
  });

  const cases: readonly [
    string,
    keyof Pick<Certificates, 'good' | 'wrongHost' | 'expired' | 'selfSigned'>,
    'ca' | 'otherCa' | undefined,
    RegExp,
  ][] = [
    ['of an unknown authority', 'good', undefined, /unable to|UNABLE_TO/],
    ['of another authority', 'good', 'otherCa', /unable to|UNABLE_TO/],
    ['for another host', 'wrongHost', 'ca', /ALTNAME|does not match/],
    ['that has expired', 'expired', 'ca', /expired|EXPIRED/],
    ['that is self-signed', 'selfSigned', 'ca', /self.signed|SELF_SIGNED/],
  ];

  it.each(cases)('%s end in UPSTREAM_TLS with the reason, and nothing is sent', async (_what, name, ca, reason) => {
    const server = await serve(certificates[name]);
    const insecureToo: Partial<RegistryTransportOptions> = { insecure: true };
    const { send, state } = stackTo(closing, server, {
      ...insecureToo,
      ...(ca === undefined ? {} : { ca: certificates[ca] }),
    });
    const failure = await failureOf(send('/'), 'UPSTREAM_TLS');
    expect(failure.message).toMatch(reason);
    expect(failure.details).toEqual({ registry: 'registry.example' });
    expect(server.requests).toHaveLength(0);
    expect(server.connections()).toBe(1);
    expect(state().lastError?.code).toBe('UPSTREAM_TLS');
  });

  it('are verified whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    // Jest keeps the environment of the process from its tests, so the case above runs again in a process of its own.
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['scripts/jest.mjs', 'test/transport/connect', '-t', 'that is self-signed end in', '--selectProjects', 'fast'],
      { env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
    );
    expect(stderr).toMatch(/Tests: .* 1 passed/);
  }, 60_000);

  it('of the right authority are trusted for the registry that names it, and for no other', async () => {
    const server = await serve(certificates.good);
    expect((await stackTo(closing, server, { ca: certificates.ca }).send('/')).status).toBe(200);
    await failureOf(stackTo(closing, server).send('/'), 'UPSTREAM_TLS');
  });

  it('are asked for where a server speaks no TLS at all', async () => {
    const server = await serve();
    const origin = new URL(`https://${server.pair}`);
    await failureOf(stackTo(closing, { origin }).send('/'), 'UPSTREAM_TLS');
    expect(server.requests).toHaveLength(0);
  });
});
