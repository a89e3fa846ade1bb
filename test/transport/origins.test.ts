import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificates, type Certificates } from './support/certificates.ts';
import { failureOf } from './support/exchange.ts';
import { startServer, type Handler, type TestServer } from './support/server.ts';
import { basicCanary, canaries, credentials, ok, scope, tokenRegistry } from './support/token-registry.ts';
import { stackTo, type Closing } from './support/stack.ts';

const closing: Closing = { closers: [] };
afterEach(async () => {
  for (const close of closing.closers.splice(0)) await close();
});

let certificates: Certificates;
beforeAll(() => {
  certificates = makeCertificates();
});

async function serve(handler: Handler, tls = false): Promise<TestServer> {
  const server = await startServer(handler, tls ? certificates.good : undefined);
  closing.closers.push(server.close);
  return server;
}

describe('U01: a token realm elsewhere', () => {
  const cases: readonly [string, (evil: TestServer) => string, boolean][] = [
    ['on another host', (evil) => `${evil.origin.href}token`, false],
    ['on another host, over TLS', (evil) => `${evil.origin.href}token`, true],
    ['on loopback by address', (evil) => `http://127.0.0.1:${evil.origin.port}/token`, false],
    ['with user information', (evil) => `http://user:pass@${evil.pair}/token`, false],
    ['on a metadata address', () => 'http://169.254.169.254/latest/meta-data/', false],
  ];

  it.each(cases)('%s is not connected to, and the credential stays here', async (_what, realm, evilTls) => {
    const evil = await serve(ok, evilTls);
    const server = await serve(
      tokenRegistry(ok, () => realm(evil)),
      true,
    );
    const { send } = stackTo(closing, server, { ca: certificates.ca, credentials });
    for (let count = 0; count < 2; count += 1) {
      const failure = await failureOf(send('/v2/a/manifests/1', { scope }), 'UPSTREAM_UNAUTHORIZED');
      expect(failure.message).toContain(new URL(realm(evil)).origin);
      for (const canary of canaries) expect(failure.message).not.toContain(canary);
    }
    expect(evil.connections()).toBe(0);
    for (const canary of canaries) expect(server.received()).not.toContain(canary);
  });

  it('on the right host but over http is not connected to either', async () => {
    const plain = await serve(ok);
    const server = await serve(
      tokenRegistry(ok, () => `http://localhost:${plain.origin.port}/token`),
      true,
    );
    await failureOf(
      stackTo(closing, server, { ca: certificates.ca, credentials }).send('/', { scope }),
      'UPSTREAM_UNAUTHORIZED',
    );
    expect(plain.connections()).toBe(0);
  });

  it('that is configured is given the credential, and the registry the token alone', async () => {
    const realm = await serve(
      tokenRegistry(ok, () => ''),
      true,
    );
    const server = await serve(
      tokenRegistry(ok, () => `${realm.origin.href}token`),
      true,
    );
    const { send } = stackTo(closing, server, { ca: certificates.ca, credentials, tokenRealms: [realm.origin.origin] });
    expect((await send('/', { scope })).status).toBe(200);
    expect(realm.requests.map(({ headers }) => headers.authorization)).toEqual([`Basic ${basicCanary}`]);
    expect(server.received()).not.toContain(basicCanary);
    expect(server.received()).not.toContain('canary');
  });

  it('is not reached by a redirect of the token endpoint', async () => {
    const evil = await serve(ok);
    const server = await serve((request, response) => {
      if (request.url.startsWith('/token')) return void response.writeHead(307, { location: evil.origin.href }).end();
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="/token"' }).end();
    });
    const { send } = stackTo(closing, server, { credentials, redirectHosts: [evil.pair] });
    await failureOf(send('/', { scope }), 'UPSTREAM_UNAUTHORIZED');
    expect(evil.connections()).toBe(0);
  });
});

describe('U02: a redirect', () => {
  function redirecting(location: () => string): Handler {
    return tokenRegistry(
      (_request, response) => void response.writeHead(307, { location: location() }).end(),
      () => '/token',
    );
  }
  const headers = { accept: 'a/b', cookie: 'canary', 'x-registry-auth': 'canary' };

  it('to another host takes no credential along', async () => {
    const storage = await serve(ok, true);
    const server = await serve(
      redirecting(() => `${storage.origin.href}blob?X-Amz-Signature=s`),
      true,
    );
    const { send } = stackTo(closing, server, { ca: certificates.ca, credentials, redirectHosts: [storage.pair] });
    const response = await send('/v2/a/blobs/x', { scope, headers });
    expect(response.url.pathname).toBe('/blob');
    expect(server.received()).toContain('Bearer secret-token');
    for (const canary of [...canaries, 'authorization', 'cookie', 'x-registry-auth'])
      expect(storage.received()).not.toContain(canary);
    expect(storage.requests[0]?.headers.accept).toBe('a/b');
  });

  it('to a private address is refused unless that is named, by name and by address', async () => {
    const storage = await serve(ok, true);
    for (const location of [
      storage.origin.href,
      `https://127.0.0.1:${storage.origin.port}/`,
      `https://[::1]:${storage.origin.port}/`,
    ]) {
      const server = await serve(
        redirecting(() => location),
        true,
      );
      const { send } = stackTo(closing, server, { ca: certificates.ca, credentials });
      const failure = await failureOf(send('/', { scope, headers }), 'UPSTREAM_REDIRECT_REFUSED');
      expect(failure.message).toContain('redirectHosts');
      expect(failure.message).toContain(new URL(location).host);
    }
    expect(storage.connections()).toBe(0);
  });

  it('to the private address of a token realm is refused too', async () => {
    const realm = await serve(ok, true);
    const server = await serve(
      redirecting(() => realm.origin.href),
      true,
    );
    const { send } = stackTo(closing, server, { ca: certificates.ca, credentials, tokenRealms: [realm.origin.origin] });
    await failureOf(send('/', { scope }), 'UPSTREAM_REDIRECT_REFUSED');
    expect(realm.connections()).toBe(0);
  });

  it('to http is refused', async () => {
    const storage = await serve(ok);
    const server = await serve(
      redirecting(() => storage.origin.href),
      true,
    );
    const { send } = stackTo(closing, server, { ca: certificates.ca, credentials, redirectHosts: [storage.pair] });
    await failureOf(send('/', { scope, headers }), 'UPSTREAM_REDIRECT_REFUSED');
    expect(storage.connections()).toBe(0);
  });

  it('in a loop of four is refused', async () => {
    let hop = 0;
    const server = await serve(
      redirecting(() => `/hop/${String((hop += 1) % 4)}`),
      true,
    );
    const { send } = stackTo(closing, server, { ca: certificates.ca, credentials });
    await failureOf(send('/hop/0', { scope }), 'UPSTREAM_REDIRECT_REFUSED');
    expect(hop).toBeLessThanOrEqual(4);
  });

  it('to another host that wants authentication gets none', async () => {
    const storage = await serve(
      (_request, response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
      true,
    );
    const server = await serve(
      redirecting(() => storage.origin.href),
      true,
    );
    const { send } = stackTo(closing, server, { ca: certificates.ca, credentials, redirectHosts: [storage.pair] });
    expect((await failureOf(send('/', { scope }), 'UPSTREAM_UNAUTHORIZED')).message).toContain('after a redirect');
    expect(storage.requests).toHaveLength(1);
    for (const canary of canaries) expect(storage.received()).not.toContain(canary);
  });
});
