import { dirname } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createCredentialFiles } from '../../src/transport/credentials/credential-files.ts';
import { createHelpers, type AskHelper } from '../../src/transport/credentials/helper.ts';
import { createManualClock } from './support/clock.ts';
import { failureOf, registry, repositoryName } from './support/exchange.ts';

import { base64, find, folder, write } from './support/credential-files.ts';

describe('credential helpers', () => {
  const PATH = process.env['PATH'] ?? '';

  /** A helper made of a shell script, and what a registry's files find through it. */
  function helper(
    script: string,
    name = 'test',
  ): { readonly environment: Record<string, string>; readonly config: string } {
    const path = write(`#!/bin/sh\n${script}\n`, `docker-credential-${name}`, 0o755);
    const config = write({ credsStore: name, auths: { 'r.example': { auth: base64('fallback:no') } } });
    return { environment: { PATH: `${dirname(path)}:${PATH}`, HOME: folder }, config };
  }

  async function ask(script: string, timeoutMs = 5_000): Promise<string | undefined> {
    const { environment, config } = helper(script);
    const askHelper = createHelpers({ registry, environment, timeoutMs });
    return find([config], 'https://r.example', undefined, askHelper);
  }

  it('are given the host and answer with a credential', async () => {
    const script =
      'read host; [ "$1" = get ] && echo "{\\"ServerURL\\":\\"$host\\",\\"Username\\":\\"u\\",\\"Secret\\":\\"for $host\\"}"';
    expect(await ask(script)).toBe('u:for r.example');
    expect(await ask(`echo '{"Username":"<token>","Secret":"refresh"}'`)).toBe('identity-token refresh');
  });

  it('that have nothing leave it to the entries', async () => {
    expect(await ask('echo "credentials not found in native keychain"; exit 1')).toBe('fallback:no');
    expect(await ask(`echo '{"Username":"","Secret":""}'`)).toBe('fallback:no');
  });

  it.each([
    ['fail', 'echo canary; echo canary >&2; exit 1'],
    ['answer something else', 'echo canary'],
    ['answer half', `echo '{"Username":"canary"}'`],
    ['say too much', 'head -c 200000 /dev/zero'],
  ])('that %s are an error, never another credential, and nothing that they said is told', async (_what, script) => {
    const failure = await failureOf(ask(script), 'UPSTREAM_UNAUTHORIZED');
    expect(failure.message).toContain('"test"');
    expect(failure.message).not.toContain('canary');
  });

  it('that do not end are ended', async () => {
    const failure = await failureOf(ask('exec sleep 60', 100), 'UPSTREAM_UNAUTHORIZED');
    expect(failure.message).toContain('too long');
  });

  it('that are not there are an error', async () => {
    const askHelper = createHelpers({ registry, environment: { PATH: folder } });
    expect((await failureOf(askHelper('absent', 'r.example'), 'UPSTREAM_UNAUTHORIZED')).message).toContain(
      'not found in PATH',
    );
  });

  it.each(['../evil', 'a b', 'a;b', '$(x)', '', 'a/b'])('named %j are refused', async (name) => {
    const askHelper = createHelpers({ registry, environment: { PATH } });
    expect((await failureOf(askHelper(name, 'r.example'), 'UPSTREAM_UNAUTHORIZED')).message).toContain('name');
  });

  it('are asked once in a while, and their credential has another id when it changes', async () => {
    const clock = createManualClock();
    let runs = 0;
    const askHelper: AskHelper = () => {
      runs += 1;
      return Promise.resolve({ username: 'u', secret: `s${String(Math.ceil(runs / 2))}` });
    };
    const paths = [write({ credsStore: 'x' })];
    const source = createCredentialFiles({
      registry,
      origin: new URL('https://r.example'),
      environment: {},
      home: undefined,
      paths,
      askHelper,
      clock,
    });
    const first = await source.find(undefined);
    await Promise.all([source.find(undefined), source.find(repositoryName('a'))]);
    expect(runs).toBe(1);
    await clock.advance(300_000);
    expect((await source.find(undefined))?.id).toBe(first?.id);
    await clock.advance(300_000);
    expect((await source.find(undefined))?.id).not.toBe(first?.id);
    expect(runs).toBe(3);
  });
});
