import { mkdirSync, mkdtempSync, copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAuthority, type Authority } from '../support/certificates.ts';
import { startDockerRegistry, type DockerRegistry } from '../support/docker-registry.ts';
import { startTestGateway, type Answer, type TestGateway } from '../support/gateway.ts';
import { pushImage } from '../support/pushed-images.ts';
import { registryEntry } from '../support/registry-entry.ts';
import { login, skopeoFails } from '../support/skopeo.ts';
import { startTokenServer, type TokenServer } from '../support/token-server.ts';

const user = 'robot';
const password = 'pa:ss wörd"\\';
const creds = `${user}:${password}`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-credentials-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a gateway for one question, and stops it again. */
async function withGateway<Result>(
  yaml: string,
  env: Readonly<Record<string, string>>,
  use: (gateway: TestGateway) => Promise<Result>,
): Promise<Result> {
  const gateway = await startTestGateway(yaml, env);
  try {
    return await use(gateway);
  } finally {
    await gateway.stop();
  }
}

function credentials(secret: string, passwordFile = join(folder, 'password')): object {
  writeFileSync(passwordFile, `${secret}\n`);
  return { credentials: { username: user, passwordFile } };
}

function digestQuery(reference: string): string {
  return `{ image(reference: "${reference}") { digest size } }`;
}

function expectUnauthorized(answer: Answer, registry: DockerRegistry): void {
  expect(answer.data).toEqual({ image: null });
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors?.[0]).toMatchObject({
    path: ['image'],
    extensions: { code: 'UPSTREAM_UNAUTHORIZED', registry: registry.host },
  });
  expect(JSON.stringify(answer)).not.toContain(password.slice(0, 5));
}

describe('a docker-registry with a password', () => {
  let registry: DockerRegistry;
  let digest: string;
  let reference: string;

  beforeAll(async () => {
    registry = await startDockerRegistry({ auth: { htpasswd: { user, password } } });
    digest = await pushImage({ host: registry.host, creds }, 'team/app', '1');
    reference = `${registry.host}/team/app:1`;
  }, 30_000);

  afterAll(() => registry.stop());

  it('refuses a wrong password with UPSTREAM_UNAUTHORIZED, as it refuses skopeo', async () => {
    const { stderr } = await skopeoFails([
      'inspect',
      '--tls-verify=false',
      '--creds=robot:wrong',
      `docker://${reference}`,
    ]);
    expect(stderr).toMatch(/unauthorized|authentication required/);
    const answer = await withGateway(registryEntry(registry, credentials('wrong')), {}, (gateway) =>
      gateway.ask(digestQuery(reference)),
    );
    expectUnauthorized(answer, registry);
  });

  it('refuses who has no credential, and shows them no catalog', async () => {
    await withGateway(registryEntry(registry), {}, async (gateway) => {
      expectUnauthorized(await gateway.ask(digestQuery(reference)), registry);
      expect(await gateway.data(`{ registry(name: "${registry.host}") { repositories { nodes { name } } } }`)).toEqual({
        registry: { repositories: null },
      });
    });
  });

  it('is read with what `skopeo login` wrote, found by REGISTRY_AUTH_FILE', async () => {
    const authFile = join(folder, 'auth.json');
    await login({ host: registry.host }, authFile, user, password);
    // The password is in there, but not in so many letters.
    expect(readFileSync(authFile, 'utf8')).not.toContain(user);
    const found = await withGateway(registryEntry(registry), { REGISTRY_AUTH_FILE: authFile }, (gateway) =>
      gateway.data(digestQuery(reference)),
    );
    expect(found).toMatchObject({ image: { digest } });
  });

  it('is read with a docker config.json, found by DOCKER_CONFIG', async () => {
    const dockerFolder = join(folder, 'docker');
    mkdirSync(dockerFolder, { recursive: true });
    const authFile = join(folder, 'docker-login.json');
    await login({ host: registry.host }, authFile, user, password);
    copyFileSync(authFile, join(dockerFolder, 'config.json'));
    const found = await withGateway(registryEntry(registry), { DOCKER_CONFIG: dockerFolder }, (gateway) =>
      gateway.data(digestQuery(reference)),
    );
    expect(found).toMatchObject({ image: { digest } });
  });

  it('is read with a password that came right while the gateway runs', async () => {
    const passwordFile = join(folder, 'changing-password');
    await withGateway(registryEntry(registry, credentials('wrong', passwordFile)), {}, async (gateway) => {
      expectUnauthorized(await gateway.ask(digestQuery(reference)), registry);
      writeFileSync(passwordFile, password);
      let answer = await gateway.ask(digestQuery(reference));
      // Files are looked at now and then; each question is a look.
      for (let tries = 0; tries < 200 && answer.errors !== undefined; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        answer = await gateway.ask(digestQuery(reference));
      }
      expect(answer).toMatchObject({ data: { image: { digest } } });
    });
  }, 20_000);
});

