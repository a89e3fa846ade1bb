import { describe, expect, it } from '@jest/globals';
import { createSecret } from '../../src/lib/secret.ts';
import type { Credential } from '../../src/transport/credentials/credential.ts';
import { createTokens } from '../../src/transport/token.ts';
import { createManualClock, settle } from './support/clock.ts';
import { readCorpus } from './support/corpus.ts';
import { answer, createAsk, failureOf, recorded, registry } from './support/exchange.ts';

import {
  accepts,
  challenge,
  origin,
  realm,
  robot,
  scope,
  setUp,
  wantsToken,
  type Answers,
  type Setup,
} from './support/authentication.ts';

describe('tokens', () => {
  it('are fetched once for a hundred that wait', async () => {
    let release = (): void => undefined;
    const { ask, fetched } = setUp({
      registry: wantsToken,
      tokens: (request) =>
        new Promise((resolve) => {
          release = () => {
            resolve(answer(request, 200, { body: { token: 't' } }));
          };
        }),
    });
    const calls = Array.from({ length: 100 }, () => ask());
    await settle();
    expect(fetched).toHaveLength(1);
    release();
    expect((await Promise.all(calls)).every(({ status }) => status === 200)).toBe(true);
    expect(fetched).toHaveLength(1);
  });

  it('are still fetched for the others when one who waits goes away, even the first', async () => {
    let release = (): void => undefined;
    const { ask, fetched } = setUp({
      registry: wantsToken,
      tokens: (request) =>
        new Promise((resolve, reject) => {
          request.ask.signal.addEventListener('abort', () => {
            reject(request.ask.signal.reason as Error);
          });
          release = () => {
            resolve(answer(request, 200, { body: { token: 't' } }));
          };
        }),
    });
    const controller = new AbortController();
    const first = ask({ ask: createAsk(controller.signal) });
    const second = ask();
    await settle();
    controller.abort('gone');
    await expect(first).rejects.toBe('gone');
    release();
    expect((await second).status).toBe(200);
    expect(fetched).toHaveLength(1);
  });

  it('have a time limit of their own, and nothing is left behind when the gateway stops', async () => {
    const hang: Answers = (request) =>
      new Promise((_resolve, reject) => {
        request.ask.signal.addEventListener('abort', () => {
          reject(request.ask.signal.reason as Error);
        });
      });
    const late = setUp({ registry: wantsToken, tokens: hang });
    const timeout = failureOf(late.ask(), 'UPSTREAM_TIMEOUT');
    await late.clock.advance(5_000);
    await timeout;
    const stopping = setUp({ registry: wantsToken, tokens: hang });
    const stopped = failureOf(stopping.ask(), 'UPSTREAM_UNAVAILABLE');
    await settle();
    stopping.close();
    await stopped;
    expect(stopping.clock.timers()).toBe(0);
  });

  it('are renewed 5 s before they expire, by our clock', async () => {
    const { ask, fetched, clock } = setUp({
      registry: wantsToken,
      tokens: (request) =>
        answer(request, 200, { body: { token: 't', expires_in: 300, issued_at: '2099-01-01T00:00:00Z' } }),
    });
    await ask();
    await clock.advance(294_999);
    await ask();
    expect(fetched).toHaveLength(1);
    await clock.advance(1);
    await ask();
    expect(fetched).toHaveLength(2);
  });

  it('that are refused with 401 are renewed once, by one of those who see it', async () => {
    let good = 'Bearer t1';
    const { ask, asked, fetched, clock } = setUp({ registry: accepts((authorization) => authorization === good) });
    await ask();
    good = 'Bearer t2';
    await clock.advance(1_000);
    const before = asked.length;
    await Promise.all([ask(), ask(), ask()]);
    expect(fetched).toHaveLength(2);
    expect(asked).toHaveLength(before + 6);
  });

  it.each([400, 403])('that are held long and answered %d are renewed once', async (status) => {
    let good = 'Bearer t1';
    const { ask, fetched, clock } = setUp({
      registry: (request) => {
        const { authorization } = request.headers;
        if (authorization === undefined) return answer(request, 401, { headers: { 'www-authenticate': challenge } });
        return answer(request, authorization === good ? 200 : status);
      },
    });
    await ask();
    await clock.advance(61_000);
    good = 'Bearer t2';
    expect((await ask()).status).toBe(200);
    expect(fetched).toHaveLength(2);
    good = 'none';
    await (status === 400 ? ask() : failureOf(ask(), 'UPSTREAM_UNAUTHORIZED'));
    expect(fetched).toHaveLength(2);
  });

  it('that are new and refused end in UPSTREAM_UNAUTHORIZED without a loop', async () => {
    const { ask, asked, fetched } = setUp({ registry: accepts(() => false), credential: robot });
    const failure = await failureOf(ask(), 'UPSTREAM_UNAUTHORIZED');
    expect(failure.details).toEqual({ registry, status: 401 });
    expect(failure.message).toContain('configured credential');
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(fetched.length).toBeLessThanOrEqual(2);
  });

  it('are told apart by credential', async () => {
    const clock = createManualClock();
    const endpoint = recorded((request, count) => answer(request, 200, { body: { token: `t${count}` } }));
    const store = createTokens({
      registry,
      origin,
      tokenRealms: [],
      insecure: false,
      transport: endpoint.transport,
      clock,
      timeoutMs: 5_000,
    });
    const base = { realm: new URL(realm), service: 's', scopes: ['b', 'a'] };
    const first = await store.token({ ...base, credential: robot }, createAsk());
    expect(await store.token({ ...base, scopes: ['a', 'b'], credential: robot }, createAsk())).toBe(first);
    expect(await store.token({ ...base, credential: { ...robot, id: 'robot#2' } }, createAsk())).not.toBe(first);
    expect(await store.token({ ...base, credential: undefined }, createAsk())).not.toBe(first);
    expect(await store.token({ ...base, scopes: ['a'], credential: robot }, createAsk())).not.toBe(first);
    expect(endpoint.requests).toHaveLength(4);
  });
});

