import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createConfiguredCredentials } from '../../src/transport/credentials/configured.ts';
import { createCredentialFiles, credentialFilePaths } from '../../src/transport/credentials/credential-files.ts';
import { firstCredential } from '../../src/transport/credentials/credential.ts';
import { type AskHelper } from '../../src/transport/credentials/helper.ts';
import { createManualClock } from './support/clock.ts';
import { corpusFile } from './support/corpus.ts';
import { failureOf, registry } from './support/exchange.ts';

import { base64, find, folder, shown, write } from './support/credential-files.ts';

describe('a configured credential', () => {
  it('is a user with a password from a file, less its last line break', async () => {
    const passwordFile = write('pass:word \n', 'password');
    const credential = await createConfiguredCredentials(registry, { username: '1|robot', passwordFile }).find(
      undefined,
    );
    expect(shown(credential)).toBe('1|robot:pass:word ');
    expect(JSON.stringify(credential)).not.toContain('pass:word');
  });

  it('may be a token', async () => {
    const credential = await createConfiguredCredentials(registry, { tokenFile: write('abc\n', 'token') }).find(
      undefined,
    );
    expect(shown(credential)).toBe('bearer abc');
  });

  it('is read again when its file has been replaced, and has another id then', async () => {
    const clock = createManualClock();
    const passwordFile = write('one', 'password');
    const source = createConfiguredCredentials(registry, { username: 'u', passwordFile }, clock);
    const first = await source.find(undefined);
    renameSync(write('two', 'password'), passwordFile);
    expect(await source.find(undefined)).toBe(first);
    await clock.advance(1_000);
    const second = await source.find(undefined);
    expect(shown(second)).toBe('u:two');
    expect(second?.id).not.toBe(first?.id);
    await clock.advance(1_000);
    expect(await source.find(undefined)).toBe(second);
  });

  it.each([
    ['is missing', () => join(folder, 'nowhere')],
    ['is empty', () => write('', 'password')],
    ['is a folder', () => folder],
  ])('whose file %s is an error that names the file, and heals', async (_what, path) => {
    const passwordFile = path();
    const source = createConfiguredCredentials(registry, { username: 'u', passwordFile });
    expect((await failureOf(source.find(undefined), 'UPSTREAM_UNAUTHORIZED')).message).toContain(passwordFile);
  });
});

describe('several sources', () => {
  it('are asked in order, and one that fails ends the search', async () => {
    const none = { find: () => Promise.resolve(undefined) };
    const some = createConfiguredCredentials(registry, { tokenFile: write('t', 'token') });
    const failing = createConfiguredCredentials(registry, { tokenFile: join(folder, 'nowhere') });
    expect(shown(await firstCredential([none, some]).find(undefined))).toBe('bearer t');
    await failureOf(firstCredential([failing, some]).find(undefined), 'UPSTREAM_UNAUTHORIZED');
    expect(await firstCredential([none]).find(undefined)).toBeUndefined();
  });
});