describe('a docker-registry with a token server on another port', () => {
  let authority: Authority;
  let tokens: TokenServer;
  let registry: DockerRegistry;
  let digest: string;
  let reference: string;

  beforeAll(async () => {
    authority = createAuthority();
    tokens = await startTokenServer({
      signing: authority.issue(['token.test']),
      users: { [user]: password },
      identityTokens: { 'identity-token-of-robot': user },
    });
    const { realm, service, issuer } = tokens;
    registry = await startDockerRegistry({
      auth: { token: { realm, service, issuer, rootcertbundle: authority.caFile } },
    });
    digest = await pushImage({ host: registry.host, creds }, 'team/app', '1');
    reference = `${registry.host}/team/app:1`;
  }, 30_000);

  afterAll(async () => {
    await registry.stop();
    await tokens.stop();
    authority.remove();
  });

  it('gives one token for fifty questions about one repository that come at once', async () => {
    const entry = registryEntry(registry, { ...credentials(password), tokenRealms: [tokens.origin] });
    await withGateway(entry, {}, async (gateway) => {
      const before = tokens.questions.length;
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          gateway.data(digestQuery(index % 2 === 0 ? reference : `${registry.host}/team/app:absent-${String(index)}`)),
        ),
      );
      expect(answers.filter(({ image }) => image !== null)).toHaveLength(25);
      expect(tokens.questions.slice(before)).toEqual([
        {
          method: 'GET',
          user,
          service: tokens.service,
          scopes: ['repository:team/app:pull'],
          status: 200,
        },
      ]);
    });
  });

  it('gives another token for another repository, and one for the catalog', async () => {
    await pushImage({ host: registry.host, creds }, 'team/other', '1');
    const entry = registryEntry(registry, { ...credentials(password), tokenRealms: [tokens.origin] });
    await withGateway(entry, {}, async (gateway) => {
      const before = tokens.questions.length;
      await gateway.data(digestQuery(reference));
      await gateway.data(digestQuery(`${registry.host}/team/other:1`));
      const catalog = await gateway.data(`{ registry(name: "${registry.host}") { repositories { nodes { name } } } }`);
      expect(catalog).toEqual({
        registry: { repositories: { nodes: [{ name: 'team/app' }, { name: 'team/other' }] } },
      });
      expect(tokens.questions.slice(before).map(({ scopes }) => scopes)).toEqual([
        ['repository:team/app:pull'],
        ['repository:team/other:pull'],
        ['registry:catalog:*'],
      ]);
    });
  });

  it('refuses a wrong password with UPSTREAM_UNAUTHORIZED', async () => {
    const entry = registryEntry(registry, { ...credentials('wrong'), tokenRealms: [tokens.origin] });
    expectUnauthorized(await withGateway(entry, {}, (gateway) => gateway.ask(digestQuery(reference))), registry);
    expect(tokens.questions.at(-1)).toMatchObject({ user, status: 401 });
  });

  it('never sees a credential where the configuration does not name it', async () => {
    const before = tokens.questions.length;
    const answer = await withGateway(registryEntry(registry, credentials(password)), {}, (gateway) =>
      gateway.ask(digestQuery(reference)),
    );
    expectUnauthorized(answer, registry);
    expect(answer.errors?.[0]?.message).toContain('tokenRealms');
    expect(tokens.questions).toHaveLength(before);
  });

  it('is read with what `skopeo login` wrote', async () => {
    const authFile = join(folder, 'token-auth.json');
    await login({ host: registry.host }, authFile, user, password);
    const entry = registryEntry(registry, { tokenRealms: [tokens.origin] });
    const found = await withGateway(entry, { REGISTRY_AUTH_FILE: authFile }, (gateway) =>
      gateway.data(digestQuery(reference)),
    );
    expect(found).toMatchObject({ image: { digest } });
    expect(tokens.questions.at(-1)).toMatchObject({ method: 'GET', user, status: 200 });
  });

  it('exchanges an identity token by POST, as OAuth2 has it', async () => {
    const authFile = join(folder, 'identity-auth.json');
    writeFileSync(
      authFile,
      JSON.stringify({ auths: { [registry.host]: { identitytoken: 'identity-token-of-robot' } } }),
    );
    const entry = registryEntry(registry, { tokenRealms: [tokens.origin] });
    const found = await withGateway(entry, { REGISTRY_AUTH_FILE: authFile }, (gateway) =>
      gateway.data(digestQuery(reference)),
    );
    expect(found).toMatchObject({ image: { digest } });
    expect(tokens.questions.at(-1)).toEqual({
      method: 'POST',
      user,
      service: tokens.service,
      scopes: ['repository:team/app:pull'],
      status: 200,
    });
  });
});

it('a docker-registry whose token server lets everyone pull is read without a credential, except for its catalog', async () => {
  const authority = createAuthority();
  const signing = authority.issue(['token.test']);
  const tokens = await startTokenServer({ signing, users: { [user]: password }, anonymous: ['pull'] });
  const { realm, service, issuer } = tokens;
  const registry = await startDockerRegistry({
    auth: { token: { realm, service, issuer, rootcertbundle: authority.caFile } },
  });
  try {
    const digest = await pushImage({ host: registry.host, creds }, 'team/app', '1');
    const before = tokens.questions.length;
    await withGateway(registryEntry(registry, { tokenRealms: [tokens.origin] }), {}, async (gateway) => {
      expect(await gateway.data(digestQuery(`${registry.host}/team/app:1`))).toMatchObject({ image: { digest } });
      expect(await gateway.data(`{ registry(name: "${registry.host}") { repositories { nodes { name } } } }`)).toEqual({
        registry: { repositories: null },
      });
    });
    expect(tokens.questions.slice(before).map((question) => question.user)).toEqual([undefined, undefined]);
  } finally {
    await registry.stop();
    await tokens.stop();
    authority.remove();
  }
});
