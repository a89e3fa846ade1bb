import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificates, type Certificates } from './support/certificates.ts';
import { isGatewayError } from '../../src/domain/errors.ts';
import { createManualClock, settle } from './support/clock.ts';
import { createAsk, failureOf, registry, requestFor } from './support/exchange.ts';
import { startServer, until, type Handler, type TestServer } from './support/server.ts';
import { credentials, ok, scope, tokenRegistry } from './support/token-registry.ts';
import { stackTo, type Closing, type Stack } from './support/stack.ts';
import type { CredentialSource } from '../../src/transport/credentials/credential.ts';
import {
  createRegistryTransport,
  createSharedWay,
  type RegistryConnection,
  type RegistryTransportOptions,
} from '../../src/transport/registry-transport.ts';
import { createSecret } from '../../src/lib/secret.ts';

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

describe('the way to a registry', () => {
  it('fetches a token once, and sends it and the credential to the registry only', async () => {
    const server = await serve(
      tokenRegistry(ok, () => '/token'),
      true,
    );
    const { send, exchanges, state } = stackTo(closing, server, { ca: certificates.ca, credentials });
    const ask = createAsk();
    const responses = await Promise.all(Array.from({ length: 10 }, () => send('/v2/a/manifests/1', { scope, ask })));
    expect(responses.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(server.requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(1);
    expect(ask.cost.upstreamRequests).toBe(server.requests.length);
    expect(exchanges).toHaveLength(server.requests.length);
    expect(state()).toMatchObject({ status: 'UP', lastError: undefined, rateLimit: undefined });
  });

  it('is for one origin: another one, as a link may name it, is refused', async () => {
    const server = await serve(ok);
    const other = await serve(ok);
    const { transport, close } = createRegistryTransport({
      registry,
      origin: server.origin,
      insecure: true,
      allowPrivateNetwork: true,
    });
    closing.closers.unshift(close);
    await failureOf(transport(requestFor(new URL('/v2/', other.origin))), 'UPSTREAM_REDIRECT_REFUSED');
    await failureOf(transport(requestFor(`https://${server.pair}/`)), 'UPSTREAM_REDIRECT_REFUSED');
    expect(other.connections() + server.connections()).toBe(0);
  });

  it('knows the rate limit, and stops at 429 without touching another registry', async () => {
    const limited = await serve((_request, response, count) => {
      const headers = {
        'ratelimit-limit': '100;w=21600',
        'ratelimit-remaining': '1;w=21600',
        'docker-ratelimit-source': 'me',
      };
      response.writeHead(count === 1 ? 200 : 429, { ...headers, 'retry-after': '30' }).end();
    });
    const clock = createManualClock();
    const other = await serve(ok);
    const { send, state } = stackTo(closing, limited, { clock });
    await send('/');
    expect(state().rateLimit).toMatchObject({ limit: 100, remaining: 1, windowSeconds: 21_600, source: 'me' });
    await failureOf(send('/'), 'UPSTREAM_RATE_LIMITED');
    for (let count = 0; count < 5; count += 1) await failureOf(send('/', { method: 'HEAD' }), 'UPSTREAM_RATE_LIMITED');
    expect(limited.requests).toHaveLength(2);
    expect(state()).toMatchObject({
      status: 'DEGRADED',
      lastError: { code: 'UPSTREAM_RATE_LIMITED' },
      rateLimit: { resetsAt: clock.now() + 30_000 },
    });
    expect((await stackTo(closing, other, { clock }).send('/')).status).toBe(200);
  });

  it('ends 5xx in UPSTREAM_UNAVAILABLE after two more tries', async () => {
    const server = await serve((_request, response) => response.writeHead(503).end());
    const failure = await failureOf(stackTo(closing, server).send('/'), 'UPSTREAM_UNAVAILABLE');
    expect(failure.details).toEqual({ registry, status: 503 });
    expect(server.requests).toHaveLength(3);
  });

  it('counts redirects, retries and tokens as requests, and lets nothing linger after an abort', async () => {
    const server = await serve((_request, response) => void response.write('x'));
    const { send } = stackTo(closing, server, { concurrency: 1 });
    const controller = new AbortController();
    const first = send('/', { ask: createAsk(controller.signal) });
    const second = send('/', { ask: createAsk(controller.signal) });
    await until(() => server.requests.length === 1, 'the request');
    controller.abort('gone');
    await expect(first).rejects.toBe('gone');
    await expect(second).rejects.toBe('gone');
    await until(() => server.open() === 0, 'the connection to be closed');
    expect(server.requests).toHaveLength(1);
  });
});

describe('F03: a registry that answers 503 always', () => {
  it('is asked hardly more than the callers ask, and soon hardly at all', async () => {
    let isHealed = false;
    const server = await serve((_request, response) => response.writeHead(isHealed ? 200 : 503).end());
    const { send, state } = stackTo(closing, server);
    for (let batch = 0; batch < 10; batch += 1) {
      await Promise.all(Array.from({ length: 10 }, () => failureOf(send('/'), 'UPSTREAM_UNAVAILABLE')));
    }
    expect(server.requests.length).toBeLessThanOrEqual(25);
    expect(state()).toMatchObject({ status: 'DOWN', lastError: { code: 'UPSTREAM_UNAVAILABLE' } });
    isHealed = true;
    const before = server.requests.length;
    expect((await failureOf(send('/'), 'UPSTREAM_UNAVAILABLE')).details.retryAfterSeconds).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(before);
  });
});

describe('F04: a registry that hangs under a thousand queries', () => {
  it('takes no more than its slots and its queue; the others end at once, and all with the deadline', async () => {
    const hanging = await serve(() => undefined);
    const healthy = await serve(ok);
    const clock = createManualClock();
    const a = stackTo(closing, hanging, { clock });
    const b = stackTo(closing, healthy);
    const codes = new Map<string, number>();
    const count = (code: string): void => void codes.set(code, (codes.get(code) ?? 0) + 1);
    const queries = Array.from({ length: 1_000 }, () =>
      a.send('/').then(
        () => {
          count('answered');
        },
        (error: unknown) => {
          count(isGatewayError(error) ? error.code : 'another error');
        },
      ),
    );
    await settle();
    expect(codes.get('UPSTREAM_UNAVAILABLE')).toBe(868);
    // The first of the 32 goes ahead alone, for a second at most.
    await until(() => hanging.requests.length === 1, 'the first request');
    await clock.advance(1_000);
    await until(() => hanging.requests.length === 32, '32 requests');
    expect((await b.send('/')).status).toBe(200);

    await clock.advance(5_000);
    // What waited is refused by the breaker, or sent and left at its own deadline.
    for (let round = 0; round < 20 && queries.length > [...codes.values()].reduce((sum, n) => sum + n, 0); round += 1) {
      await clock.advance(5_000);
    }
    await Promise.all(queries);
    expect(codes.get('answered')).toBeUndefined();
    expect(codes.get('UPSTREAM_TIMEOUT')).toBeGreaterThanOrEqual(32);
    expect(hanging.requests.length).toBeLessThanOrEqual(64);
  });
});

describe('a way that several credentials share', () => {
  const known = (id: string): CredentialSource => ({
    find: () => Promise.resolve({ kind: 'bearer', id, token: createSecret(id) }),
  });

  /** The ways of two, to one server. */
  function shared(server: TestServer, options: Partial<RegistryTransportOptions> = {}) {
    const way = createSharedWay({
      ...{ registry, origin: server.origin, insecure: true, allowPrivateNetwork: true },
      ...options,
    });
    closing.closers.unshift(() => way.close());
    const send = (connection: RegistryConnection) => connection.transport(requestFor(new URL('/', server.origin)));
    return { one: way.as(known('one')), two: way.as(known('two')), send };
  }

  it('has one breaker, which what fails for one opens for all', async () => {
    const server = await serve((_request, response) => response.writeHead(500).end());
    const { one, two, send } = shared(server);
    for (let count = 0; count < 20; count += 1) await failureOf(send(one), 'UPSTREAM_UNAVAILABLE');
    const before = server.requests.length;
    await failureOf(send(two), 'UPSTREAM_UNAVAILABLE');
    expect([server.requests.length, one.state().status, two.state().status]).toEqual([before, 'DOWN', 'DOWN']);
  });

  it('has one queue for all', async () => {
    const answers: (() => void)[] = [];
    const server = await serve((_request, response) => void answers.push(() => response.end('ok')));
    const { one, two, send } = shared(server, { concurrency: 1, queue: 1 });
    const [first, second] = [send(one), send(two)];
    await until(() => answers.length === 1, 'the first request');
    await failureOf(send(two), 'UPSTREAM_UNAVAILABLE');
    answers[0]?.();
    await first;
    await until(() => answers.length === 2, 'the second request');
    answers[1]?.();
    expect((await second).status).toBe(200);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer two']);
  });

  it('keeps the limit of each, so that one who may not ask keeps nobody else from it', async () => {
    const server = await serve(({ headers }, response) =>
      response.writeHead(headers.authorization === 'Bearer one' ? 429 : 200, { 'retry-after': '60' }).end(),
    );
    const { one, two, send } = shared(server);
    await failureOf(send(one), 'UPSTREAM_RATE_LIMITED');
    expect((await send(two)).status).toBe(200);
    expect(two.state().rateLimit).toBeUndefined();
    expect(one.state().rateLimit?.resetsAt).toBeGreaterThan(0);
  });
});

describe('the order of the floors', () => {
  it('counts the time of a call from sending, not from queueing', async () => {
    const answers: (() => void)[] = [];
    const server = await serve((_request, response) => void answers.push(() => response.end('ok')));
    const clock = createManualClock();
    const { send }: Stack = stackTo(closing, server, { clock, concurrency: 1 });
    const first = send('/');
    const second = send('/');
    await until(() => answers.length === 1, 'the first request');
    await clock.advance(4_000);
    answers[0]?.();
    await first;
    await until(() => answers.length === 2, 'the second request');
    await clock.advance(4_000);
    answers[1]?.();
    expect((await second).status).toBe(200);
  });
});