describe('the files of docker and podman', () => {
  it('are looked at in their order', () => {
    expect(credentialFilePaths({}, '/home/me')).toEqual([
      '/home/me/.config/containers/auth.json',
      '/home/me/.docker/config.json',
      '/home/me/.dockercfg',
    ]);
    const environment = {
      REGISTRY_AUTH_FILE: '/a.json',
      XDG_RUNTIME_DIR: '/run/user/1',
      XDG_CONFIG_HOME: '/cfg',
      DOCKER_CONFIG: '/docker',
    };
    expect(credentialFilePaths(environment, undefined)).toEqual([
      '/a.json',
      '/run/user/1/containers/auth.json',
      '/cfg/containers/auth.json',
      '/docker/config.json',
    ]);
    expect(credentialFilePaths({ DOCKER_CONFIG: '' }, undefined)).toEqual([]);
  });

  it('hold the credential of the first that has one', async () => {
    const empty = write({ auths: { 'other.example': { auth: base64('x:y') } } });
    const first = write({ auths: { 'r.example': { auth: base64('first:1') } } });
    const second = write({ auths: { 'r.example': { auth: base64('second:2') } } });
    expect(await find([join(folder, 'nowhere'), empty, first, second], 'https://r.example')).toBe('first:1');
    expect(await find([empty], 'https://r.example')).toBeUndefined();
  });

  it('may appear and change while we run', async () => {
    const clock = createManualClock();
    const path = join(folder, 'later.json');
    const source = createCredentialFiles({
      registry,
      origin: new URL('https://r.example'),
      environment: {},
      home: undefined,
      paths: [path],
      clock,
    });
    expect(await source.find(undefined)).toBeUndefined();
    writeFileSync(path, JSON.stringify({ auths: { 'r.example': { auth: base64('a:b') } } }));
    await clock.advance(1_000);
    const first = await source.find(undefined);
    expect(shown(first)).toBe('a:b');
    writeFileSync(path, JSON.stringify({ auths: { 'r.example': { auth: base64('a:bc') } } }));
    await clock.advance(1_000);
    const second = await source.find(undefined);
    expect(shown(second)).toBe('a:bc');
    expect(second?.id).not.toBe(first?.id);
  });

  it('know hosts with ports, which are other hosts', async () => {
    const path = write({
      auths: { 'r.example:5000': { auth: base64('port:1') }, 'r.example': { auth: base64('none:1') } },
    });
    expect(await find([path], 'https://r.example:5000')).toBe('port:1');
    expect(await find([path], 'https://r.example')).toBe('none:1');
    expect(await find([path], 'https://r.example:5001')).toBeUndefined();
    expect(await find([path], 'https://example')).toBeUndefined();
  });

  it.each([
    [{ auth: base64('user:pass:word') }, 'user:pass:word'],
    [{ username: 'u', password: 'p' }, 'u:p'],
    [{ auth: base64('<token>:idtoken') }, 'identity-token idtoken'],
    [{ registrytoken: 'rt', auth: base64('a:b') }, 'bearer rt'],
    [{ auth: base64('u:p\0\0') }, 'u:p'],
    [{}, undefined],
    [{ auth: '', email: 'x@y' }, undefined],
  ])('hold entries such as %j', async (entry, expected) => {
    expect(await find([write({ auths: { 'r.example': entry } })], 'https://r.example')).toBe(expected);
  });

  it('that are no JSON are an error, not an absence, and do not show what they hold', async () => {
    const failure = await failureOf(find([write('{"auths": canary')], 'https://r.example'), 'UPSTREAM_UNAUTHORIZED');
    expect(failure.message).not.toContain('canary');
    await failureOf(find([write('[]')], 'https://r.example'), 'UPSTREAM_UNAUTHORIZED');
  });
});

