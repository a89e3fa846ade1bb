import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startServer, type Recorded, type TestServer } from '../transport/support/server.ts';
import { canary, canaryToken, secretsIn } from './canary.ts';
import { expectHealed, expectOnlyC, names, startStand, wholeOf, type Stand } from './stand.ts';

/** A server that is not C's, and answers whatever it is asked with a token, a blob or a tag list of its own. */
let evil: TestServer;
let stand: Stand;
let answer: (request: Recorded) => {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: string | Uint8Array;
};

beforeEach(async () => {
  answer = () => ({ body: JSON.stringify({ token: canaryToken, name: 'x', tags: ['evil'] }) });
  evil = await startServer((request, response) => {
    const { status = 200, headers = {}, body } = answer(request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
});
afterEach(async () => {
  try {
    await stand.end();
  } finally {
    await evil.close();
  }
});

describe('a registry that sends us elsewhere for a token', () => {
  const realms: readonly (readonly [string, () => string])[] = [
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/iam/security-credentials/'],
    ['the metadata of a cloud, in IPv6', () => 'http://[fd00:ec2::254]/latest/meta-data/'],
    ['another port of loopback', () => `${evil.origin.origin}/token`],
    ['another port of loopback by its address', () => `http://127.0.0.1:${evil.origin.port}/token`],
    ['another port of loopback, as a number', () => `http://2130706433:${evil.origin.port}/token`],
    ['another port of loopback, in IPv6', () => `http://[::ffff:127.0.0.1]:${evil.origin.port}/token`],
    ['its own host on another port', () => `${stand.c.url.replace(/\d+$/, evil.origin.port)}/token`],
    ['itself, with a user of its choice', () => `${stand.c.url.replace('//', '//someone:else@')}/token`],
    [
      'a look-alike of itself',
      () => `${stand.c.url.replace('//', '//127.0.0.1@')}@localhost:${evil.origin.port}/token`,
    ],
    ['a host that only begins like it', () => `http://${new URL(stand.c.url).hostname}.evil.invalid/token`],
    ['another server over https', () => `https://localhost:${evil.origin.port}/token`],
  ];
  it.each(realms)('U01: is not believed when it says %s, and nobody there hears of us', async (_, realm) => {
    stand = await startStand({ recorders: [evil] });
    stand.c.fail(() => ({ kind: 'challenge', challenge: `Bearer realm="${realm()}",service="registry"` }));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAUTHORIZED');
    expect(evil.connections()).toBe(0);
    expect(secretsIn(JSON.stringify(stand.c.requests))).toEqual([]);
    await expectHealed(stand);
  });

  it('U01: is believed where the configuration names the place, and the credential goes there alone', async () => {
    stand = await startStand({ entry: { tokenRealms: [evil.origin.origin] } });
    stand.c.fail(({ headers }) =>
      headers.authorization === `Bearer ${canaryToken}`
        ? undefined
        : { kind: 'challenge', challenge: `Bearer realm="${evil.origin.href}token",service="registry"` },
    );
    // The sample registry wants its own kind of credential; that the token came to it is what matters here.
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAUTHORIZED');
    const basic = `Basic ${Buffer.from(`${canary.username}:${canary.password}`).toString('base64')}`;
    expect(evil.requests[0]?.headers.authorization).toBe(basic);
    expect(stand.c.requests.some(({ headers }) => headers.authorization === `Bearer ${canaryToken}`)).toBe(true);
    expect(
      stand.c.requests.some(({ headers }) => headers.authorization === basic && headers.host !== stand.c.host),
    ).toBe(false);
  });
});

describe('a registry that redirects', () => {
  const isBlob = (path: string): boolean => path.includes('/blobs/');
  const blobs = (location: () => string) => (request: { readonly path: string }) =>
    isBlob(request.path) ? ({ kind: 'redirect', location: location() } as const) : undefined;

  it('U02: to a host that the configuration names is followed, with nothing that is a secret', async () => {
    stand = await startStand({ recorders: [evil], entry: { redirectHosts: [evil.pair] } });
    answer = ({ url }) => ({
      headers: { 'set-cookie': 'session=x' },
      body: stand.c.store.blob('team/app', url.slice(1)) ?? '',
    });
    stand.c.fail(({ path }) =>
      isBlob(path) ? { kind: 'redirect', location: `${evil.origin.href}${path.split('/').at(-1) ?? ''}` } : undefined,
    );
    const { data, errors } = await stand.askAll();
    expect(errors).toEqual([]);
    expect(data).toEqual({ a: wholeOf('a'), b: wholeOf('b'), c: wholeOf('c') });
    expect(Object.keys(evil.requests[0]?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it('U02: to a host that the configuration names must still serve what the digest says', async () => {
    stand = await startStand({ recorders: [evil], entry: { redirectHosts: [evil.pair] } });
    stand.c.fail(blobs(() => evil.origin.href));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_DIGEST_MISMATCH');
    await expectHealed(stand);
  });

  it('U02: to a host that wants a credential gets none', async () => {
    stand = await startStand({ recorders: [evil], entry: { redirectHosts: [evil.pair] } });
    answer = () => ({ status: 401, headers: { 'www-authenticate': 'Basic realm="give"' }, body: '' });
    stand.c.fail(blobs(() => evil.origin.href));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_UNAUTHORIZED');
    expect(evil.requests).toHaveLength(1);
    await expectHealed(stand);
  });

  const refused: readonly (readonly [string, () => string])[] = [
    ['a private host', () => evil.origin.href],
    ['loopback by its address', () => `http://127.0.0.1:${evil.origin.port}/`],
    ['loopback over https', () => `https://localhost:${evil.origin.port}/`],
    ['loopback without a scheme', () => `//localhost:${evil.origin.port}/`],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/'],
    ['the metadata of a cloud over https', () => 'https://169.254.169.254/latest/'],
    ['a host with a user', () => `http://user:password@localhost:${evil.origin.port}/`],
    ['a file', () => 'file:///etc/passwd'],
    ['data', () => 'data:application/json,{}'],
    ['no URL at all', () => 'http://['],
    ['nowhere', () => ''],
  ];
  it.each(refused)('U02: to %s is not followed', async (_, location) => {
    stand = await startStand({ recorders: [evil] });
    stand.c.fail(blobs(location));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_REDIRECT_REFUSED');
    expect(evil.connections()).toBe(0);
    await expectHealed(stand);
  });

  it('U02: for ever is followed three times at most', async () => {
    stand = await startStand();
    let hops = 0;
    stand.c.fail(({ path }) =>
      path.includes('/blobs/') || path.startsWith('/hop')
        ? { kind: 'redirect', location: `/hop${(hops += 1)}` }
        : undefined,
    );
    expectOnlyC(await stand.askAll(), 'UPSTREAM_REDIRECT_REFUSED');
    expect(hops).toBe(4);
    await expectHealed(stand);
  });

  it('U02: in a circle is followed once', async () => {
    stand = await startStand();
    stand.c.fail(({ path }) => (isBlob(path) ? { kind: 'redirect', location: path } : undefined));
    expectOnlyC(await stand.askAll(), 'UPSTREAM_REDIRECT_REFUSED');
    expect(stand.c.lines().filter((line) => line.includes('/blobs/'))).toHaveLength(1);
    await expectHealed(stand);
  });
});

describe('a manifest that names other places', () => {
  it('U05: for its layers, configuration or images, is never taken there', async () => {
    stand = await startStand({ recorders: [evil] });
    const manifest = stand.c.store.manifest('team/app', '1');
    const urls = [`${evil.origin.href}layer`, 'http://169.254.169.254/'];
    const document = JSON.parse(Buffer.from(manifest?.bytes ?? []).toString()) as { config: object; layers: object[] };
    const foreign = {
      ...document,
      config: { ...document.config, urls },
      layers: document.layers.map((layer) => ({
        ...layer,
        urls,
        mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      })),
    };
    const { digest, mediaType, bytes } = stand.c.store.putManifest(
      'team/app',
      manifest?.mediaType ?? '',
      Buffer.from(JSON.stringify(foreign)),
    );
    const index = {
      schemaVersion: 2,
      manifests: [{ mediaType, digest, size: bytes.length, urls, platform: { os: 'linux', architecture: 'amd64' } }],
    };
    const listed = stand.c.store.putManifest(
      'team/app',
      'application/vnd.oci.image.index.v1+json',
      Buffer.from(JSON.stringify(index)),
    );
    stand.c.store.tag('team/app', 'foreign', listed.digest, 0);

    const { data, errors } = await stand.ask(
      `{ c: image(reference: "${names.c}/team/app:foreign") { platforms { name image { size layers { digest size command } referrers { digest } raw config { user labels { value } } } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data).toMatchObject({
      c: { platforms: [{ name: 'linux/amd64', image: { layers: [{}], config: { labels: [{ value: names.c }] } } }] },
    });
    expect(evil.connections()).toBe(0);
  });
});

describe('a registry at a private address', () => {
  it.each(['http://127.0.0.1', 'http://localhost', 'http://[::ffff:127.0.0.1]'])(
    'U06: is not connected to at %s unless the configuration says so for it',
    async (host) => {
      stand = await startStand({
        recorders: [evil],
        entry: { url: `${host}:${evil.origin.port}`, allowPrivateNetwork: false },
      });
      const { message } = expectOnlyC(await stand.askAll(), 'UPSTREAM_REDIRECT_REFUSED');
      expect(message).toContain('allowPrivateNetwork');
      expect(evil.connections()).toBe(0);
    },
  );
});