describe('the token endpoint', () => {
  const refusing = (status: number, body: string | object = ''): Setup => ({
    registry: wantsToken,
    tokens: (request) => answer(request, status, { body }),
    credential: robot,
  });

  it('that refuses is not asked again by others for 10 s', async () => {
    const { ask, fetched, clock } = setUp(refusing(401, { details: 'incorrect username or password' }));
    for (let count = 0; count < 20; count += 1) {
      const failure = await failureOf(ask(), 'UPSTREAM_UNAUTHORIZED');
      expect(failure.message).toContain('the credential is refused');
      expect(failure.details.status).toBe(401);
    }
    expect(fetched).toHaveLength(1);
    await clock.advance(10_000);
    await failureOf(ask(), 'UPSTREAM_UNAUTHORIZED');
    expect(fetched).toHaveLength(2);
  });

  it.each([
    [301, 'UPSTREAM_UNAUTHORIZED'],
    [403, 'UPSTREAM_UNAUTHORIZED'],
    [404, 'UPSTREAM_UNAUTHORIZED'],
    [429, 'UPSTREAM_RATE_LIMITED'],
    [500, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ] as const)('that answers %d ends in %s', async (status, code) => {
    const { ask } = setUp(refusing(status));
    expect((await failureOf(ask(), code)).details.status).toBe(status);
  });

  it.each([['{'], ['[]'], ['{"token":""}'], ['{"token":"a\\r\\nb: c"}'], ['{"token":7}'], ['<html>']])(
    'may not answer %s',
    async (body) => {
      const { ask } = setUp(refusing(200, body));
      await failureOf(ask(), 'UPSTREAM_INVALID');
    },
  );

  it('is given identity tokens as a form, with the scopes in one value', async () => {
    const credential: Credential = { kind: 'identity-token', id: 'i', token: createSecret('refresh me') };
    const { ask, fetched } = setUp({ registry: wantsToken, credential });
    await ask();
    expect(fetched).toHaveLength(1);
    expect(fetched[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(Object.fromEntries(new URLSearchParams(fetched[0]?.body))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'tributary',
      refresh_token: 'refresh me',
      service: 'svc',
      scope,
    });
  });

  it.each([404, 405])('that knows no POST (%d) is asked with GET', async (status) => {
    const credential: Credential = { kind: 'identity-token', id: 'i', username: 'me', token: createSecret('x') };
    const { ask, fetched } = setUp({
      registry: wantsToken,
      credential,
      tokens: (request) =>
        request.method === 'POST' ? answer(request, status) : answer(request, 200, { body: { token: 't' } }),
    });
    expect((await ask()).status).toBe(200);
    expect(fetched.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(fetched[1]?.headers['authorization']).toBe(`Basic ${Buffer.from('me:x').toString('base64')}`);
  });

  it('U01: elsewhere is not asked, whether or not there is a credential, and not remembered', async () => {
    const evil = 'Bearer realm="https://evil.example/token",service="s"';
    for (const credential of [undefined, robot]) {
      let isEvil = true;
      const { ask, asked, fetched } = setUp({
        registry: (request) => {
          if (isEvil) return answer(request, 401, { headers: { 'www-authenticate': evil } });
          return wantsToken(request, 0);
        },
        ...(credential === undefined ? {} : { credential }),
      });
      const failure = await failureOf(ask(), 'UPSTREAM_UNAUTHORIZED');
      expect(failure.message).toContain('https://evil.example');
      expect(failure.message).toContain('tokenRealms');
      expect(fetched).toHaveLength(0);
      expect(asked.every(({ headers }) => headers['authorization'] === undefined)).toBe(true);
      isEvil = false;
      expect((await ask()).status).toBe(200);
    }
  });

  it('U01: that a registry changes to another one later is refused then', async () => {
    let header = challenge;
    const { ask, fetched, clock } = setUp({
      registry: (request) =>
        request.headers['authorization'] === 'Bearer t1' && header === challenge
          ? answer(request, 200)
          : answer(request, 401, { headers: { 'www-authenticate': header } }),
    });
    await ask();
    header = 'Bearer realm="http://169.254.169.254/latest/meta-data"';
    await clock.advance(1_000);
    await failureOf(ask(), 'UPSTREAM_UNAUTHORIZED');
    expect(fetched).toHaveLength(1);
  });
});

interface TokenResponse {
  readonly body: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly note: string;
}

describe('the shared token responses', () => {
  const responses = readCorpus('auth/token-responses.json') as readonly TokenResponse[] | undefined;
  if (responses === undefined) {
    it('are not here: corpus absent', () => {
      expect(responses).toBeUndefined();
    });
    return;
  }

  it.each(responses)('$note', async ({ body, status = 200 }) => {
    const { ask, fetched, clock } = setUp({
      registry: accepts((authorization) => authorization === 'Bearer T'),
      tokens: (request) => answer(request, status, { body }),
    });
    if (status !== 200) {
      await failureOf(ask(), 'UPSTREAM_UNAUTHORIZED');
      return;
    }
    if (body['token'] === '') {
      await failureOf(ask(), 'UPSTREAM_INVALID');
      return;
    }
    expect((await ask()).status).toBe(200);
    const lifetime = Math.max(60, Number(body['expires_in'] ?? 60));
    await clock.advance((lifetime - 5) * 1000 - 1);
    await ask();
    expect(fetched).toHaveLength(1);
    await clock.advance(1);
    await ask();
    expect(fetched).toHaveLength(2);
  });
});
