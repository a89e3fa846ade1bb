import { createHash, createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCallers } from '../../src/access/callers/create-callers.ts';
import { createOidcCallers } from '../../src/access/callers/oidc.ts';
import { createStaticTokens } from '../../src/access/callers/static-tokens.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/lib/log.ts';
import type { Target } from './target.ts';

/** What is shown by callers, to an issuer's callers and those of a file. Nobody but the one user there is may be let in. */
export async function startTokenTarget(): Promise<{ readonly target: Target; readonly stop: () => Promise<void> }> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const folder = mkdtempSync(join(tmpdir(), 'tributary-fuzz-tokens-'));
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] };
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(keys));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const jwksUrl = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);

  const own = 'c0ffee'.repeat(12);
  writeFileSync(join(folder, 'tokens'), `bot ${createHash('sha256').update(own).digest('hex')} devs\n`);
  const log = createLog({ level: 'silent' });
  const issuer = { name: 'corp', issuer: 'https://sso.example', audience: 'tributary', clock: systemClock };
  const callers = createCallers({
    kinds: [
      createOidcCallers({ ...issuer, algorithms: ['RS256'], jwksUrl, insecure: true, allowPrivateNetwork: true }),
      createStaticTokens({ name: 'ci', tokensFile: join(folder, 'tokens'), clock: systemClock, log }),
    ],
    ...{ anonymous: false, clock: systemClock, log },
  });
  const claims = {
    iss: issuer.issuer,
    aud: issuer.audience,
    sub: 'alice',
    groups: ['devs'],
    exp: Math.floor(Date.now() / 1000) + 86_400,
  };
  const good = [jwtOf(privateKey, { alg: 'RS256', kid: 'one', typ: 'JWT' }, claims), own].map(
    (text) => `Bearer ${text}`,
  );
  const secret = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const bad = [{ alg: 'none' }, { alg: 'HS256', kid: 'one' }, { alg: 'RS256', jku: jwksUrl.href, kid: '../x' }].map(
    (header) => {
      const body = `${encoded(header)}.${encoded(claims)}`;
      return `Bearer ${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
    },
  );
  const signed = (text: string): string =>
    text.trim().replace(/ +/, ' ').split('.').slice(0, 2).join('.').toLowerCase();
  return {
    target: {
      name: 'token',
      samples: [...good, ...bad],
      words: ['Bearer ', '.', '..', 'eyJ', encoded({ alg: 'none' }), '=', 'Basic '],
      take: async (text) => {
        const { viewer } = await callers.identify(text);
        const known = good.map(signed);
        if (!known.includes(signed(text))) throw new Error(`${viewer.id} was let in by what was never signed`);
      },
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(folder, { recursive: true });
    },
  };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function jwtOf(key: KeyObject, header: object, claims: object): string {
  const body = `${encoded(header)}.${encoded(claims)}`;
  return `${body}.${sign('sha256', Buffer.from(body), key).toString('base64url')}`;
}
