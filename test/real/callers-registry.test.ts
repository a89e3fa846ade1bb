import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { createAuthority, type Authority } from '../support/certificates.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { bearer } from '../support/fake-callers.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { pushImage } from '../support/pushed-images.ts';
import { startTokenIssuer, type TokenIssuer } from '../../bench/soak/token-issuer.ts';
import { startTokenServer, type TokenServer } from '../support/token-server.ts';
import { post, type Asked } from '../gateway/stand.ts';

/** A docker-registry whose token server takes the tokens of callers as passwords, and knows what each may pull. */
let authority: Authority;
let issuer: TokenIssuer;
let tokens: TokenServer;
let registry: DockerRegistry;
let gateway: TestGateway;
let alice: string;
let bob: string;
let digest: string;

beforeAll(async () => {
  authority = createAuthority();
  issuer = await startTokenIssuer('corp');
  [alice, bob] = [await issuer.tokenOf('alice'), await issuer.tokenOf('bob')];
  tokens = await startTokenServer({
    signing: authority.issue(['token.test']),
    users: { robot: 'robots password' },
    tokens: { [alice]: ['alpha/app', 'both/app'], [bob]: ['bravo/app', 'both/app'] },
  });
  const { realm, service, issuer: name } = tokens;
  registry = await startDockerRegistry({
    auth: { token: { realm, service, issuer: name, rootcertbundle: authority.caFile } },
  });
  const access = { host: registry.host, creds: 'robot:robots password' };
  digest = await pushImage(access, 'alpha/app', '1');
  for (const repository of ['bravo/app', 'both/app']) await pushImage(access, repository, '1');
  gateway = await startTestGateway(
    stringify({
      server: { port: 0 },
      access: {
        mode: 'policy',
        callers: [issuer.callers],
        rules: [{ users: ['**'], allow: ['get', 'inspect'], repositories: ['*/**'] }],
      },
      registries: [
        {
          ...{ name: registry.host, kind: 'oci', url: registry.url, insecure: true, allowPrivateNetwork: true },
          ...{ tokenRealms: [tokens.origin], credentials: { fromCallers: ['corp'], username: 'unused' } },
        },
      ],
    }),
  );
}, 60_000);

afterAll(async () => {
  await gateway.stop();
  await registry.stop();
  await Promise.all([tokens.stop(), issuer.stop()]);
  authority.remove();
});

const ask = (token: string, reference: string): Promise<Asked> =>
  post(gateway.url, { query: `{ image(reference: "${registry.host}/${reference}") { digest size } }` }, bearer(token));

function expectRefused({ data, errors }: Asked): void {
  expect(data).toEqual({ image: null });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAUTHORIZED', registry: registry.host } }]);
}

describe('a docker-registry that is read with the tokens of callers', () => {
  it('T02: answers each by what they may pull themselves, whoever asked before', async () => {
    expectRefused(await ask(bob, 'alpha/app:1'));
    expect((await ask(alice, 'alpha/app:1')).data).toMatchObject({ image: { digest } });
    expectRefused(await ask(bob, 'alpha/app:1'));
    expectRefused(await ask(alice, 'bravo/app:1'));
    expect((await ask(bob, 'bravo/app:1')).errors).toEqual([]);
    for (const token of [alice, bob]) expect((await ask(token, 'both/app:1')).errors).toEqual([]);
  });

  it('T04: takes a digest for no right to what it is of, and says the same of what is not there', async () => {
    await ask(alice, 'alpha/app:1');
    const hidden = await ask(bob, `alpha/app@${digest}`);
    expectRefused(hidden);
    const none = await ask(bob, `alpha/none@${digest}`);
    expectRefused(none);
    expect(none.errors[0]?.message).toBe(hidden.errors[0]?.message);
  });

  it('is given tokens of the token server for each caller, who is not asked for in the next question again', async () => {
    const third = await issuer.tokenOf('alice');
    const before = tokens.questions.length;
    expectRefused(await ask(third, 'alpha/app:1'));
    expect(tokens.questions.slice(before)).toMatchObject([{ status: 401 }]);
    const after = tokens.questions.length;
    await ask(alice, 'alpha/app:1');
    expect(tokens.questions).toHaveLength(after);
    for (const token of [alice, bob, third])
      expect([...gateway.log, registry.logs()].filter((text) => text.includes(token))).toEqual([]);
  });
});
