import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Outside } from '../../src/open-registries.ts';
import { openStore } from '../../src/store/open-store.ts';
import { parseDigest } from '../../src/domain/digest.ts';
import { moved, tagOf } from '../support/memory-log.ts';
import { seed } from '../support/registry-seed.ts';
import { connectSocket } from '../support/socket-client.ts';
import { until } from '../support/stream-gateway.ts';
import { startServer, type TestServer } from '../transport/support/server.ts';
import { name, shownIn, startCallersStand, type CallersStand } from './callers-registry-stand.ts';

/** A server that is not the registry, and answers whatever it is asked with a token. */
let other: TestServer;
let stand: CallersStand;
let digest: string;
let blob: () => Uint8Array | string;

beforeEach(async () => {
  blob = () => '{"token":"given-by-the-other"}';
  other = await startServer((_, response) => response.writeHead(200).end(blob()));
});
afterEach(async () => {
  try {
    await stand.end();
  } finally {
    await other.close();
  }
});

const imageAt = (reference: string): string =>
  `{ image(reference: "${name}/${reference}") { config { labels { value } } } }`;
const ofAlice = { image: { config: { labels: [{ value: 'alice' }] } } };

async function start(...options: Parameters<typeof startCallersStand>): Promise<void> {
  stand = await startCallersStand(...options);
  stand.grant(stand.alice, 'alpha/');
  ({ digest } = seed(stand.registry.store).image('alpha/app', '1', { labels: { of: 'alice' } }));
}

describe('the token of a caller', () => {
  it.each([
    ['as it is', {}],
    ['as a password', { credentials: { fromCallers: ['corp'], username: 'unused' } }],
  ])('U01: is shown to no token server that the configuration does not name, where it is sent %s', async (_, entry) => {
    await start({ entry });
    const challenge = `Bearer realm="${other.origin.href}token",service="registry"`;
    stand.registry.fail(() => ({ kind: 'challenge', challenge }));
    const { errors } = await stand.ask(stand.alice, imageAt('alpha/app:1'));
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAUTHORIZED' } }]);
    expect(other.connections()).toBe(0);
  });

  it('U01: is the password of the configured user at the token server that is named, whose tokens are each caller’s own', async () => {
    const credentials = { fromCallers: ['corp'], username: 'unused' };
    await start({ entry: { credentials, tokenRealms: [other.origin.origin] } });
    const basic = (token: string): string => `Basic ${Buffer.from(`unused:${token}`).toString('base64')}`;
    const challenge = `Bearer realm="${other.origin.href}token",service="registry"`;
    const accepts = 'Bearer given-by-the-other';
    stand.registry.fail(({ headers }) =>
      headers.authorization === accepts ? undefined : { kind: 'challenge', challenge },
    );
    for (const token of [stand.alice, stand.bob]) {
      const { data, upstream } = await stand.ask(token, imageAt('alpha/app:1'));
      expect(data).toEqual(ofAlice);
      expect(shownIn(upstream)).toEqual([undefined, accepts]);
    }
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([basic(stand.alice), basic(stand.bob)]);
    const { upstream } = await stand.ask(stand.bot, imageAt('alpha/app:1'));
    expect([shownIn(upstream), other.requests.at(-1)?.headers.authorization]).toEqual([
      [undefined, accepts],
      undefined,
    ]);
  });

  it('U02: does not go along where the registry redirects to', async () => {
    await start({ entry: { redirectHosts: [other.pair] } });
    blob = () => stand.registry.store.blob('alpha/app', other.requests.at(-1)?.url.slice(1) ?? '') ?? '';
    stand.registry.fail(({ path }) =>
      path.includes('/blobs/')
        ? { kind: 'redirect', location: `${other.origin.href}${path.split('/').at(-1) ?? ''}` }
        : undefined,
    );
    const { data } = await stand.ask(stand.alice, imageAt('alpha/app:1'));
    expect(data).toEqual(ofAlice);
    expect(other.requests).toHaveLength(1);
    expect(other.received()).not.toMatch(/authorization|cookie/i);
    expect(other.received()).not.toContain(stand.alice);
  });

  it('is not what anything is imported with: that is refused in words, and the registry is not asked', async () => {
    await start({ config: { writes: true, streams: [{ name: 'local', kind: 'local' }] } });
    const from = `from: { kind: DOCKER_IMAGE, name: "${name}/alpha/app:1" }`;
    const tag = `tagImageStream(input: { namespace: "shop", ${from}, to: ["web:prod"] })`;
    const bring = `importImageStream(input: { namespace: "shop", name: "web:prod", from: "${name}/alpha/app:1" })`;
    const bringAll = `importImageStream(input: { namespace: "shop", name: "web", from: "${name}/alpha/app", all: true })`;
    for (const [mutation, field] of [
      [tag, ['from', 'name']],
      [bring, ['from']],
      [bringAll, ['from']],
    ] as const) {
      const { data, errors, upstream } = await stand.ask(
        stand.alice,
        `mutation { done: ${mutation} { userErrors { code message field } } }`,
      );
      expect([errors, upstream]).toEqual([[], []]);
      expect(data).toEqual({
        done: {
          userErrors: [{ code: 'UNSUPPORTED', message: expect.stringContaining('credential of who asks'), field }],
        },
      });
    }
  });

  it('is not what the payload of a subscription is made with, which others are given too', async () => {
    const store = await openStore({ url: ':memory:' });
    const watched = { name: 'watched.example', kind: 'oci', url: 'http://127.0.0.1:1', insecure: true };
    await start({
      others: [{ ...watched, watch: { interval: '1h', repositories: ['team/*'] } }],
      change: (outside: Outside) => ({ ...outside, openStore: () => Promise.resolve(store) }),
    });
    const socket = await connectSocket(`${stand.gateway.url.replace('http', 'ws')}/graphql`);
    socket.say({ type: 'connection_init', payload: { authorization: `Bearer ${stand.alice}` } });
    await until(() => socket.messages.length > 0, 'the acknowledgement');
    socket.subscribe('1', 'subscription { tagEvents { subject { registry } image { config { labels { value } } } } }');
    const subject = tagOf('alpha/app', '1', name);
    const event = { ...moved(subject), digest: parseDigest(digest) };
    await store.change({
      ...(subject.kind === 'TAG' && { tags: [subject] }),
      decide: () => ({ result: undefined, events: [event] }),
    });
    const [message] = await socket.received('1', 1);
    expect(message?.payload).toMatchObject({
      data: { tagEvents: { subject: { registry: name }, image: null } },
      errors: [{ path: ['tagEvents', 'image'], extensions: { code: 'UPSTREAM_UNAUTHORIZED' } }],
    });
    await socket.close();
    const { requests } = stand.registry;
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(requests.map(() => undefined));
  });
});

