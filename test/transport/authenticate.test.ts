import { describe, expect, it } from '@jest/globals';
import { createSecret } from '../../src/lib/secret.ts';
import { createAuthenticate } from '../../src/transport/authenticate.ts';
import type { Credential } from '../../src/transport/credentials/credential.ts';
import { createTokens } from '../../src/transport/token.ts';
import { createManualClock } from './support/clock.ts';
import { answer, failureOf, recorded, registry, repositoryName, requestFor } from './support/exchange.ts';

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
} from './support/authentication.ts';

describe('a Bearer challenge', () => {
  it("is answered with a token for the request's own scope", async () => {
    const { ask, asked, fetched } = setUp({ registry: wantsToken });
    expect((await ask()).status).toBe(200);
    expect(asked.map(({ headers }) => headers['authorization'])).toEqual([undefined, 'Bearer t1']);
    const [token] = fetched;
    expect(token?.method).toBe('GET');
    expect(token?.url.href).toBe(`${realm}?service=svc&scope=${encodeURIComponent(scope)}&client_id=tributary`);
    expect(token?.headers).not.toHaveProperty('authorization');
    expect(token?.maxBytes).toBe(65_536);
  });

  it('is answered with the credential, where there is one', async () => {
    const { ask, fetched } = setUp({ registry: wantsToken, credential: robot });
    await ask();
    expect(fetched[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('robot:p:w').toString('base64')}`);
    expect(fetched[0]?.url.searchParams.get('account')).toBe('robot');
  });

  it("keeps the realm's own query and leaves an empty service out", async () => {
    const header = 'Bearer realm="/token?tenant=a",service=""';
    const { ask, fetched } = setUp({
      registry: (request, count) =>
        count === 1 ? answer(request, 401, { headers: { 'www-authenticate': header } }) : answer(request, 200),
    });
    await ask({ scope: undefined as never });
    expect(fetched[0]?.url.href).toBe(`${realm}?tenant=a&client_id=tributary`);
  });

  it('is remembered, so that later requests carry their token at once', async () => {
    const { ask, asked, fetched } = setUp({ registry: wantsToken });
    await ask();
    await ask();
    await ask({ scope: 'repository:library/redis:pull' });
    expect(asked).toHaveLength(4);
    expect(fetched).toHaveLength(2);
    expect(asked.at(-1)?.headers['authorization']).toBe('Bearer t2');
  });

  it('from a registry that sometimes has none is remembered too', async () => {
    const { ask, asked, clock } = setUp({
      registry: (request, count) => {
        if (count === 1) return answer(request, 401, { headers: { 'www-authenticate': challenge } });
        return answer(request, request.headers['authorization'] === 'Bearer t1' && count > 2 ? 401 : 200);
      },
    });
    await ask();
    await clock.advance(1_000);
    expect((await ask()).status).toBe(200);
    expect(asked.at(-1)?.headers['authorization']).toBe('Bearer t2');
  });

  it('takes the scope that a registry names besides ours, if it only reads, and remembers it', async () => {
    const own = 'repository:app:pull';
    const fuller = 'repository:docker-local/app:pull';
    const named = `Bearer realm="${realm}",scope="${fuller} repository:docker-local/app:pull,push"`;
    const { ask, asked, fetched } = setUp({
      registry: (request) =>
        request.headers['authorization'] === `Bearer ${fuller}+${own}`
          ? answer(request, 200)
          : answer(request, 401, { headers: { 'www-authenticate': named } }),
      tokens: (request) =>
        answer(request, 200, { body: { token: request.url.searchParams.getAll('scope').join('+') } }),
    });
    expect((await ask({ scope: own })).status).toBe(200);
    expect(fetched.map(({ url }) => url.searchParams.getAll('scope'))).toEqual([[own], [fuller, own]]);
    await ask({ scope: own });
    expect(asked).toHaveLength(4);
    expect(fetched).toHaveLength(2);
  });
});

describe('a Basic challenge', () => {
  const basic: Answers = (request) =>
    request.headers['authorization'] === `Basic ${Buffer.from('robot:p:w').toString('base64')}`
      ? answer(request, 200)
      : answer(request, 401, { headers: { 'www-authenticate': 'Basic realm=x' } });

  it('is answered with the credential, at once from then on', async () => {
    const { ask, asked, fetched } = setUp({ registry: basic, credential: robot });
    await ask();
    await ask();
    expect(asked).toHaveLength(3);
    expect(fetched).toHaveLength(0);
  });

  it('without a credential, or with a wrong one, ends in UPSTREAM_UNAUTHORIZED', async () => {
    const none = setUp({ registry: basic });
    expect((await failureOf(none.ask(), 'UPSTREAM_UNAUTHORIZED')).message).toContain('no credential is configured');
    expect(none.asked).toHaveLength(1);
    const wrong = setUp({ registry: basic, credential: { ...robot, password: createSecret('canary') } });
    const failure = await failureOf(wrong.ask(), 'UPSTREAM_UNAUTHORIZED');
    expect(failure.message).toContain('the configured credential is refused');
    expect(JSON.stringify(failure) + failure.message).not.toContain('canary');
    expect(wrong.asked).toHaveLength(2);
  });
});

describe('authentication', () => {
  it('with a bearer credential needs no challenge and no token server', async () => {
    const credential: Credential = { kind: 'bearer', id: 'sa', token: createSecret('sa-token') };
    const { ask, asked, fetched } = setUp({
      registry: accepts((authorization) => authorization === 'Bearer sa-token'),
      credential,
    });
    await ask();
    expect(asked).toHaveLength(1);
    expect(fetched).toHaveLength(0);
    const refused = setUp({ registry: accepts(() => false), credential });
    await failureOf(refused.ask(), 'UPSTREAM_UNAUTHORIZED');
    expect(refused.asked).toHaveLength(1);
    expect(refused.fetched).toHaveLength(0);
  });

  it("never passes on a caller's own authorization header", async () => {
    const { ask, asked } = setUp({ registry: (request) => answer(request, 200) });
    await ask({ headers: { authorization: 'Bearer smuggled', accept: 'a' } });
    expect(asked[0]?.headers).toEqual({ accept: 'a' });
  });

  it('does not answer challenges of the place a redirect led to', async () => {
    const { ask, fetched, asked } = setUp({
      registry: (request) => ({
        ...answer(request, 401, { headers: { 'www-authenticate': 'Bearer realm="/token"' } }),
        url: new URL('https://cdn.example/blob'),
      }),
      credential: robot,
    });
    expect((await failureOf(ask(), 'UPSTREAM_UNAUTHORIZED')).message).toContain('cdn.example');
    expect(fetched).toHaveLength(0);
    expect(asked).toHaveLength(1);
  });

  it('leaves 404 and 400 to the caller, and says what the registry said of a 403', async () => {
    const status = (code: number, body: object = {}) =>
      setUp({ registry: (request) => answer(request, code, { body }) }).ask();
    expect((await status(404)).status).toBe(404);
    expect((await status(400)).status).toBe(400);
    const denied = { errors: [{ code: 'DENIED', message: 'requested access\r\nis denied', detail: [] }] };
    expect((await failureOf(status(403, denied), 'UPSTREAM_UNAUTHORIZED')).message).toContain(
      'DENIED: requested access is denied',
    );
  });

  it('leaves a 403 that means "too much" to whoever heeds rate limits', async () => {
    const body = { errors: [{ code: 'TOOMANYREQUESTS', message: 'rate exceeded' }] };
    const { ask, asked } = setUp({ registry: (request) => answer(request, 403, { body }) });
    expect((await ask()).status).toBe(403);
    expect(asked).toHaveLength(1);
  });

  it('chooses the credential by repository', async () => {
    const clock = createManualClock();
    const asked: (string | undefined)[] = [];
    const upstream = recorded((request) => answer(request, 200));
    const tokens = createTokens({
      registry,
      origin,
      tokenRealms: [],
      insecure: false,
      transport: upstream.transport,
      clock,
      timeoutMs: 1,
    });
    const find = (repository: string | undefined): Promise<undefined> => {
      asked.push(repository);
      return Promise.resolve(undefined);
    };
    const send = createAuthenticate(upstream.transport, { registry, credentials: { find }, tokens, clock });
    await send(requestFor('https://registry.example/v2/a/b/tags/list', { repository: repositoryName('a/b') }));
    expect(asked).toEqual(['a/b']);
  });
});