describe('the shared credential files', () => {
  const at = (name: string): string | undefined => corpusFile(`auth/${name}`);
  const full = at('docker-config-json-full.json');
  if (full === undefined) {
    it('are not here: corpus absent', () => {
      expect(full).toBeUndefined();
    });
    return;
  }

  it.each([
    ['docker-config-json-full.json', 'https://example.org', undefined, 'example:org'],
    ['docker-config-json-full.json', 'https://registry-1.docker.io', undefined, 'docker:io'],
    ['docker-config-json-full.json', 'http://localhost', undefined, 'local:host'],
    ['docker-config-json-full.json', 'https://localhost:5000', undefined, 'local:host-5000'],
    ['docker-config-json-full.json', 'https://10.10.30.45:5000', undefined, '10.10:30.45-5000'],
    ['docker-config-json-full.json', 'https://normalize.example.org', undefined, 'normalize:example'],
    ['docker-config-json-full.json', 'https://10.10.30.46', undefined, undefined],
    ['docker-config-json-abnormal.json', 'https://registry-1.docker.io', undefined, 'index:docker.io'],
    ['docker-config-json-abnormal.json', 'https://127.0.0.1:5000', undefined, '127.0:0.1-5000'],
    ['docker-config-json-abnormal.json', 'http://localhost', undefined, 'local:host'],
    ['docker-config-json-abnormal.json', 'https://localhost:5001', undefined, 'local:host-5001'],
    ['docker-config-json-empty.json', 'https://example.org', undefined, undefined],
    ['docker-config-json-legacy-auths.json', 'https://registry1.example.com', undefined, 'username1:password1'],
    ['docker-config-json-legacy-auths.json', 'https://registry2.example.com', undefined, 'username2:password2'],
    ['docker-config-json-legacy-auths.json', 'https://registry5.example.com', undefined, 'username5:password5'],
    ['docker-config-json-legacy-auths.json', 'https://registry6.example.com', undefined, 'username6:password6'],
    ['auth-json-identitytoken.json', 'https://example.org', undefined, 'identity-token some very long identity token'],
    ['auth-json-namespaced-keys.json', 'https://example.org', 'repo', 'example:org'],
    ['auth-json-namespaced-keys.json', 'https://example.org', 'repo/deeper/x', 'example:org'],
    ['auth-json-namespaced-keys.json', 'https://example.org', 'repos', 'local:host'],
    ['auth-json-namespaced-keys.json', 'https://registry-1.docker.io', 'vendor/product', 'first:level'],
    ['auth-json-namespaced-keys.json', 'https://registry-1.docker.io', 'library/busybox', 'library:busybox'],
    ['auth-json-namespaced-keys.json', 'https://registry-1.docker.io', 'library/alpine', 'library:other'],
    ['auth-json-namespaced-keys.json', 'https://registry-1.docker.io', 'other/x', 'top:level'],
  ])('%s, %s, repository %s: %s', async (name, origin, repository, expected) => {
    const path = at(name);
    expect(await find(path === undefined ? [] : [path], origin, repository)).toBe(expected);
  });

  it('of docker-config-json-legacy-dockercfg.json have no wrapper', async () => {
    const { readFileSync } = await import('node:fs');
    const path = write(readFileSync(at('docker-config-json-legacy-dockercfg.json') ?? '', 'utf8'), '.dockercfg');
    expect(await find([path], 'https://registry-1.docker.io')).toBe('docker:io-legacy');
    expect(await find([path], 'https://localhost')).toBe('local:host-legacy');
  });

  it.each(['registry1.example.com', 'registry2.example.com', 'registry3.example.com'])(
    'of bad-docker-config-json-invalid-entry.json are an error for %s',
    async (host) => {
      const path = at('bad-docker-config-json-invalid-entry.json') ?? '';
      expect((await failureOf(find([path], `https://${host}`), 'UPSTREAM_UNAUTHORIZED')).message).toContain(path);
      expect(await find([path], 'https://registry9.example.com')).toBeUndefined();
    },
  );

  it('of docker-config-json-credhelpers.json and -credsstore.json ask the helper that they name', async () => {
    const asked: string[] = [];
    const ask: AskHelper = (name, server) => {
      asked.push(`${name} ${server}`);
      return Promise.resolve({ username: 'h', secret: name });
    };
    const helpers = [at('docker-config-json-credhelpers.json') ?? ''];
    const store = [at('docker-config-json-credsstore.json') ?? ''];
    expect(await find(helpers, 'https://registry1.example.com', undefined, ask)).toBe('h:registry1-helper');
    expect(await find(helpers, 'https://registry2.example.com', undefined, ask)).toBe('h:registry2-helper');
    expect(await find(helpers, 'https://registry3.example.com', undefined, ask)).toBe('foo:bar');
    expect(await find(store, 'https://test.example.com', undefined, ask)).toBe('h:test-helper');
    expect(await find(store, 'https://registry-1.docker.io', undefined, ask)).toBe('h:teststore');
    expect(asked).toEqual([
      'registry1-helper registry1.example.com',
      'registry2-helper registry2.example.com',
      'test-helper test.example.com',
      'teststore https://index.docker.io/v1/',
    ]);
  });
});