describe('what is learnt of a registry from the traffic of all', () => {
  const health = `{ registry(name: "${name}") { url health { status lastError { code message } } rateLimit { resetsAt } } }`;

  it('is not spoiled by one who is refused again and again', async () => {
    await start();
    const tags = Array.from({ length: 40 }, (_, n) => `t${n}: image(reference: "${name}/alpha/none:${n}") { digest }`);
    await stand.ask(stand.bob, `{ ${tags.slice(0, 14).join(' ')} }`);
    await stand.ask(stand.bob, `{ ${tags.slice(14, 28).join(' ')} }`);
    expect((await stand.ask(stand.alice, imageAt('alpha/app:1'))).data).toEqual(ofAlice);
    expect((await stand.ask(stand.alice, health)).data).toEqual({
      registry: { url: stand.registry.url, health: { status: 'UP', lastError: null }, rateLimit: null },
    });
  });

  it('tells one caller nothing of what another asked for and failed', async () => {
    await start();
    stand.registry.fail(() => ({ kind: 'status', status: 503 }));
    const failed = await stand.ask(stand.alice, imageAt('alpha/app:1'));
    expect(failed.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    const [own, others] = [await stand.ask(stand.alice, health), await stand.ask(stand.bob, health)];
    expect(own.data).toMatchObject({ registry: { health: { lastError: { code: 'UPSTREAM_UNAVAILABLE' } } } });
    expect(others.data).toMatchObject({
      registry: { health: { status: expect.stringMatching(/DOWN|DEGRADED/), lastError: null } },
    });
  });

  it('leaves those alone who may still ask when one has asked too much', async () => {
    await start();
    const limited = `Bearer ${stand.bob}`;
    stand.grant(stand.bob, 'alpha/');
    stand.registry.fail(({ headers }) =>
      headers.authorization === limited ? { kind: 'rate-limited', retryAfter: '60' } : undefined,
    );
    const { errors } = await stand.ask(stand.bob, imageAt('alpha/app:1'));
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_RATE_LIMITED' } }]);
    expect((await stand.ask(stand.alice, imageAt('alpha/app:1'))).data).toEqual(ofAlice);
    expect((await stand.ask(stand.alice, health)).data).toMatchObject({ registry: { rateLimit: null } });
    const again = await stand.ask(stand.bob, imageAt('alpha/app:1'));
    expect([again.errors[0]?.extensions.code, again.upstream]).toEqual(['UPSTREAM_RATE_LIMITED', []]);
    expect((await stand.ask(stand.bob, health)).data).toMatchObject({
      registry: { rateLimit: { resetsAt: expect.any(String) } },
    });
  });
});
