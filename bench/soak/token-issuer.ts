import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** An issuer of OpenID Connect on loopback, that signs tokens for whomever it is asked. */
export interface TokenIssuer {
  /** What a gateway is told of it: an entry of `access.callers`. */
  readonly callers: Readonly<Record<string, unknown>>;
  /** A token of somebody, each time another one. */
  readonly tokenOf: (subject: string) => Promise<string>;
  /** How often its keys were asked for so far. */
  readonly asked: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts an issuer whose users a gateway knows as `oidc:NAME:SUBJECT`. */
export async function startTokenIssuer(name: string): Promise<TokenIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }];
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  let made = 0;
  return {
    callers: {
      ...{ name, kind: 'oidc', issuer, jwksUrl: `${issuer}/keys`, audience: 'tributary' },
      ...{ insecure: true, allowPrivateNetwork: true },
    },
    tokenOf: (subject) =>
      new SignJWT({ jti: String((made += 1)) })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(issuer)
        .setAudience('tributary')
        .setSubject(subject)
        .setExpirationTime(Math.floor(Date.now() / 1000) + 3600)
        .sign(privateKey),
    asked: () => asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
