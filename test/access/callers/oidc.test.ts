import { beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { createOidcCallers, type OidcOptions } from '../../../src/access/callers/oidc.ts';
import { createShownToken } from '../../../src/access/callers/shown-token.ts';
import { createManualClock } from '../../transport/support/clock.ts';
import type { TestServer } from '../../transport/support/server.ts';
import { compact, expectNoTrace, makeKey, serve, sign, standWith, type SigningKey, type Stand } from './support.ts';

let rsa: SigningKey;
let ec: SigningKey;
let foreign: SigningKey;

beforeAll(async () => {
  rsa = await makeKey('rsa-1', 'RS256');
  ec = await makeKey('ec-1', 'ES256');
  foreign = await makeKey('rsa-1', 'RS256');
});

interface Issuer extends Stand {
  readonly server: TestServer;
  /** What it publishes; a test may change it. */
  keys: SigningKey[];
  isDown: boolean;
  /** Good claims of alice for an hour from the beginning, with others in their place. */
  readonly claims: (others?: Readonly<Record<string, unknown>>) => JWTPayload;
  /** How often the keys were asked for. */
  readonly fetches: () => number;
}

const algorithms = ['RS256', 'ES256'];

/** An issuer over plain http that publishes the keys rsa and ec, and callers that it knows. */
async function startIssuer(options: Partial<OidcOptions> = {}, { anonymous = false } = {}): Promise<Issuer> {
  const state = { keys: [rsa, ec], isDown: false };
  const server = await serve((_, response) => {
    if (state.isDown) response.writeHead(503);
    response.end(JSON.stringify({ keys: state.keys.map(({ jwk }) => jwk) }));
  });
  const issuer = 'https://sso.corp.example';
  const jwksUrl = new URL('/keys', server.origin);
  const fixed = {
    name: 'corp',
    issuer,
    audience: 'tributary',
    algorithms,
    jwksUrl,
    insecure: true,
    allowPrivateNetwork: true,
  };
  const stand = standWith([({ clock }) => createOidcCallers({ ...fixed, clock, ...options })], { anonymous });
  const exp = stand.clock.now() / 1000 + 3600;
  return Object.assign(state, stand, {
    server,
    claims: (others = {}) => ({ iss: issuer, aud: 'tributary', sub: 'alice', groups: ['devs', 'ops'], exp, ...others }),
    fetches: () => server.requests.length,
  });
}

const seconds = (stand: Stand, offset: number): number => stand.clock.now() / 1000 + offset;

describe('callers of an OpenID Connect issuer', () => {
  it.each(['RS256', 'ES256'])('are known by a token that it signed with %s, under names that say so', async (alg) => {
    const issuer = await startIssuer();
    const token = await sign(alg === 'RS256' ? rsa : ec, issuer.claims());
    await expect(issuer.show(token)).resolves.toEqual({
      id: 'oidc:corp:alice',
      groups: ['oidc:corp:devs', 'oidc:corp:ops'],
      expiresAt: issuer.clock.now() + 3_600_000,
    });
  });

  it.each([
    ['one group as a text', { groups: 'devs' }, ['oidc:corp:devs']],
    ['no group at all', { groups: undefined }, []],
    ['several audiences', { aud: ['other', 'tributary'], groups: [] }, []],
  ])('may bring %s', async (_, others, groups) => {
    const issuer = await startIssuer();
    await expect(issuer.show(await sign(rsa, issuer.claims(others)))).resolves.toMatchObject({ groups });
  });

  it('take their names from the claims that the configuration names', async () => {
    const issuer = await startIssuer({ userClaim: 'email', groupsClaim: 'roles' });
    const others = { email: 'alice@corp.example', email_verified: true, roles: ['admin'] };
    await expect(issuer.show(await sign(rsa, issuer.claims(others)))).resolves.toMatchObject({
      id: 'oidc:corp:alice@corp.example',
      groups: ['oidc:corp:admin'],
    });
    const unproved = await sign(rsa, issuer.claims({ ...others, email_verified: false }));
    await expect(issuer.refusal(unproved)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('need not be told which key it was', async () => {
    const issuer = await startIssuer();
    const other = await makeKey('rsa-2', 'RS256');
    issuer.keys = [other, rsa];
    const token = await sign(rsa, issuer.claims(), { kid: undefined });
    await expect(issuer.show(token)).resolves.toMatchObject({ id: 'oidc:corp:alice' });
    const bad = await sign(foreign, issuer.claims(), { kid: undefined });
    await expect(issuer.refusal(bad)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  const attacks: readonly [string, (issuer: Issuer) => string | Promise<string>][] = [
    ['says alg none', (issuer) => compact({ alg: 'none' }, issuer.claims(), () => '')],
    [
      'is signed by HS256 with the public key',
      (issuer) => {
        const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
        const hmac = (input: string): string => createHmac('sha256', pem).update(input).digest('base64url');
        return compact({ alg: 'HS256', kid: rsa.kid }, issuer.claims(), hmac);
      },
    ],
    ['is for another audience', (issuer) => sign(rsa, issuer.claims({ aud: 'other' }))],
    ['is for no audience', (issuer) => sign(rsa, issuer.claims({ aud: undefined }))],
    ['is of another issuer', (issuer) => sign(rsa, issuer.claims({ iss: 'https://sso.corp.example/' }))],
    ['is of no issuer', (issuer) => sign(rsa, issuer.claims({ iss: undefined }))],
    ['has expired', (issuer) => sign(rsa, issuer.claims({ exp: seconds(issuer, -31) }))],
    ['never expires', (issuer) => sign(rsa, issuer.claims({ exp: undefined }))],
    ['expires in words', (issuer) => sign(rsa, issuer.claims({ exp: 'tomorrow' }))],
    ['begins later', (issuer) => sign(rsa, issuer.claims({ nbf: seconds(issuer, 31) }))],
    ['names nobody', (issuer) => sign(rsa, issuer.claims({ sub: undefined }))],
    ['names a number', (issuer) => sign(rsa, issuer.claims({ sub: 1 }))],
    ['has an empty name', (issuer) => sign(rsa, issuer.claims({ sub: '' }))],
    ['has groups that are none', (issuer) => sign(rsa, issuer.claims({ groups: ['devs', 7] }))],
    [
      'keeps its groups elsewhere',
      (issuer) => sign(rsa, issuer.claims({ groups: undefined, _claim_names: { groups: 'a' } })),
    ],
    ['is signed by a foreign key of the same name', (issuer) => sign(foreign, issuer.claims())],
    [
      'was changed',
      async (issuer) => {
        const [header, , signature] = (await sign(rsa, issuer.claims())).split('.');
        const claims = Buffer.from(JSON.stringify(issuer.claims({ sub: 'root' }))).toString('base64url');
        return [header, claims, signature].join('.');
      },
    ],
    [
      'has a header that must be understood',
      (issuer) =>
        sign(rsa, issuer.claims()).then((token) => {
          const header = Buffer.from(JSON.stringify({ alg: 'RS256', kid: rsa.kid, crit: ['x'], x: 1 })).toString(
            'base64url',
          );
          return [header, ...token.split('.').slice(1)].join('.');
        }),
    ],
  ];

  it.each(attacks)('T07: are refused in the same words where a token %s', async (_, make) => {
    const issuer = await startIssuer({}, { anonymous: true });
    const token = await make(issuer);
    const error = await issuer.refusal(token);
    expect([error.code, error.message, error.details]).toEqual(['UNAUTHENTICATED', 'the token is not accepted', {}]);
    expectNoTrace([...issuer.lines, JSON.stringify(error.cause)], token, token.split('.')[1]!);
  });

  it('are of that issuer even for who is asked about another', async () => {
    const server = await serve((_, response) => response.end(JSON.stringify({ keys: [rsa.jwk] })));
    const clock = createManualClock();
    const own = { name: 'corp', issuer: 'https://sso.corp.example', audience: 'tributary', algorithms, clock };
    const kind = createOidcCallers({ ...own, jwksUrl: server.origin, insecure: true, allowPrivateNetwork: true });
    const claims = { iss: own.issuer, aud: 'tributary', sub: 'alice', exp: clock.now() / 1000 + 60 };
    const find = async (iss: string) => kind.identify(createShownToken(await sign(rsa, { ...claims, iss })));
    await expect(find(own.issuer)).resolves.toMatchObject({ kind: 'viewer' });
    await expect(find('https://other.example')).resolves.toMatchObject({ kind: 'refused' });
  });

  it('are refused by algorithms that are not configured, without asking for keys', async () => {
    const issuer = await startIssuer({ algorithms: ['ES256'] });
    await expect(issuer.refusal(await sign(rsa, issuer.claims()))).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(issuer.fetches()).toBe(0);
  });

  it.each([[['HS256']], [['RS256', 'none']], [[]]])('cannot be configured with the algorithms %j', async (given) => {
    await expect(startIssuer({ algorithms: given })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('T07: lead to no place that their own headers name', async () => {
    const evil = await serve((_, response) => response.end(JSON.stringify({ keys: [foreign.jwk] })));
    const issuer = await startIssuer();
    const url = evil.origin.href;
    for (const kid of ['rsa-1', 'evil', undefined]) {
      for (const headers of [{ jku: url }, { x5u: url }, { jwk: foreign.jwk }, { x5c: ['AAAA'] }]) {
        const token = await sign(foreign, issuer.claims(), { kid, ...headers });
        await expect(issuer.refusal(token)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
      }
    }
    expect(evil.connections()).toBe(0);
  });

  it('may differ from our clock by 30 seconds', async () => {
    const issuer = await startIssuer();
    const exp = seconds(issuer, -29);
    const token = await sign(rsa, issuer.claims({ exp, nbf: seconds(issuer, 29) }));
    await expect(issuer.show(token)).resolves.toMatchObject({ expiresAt: exp * 1000 });
  });

  it('are taken again without verifying for a minute, but never beyond the end of the token', async () => {
    const issuer = await startIssuer();
    const token = await sign(rsa, issuer.claims());
    const viewer = await issuer.show(token);
    await issuer.clock.advance(59_000);
    await expect(issuer.show(token)).resolves.toBe(viewer);
    await issuer.clock.advance(1_000);
    const again = await issuer.show(token);
    expect(again).toEqual(viewer);
    expect(again).not.toBe(viewer);

    const short = await sign(rsa, issuer.claims({ exp: seconds(issuer, 10) }));
    await issuer.show(short);
    await issuer.clock.advance(40_000);
    await expect(issuer.refusal(short)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('the keys of an issuer', () => {
  it('are fetched once for all who ask at a time', async () => {
    const issuer = await startIssuer();
    const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => sign(ec, issuer.claims({ jti: String(n) }))));
    await Promise.all(tokens.map((token) => issuer.show(token)));
    expect(issuer.fetches()).toBe(1);
  });

  it('T07: are fetched at most once in 30 seconds for a thousand keys that nobody has', async () => {
    const issuer = await startIssuer();
    await issuer.show(await sign(ec, issuer.claims()));
    const flood = async (): Promise<void> => {
      const tokens = Array.from({ length: 1_000 }, () =>
        compact({ alg: 'ES256', kid: randomUUID() }, issuer.claims(), () => 'AAAA'),
      );
      const codes = await Promise.all(tokens.map(async (token) => (await issuer.refusal(token)).code));
      expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED']));
    };
    await flood();
    await issuer.clock.advance(29_999);
    await flood();
    expect(issuer.fetches()).toBe(1);
    await issuer.clock.advance(1);
    await flood();
    expect(issuer.fetches()).toBe(2);
  });

  it('are followed when the issuer changes them, and those taken away end with their age', async () => {
    const issuer = await startIssuer();
    await issuer.show(await sign(rsa, issuer.claims()));
    const next = await makeKey('rsa-2', 'RS256');
    issuer.keys = [next];
    await issuer.clock.advance(30_000);
    await expect(issuer.show(await sign(next, issuer.claims()))).resolves.toMatchObject({ id: 'oidc:corp:alice' });
    const old = await sign(rsa, issuer.claims({ jti: 'another' }));
    await expect(issuer.refusal(old)).resolves.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(issuer.fetches()).toBe(2);
  });

  it('that are known do for ten minutes without the issuer; then nobody can be told, and nobody is let in', async () => {
    const issuer = await startIssuer({}, { anonymous: true });
    const token = await sign(rsa, issuer.claims());
    await issuer.show(token);
    issuer.isDown = true;
    await issuer.clock.advance(599_000);
    await expect(issuer.show(token)).resolves.toMatchObject({ id: 'oidc:corp:alice' });
    expect(issuer.fetches()).toBe(1);
    await issuer.clock.advance(61_000);
    await expect(issuer.refusal(token)).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE', retryable: true });
    await expect(issuer.refusal(token)).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
    expect(issuer.fetches()).toBe(2);
    const warnings = issuer.lines.filter((line) => line.includes('"level":"warn"'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('status 503');

    issuer.isDown = false;
    await issuer.clock.advance(10_000);
    await expect(issuer.show(token)).resolves.toMatchObject({ id: 'oidc:corp:alice' });
  });

  it('of an issuer that is silent are waited for 5 seconds', async () => {
    const silent = await serve(() => undefined);
    const issuer = await startIssuer({ jwksUrl: silent.origin });
    const refusal = issuer.refusal(await sign(rsa, issuer.claims()));
    while (silent.requests.length === 0) await issuer.clock.advance(0);
    await issuer.clock.advance(5_000);
    await expect(refusal).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
  });

  it('that a token names while they cannot be looked up are an outage, not a refusal', async () => {
    const issuer = await startIssuer();
    await issuer.show(await sign(rsa, issuer.claims()));
    issuer.isDown = true;
    await issuer.clock.advance(30_000);
    const unknown = await sign(foreign, issuer.claims(), { kid: 'rsa-9' });
    await expect(issuer.refusal(unknown)).resolves.toMatchObject({ code: 'AUTH_UNAVAILABLE' });
  });
});
