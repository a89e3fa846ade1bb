import { afterEach, expect } from '@jest/globals';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT, type JWK, type JWTPayload } from 'jose';
import { isGatewayError, type GatewayError } from '../../../src/domain/errors.ts';
import { createLog } from '../../../src/lib/log.ts';
import type { Viewer } from '../../../src/access/access.ts';
import type { CallerKind } from '../../../src/access/callers/caller-kind.ts';
import type { Callers } from '../../../src/access/callers/callers.ts';
import { createCallers } from '../../../src/access/callers/create-callers.ts';
import { createManualClock, type ManualClock } from '../../transport/support/clock.ts';
import { startServer, type Handler, type TestServer } from '../../transport/support/server.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server on loopback that ends with the test. */
export async function serve(
  handler: Handler,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TestServer> {
  const server = await startServer(handler, tls);
  closers.push(server.close);
  return server;
}

/** Callers of some kinds, with all that was logged, and the time. */
export interface Stand {
  readonly callers: Callers;
  readonly clock: ManualClock;
  readonly lines: readonly string[];
  /** Who shows a token. */
  readonly show: (token: string) => Promise<Viewer>;
  /** Why a token is not taken. */
  readonly refusal: (token: string) => Promise<GatewayError>;
}

export type Making = (outside: {
  readonly clock: ManualClock;
  readonly log: ReturnType<typeof createLog>;
}) => CallerKind;

export function standWith(kinds: readonly Making[], { anonymous = false } = {}): Stand {
  const clock = createManualClock();
  const lines: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => lines.push(line) } });
  const callers = createCallers({ kinds: kinds.map((make) => make({ clock, log })), anonymous, clock, log });
  const show = async (token: string): Promise<Viewer> => (await callers.identify(`Bearer ${token}`)).viewer;
  return { callers, clock, lines, show, refusal: (token) => refusalOf(show(token)) };
}

/** The error that somebody was refused with; throws where nobody was. */
export async function refusalOf(identifying: Promise<unknown>): Promise<GatewayError> {
  const outcome: unknown = await identifying.then(
    () => new Error('let in'),
    (error: unknown) => error,
  );
  if (isGatewayError(outcome)) return outcome;
  throw outcome as Error;
}

/** Expects that a secret stands nowhere: neither as it is, nor in base64, nor encoded for URLs. */
export function expectNoTrace(texts: readonly string[], ...secrets: readonly string[]): void {
  const all = texts.join('\n');
  for (const secret of secrets) {
    for (const form of [secret, Buffer.from(secret).toString('base64'), encodeURIComponent(secret)]) {
      expect(all).not.toContain(form);
    }
  }
}

/** A key to sign with, and what an issuer publishes of it. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: JWK;
}

export async function makeKey(kid: string, alg: 'RS256' | 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } };
}

/** A JWT that a key signed, with headers besides `alg` and `kid`; `kid: undefined` leaves that out. */
export function sign(
  key: SigningKey,
  claims: JWTPayload,
  headers: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid, ...headers }).sign(key.privateKey);
}

/** A JWT of parts as they are given. */
export function compact(header: object, claims: object, signatureOf: (input: string) => string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${signatureOf(input)}`;
}
