import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { untilAborted } from '../lib/wait.ts';
import { errorSummary } from './answer.ts';
import { chooseChallenge, parseChallenges, type Answerable, type BearerChallenge } from './challenge.ts';
import { basicAuthorization } from './credentials/basic.ts';
import type { Credential, CredentialSource } from './credentials/credential.ts';
import type { Token, TokenRequest, Tokens } from './token.ts';
import type { Transport, UpstreamRequest, UpstreamResponse } from './transport.ts';

export interface AuthenticateOptions {
  readonly registry: RegistryName;
  readonly credentials: CredentialSource;
  readonly tokens: Tokens;
  readonly clock: Clock;
}

/** What a request was sent with. */
interface Attempt {
  readonly authorization: string | undefined;
  readonly token?: { readonly request: TokenRequest; readonly held: Token };
}

/** At first; with a token; with a renewed one; with the scopes that the registry says it wants. */
const maxAttempts = 4;
/** From this age on, a 400 or 403 may mean that a token has expired: some registries have no 401 for that (ECR). */
const doubtAfterMs = 60_000;
/** Scopes that only read; a registry can talk us into no others. */
const readingScope =
  /^repository(?:\([a-z]+\))?:[^\s:]+(?::\d+\/[^\s:]+)?:(?:pull|metadata_read)(?:,(?:pull|metadata_read))*$/;

/**
 * Answers challenges: Bearer with tokens for the request's own scope, Basic with the credential itself. The last challenge
 * that led to an answer is remembered, so that later requests carry their token at once. Rejects with UPSTREAM_UNAUTHORIZED
 * where 401 or 403 is the last word. `inner` may follow redirects, but must not carry `authorization` to another origin;
 * challenges from there are not answered.
 */
export function createAuthenticate(inner: Transport, options: AuthenticateOptions): Transport {
  const { registry, credentials, tokens, clock } = options;
  let remembered: Answerable | undefined;
  /** By the scope of a request, those that its registry wants besides (Artifactory, ACR). */
  const wanted = new LRUCache<string, readonly string[]>({ max: 1_000 });

  async function authorize(
    request: UpstreamRequest,
    credential: Credential | undefined,
    challenge: Answerable | undefined,
  ): Promise<Attempt> {
    if (credential?.kind === 'bearer') return { authorization: `Bearer ${credential.token.reveal()}` };
    if (challenge?.kind === 'bearer') {
      const tokenRequest = tokenRequestOf(request, credential, challenge);
      return bearer(tokenRequest, await tokens.token(tokenRequest, request.ask));
    }
    const sendsBasic = challenge !== undefined && credential !== undefined;
    return { authorization: sendsBasic ? basicAuthorization(credential) : undefined };
  }

  function tokenRequestOf(
    request: UpstreamRequest,
    credential: Credential | undefined,
    challenge: BearerChallenge,
  ): TokenRequest {
    const own = request.scope === undefined ? [] : [request.scope];
    const scopes = [...(wanted.get(request.scope ?? '') ?? []), ...own];
    return { realm: challenge.realm, service: challenge.service, scopes, credential };
  }

  /** What to try after an answer that may be about authentication; `undefined` where nothing is left to try. */
  async function nextAttempt(
    request: UpstreamRequest,
    credential: Credential | undefined,
    response: UpstreamResponse,
    { token, authorization }: Attempt,
    begun: number,
  ): Promise<Attempt | undefined> {
    const isFresh = token !== undefined && token.held.receivedAt >= begun;
    const renew = async (used: NonNullable<Attempt['token']>): Promise<Attempt> =>
      bearer(used.request, await tokens.renew(used.request, used.held, request.ask));

    if (response.status !== 401) {
      const isDoubtful = token !== undefined && !isFresh && begun - token.held.receivedAt > doubtAfterMs;
      return isDoubtful ? renew(token) : undefined;
    }
    const challenge =
      chooseChallenge(parseChallenges(response.headers['www-authenticate']), response.url) ?? remembered;
    if (challenge === undefined || credential?.kind === 'bearer') return undefined;
    if (challenge.kind === 'basic') {
      const attempt = await authorize(request, credential, challenge);
      return attempt.authorization === undefined || attempt.authorization === authorization ? undefined : attempt;
    }
    if (token === undefined || !isSameRealm(challenge, token.request)) return authorize(request, credential, challenge);
    if (!isFresh) return renew(token);
    const missing = challenge.scopes.filter(
      (scope) => !token.request.scopes.includes(scope) && readingScope.test(scope),
    );
    if (missing.length === 0) return undefined;
    wanted.set(request.scope ?? '', missing.slice(0, 5));
    return authorize(request, credential, challenge);
  }

  return async function send(request) {
    const begun = clock.now();
    const credential = await untilAborted(credentials.find(request.repository), request.ask.signal);
    let challenge = remembered;
    let attempt = await authorize(request, credential, challenge);
    for (let count = 1; ; count += 1) {
      const response = await inner({ ...request, headers: withAuthorization(request.headers, attempt.authorization) });
      const isOwn = response.url.origin === request.url.origin;
      const isRefusal = response.status === 401 || response.status === 403;
      if (!isRefusal && response.status !== 400) {
        if (isOwn && challenge !== undefined) remembered = challenge;
        return response;
      }
      const next =
        isOwn && count < maxAttempts ? await nextAttempt(request, credential, response, attempt, begun) : undefined;
      if (next === undefined) {
        if (isRefusal) throw refusal(registry, credential, response, isOwn);
        return response;
      }
      challenge = challengeOf(next) ?? challenge;
      attempt = next;
    }
  };
}

function bearer(request: TokenRequest, held: Token): Attempt {
  return { authorization: `Bearer ${held.value}`, token: { request, held } };
}

function challengeOf({ token }: Attempt): Answerable {
  return token === undefined
    ? { kind: 'basic' }
    : { kind: 'bearer', realm: token.request.realm, service: token.request.service, scopes: [] };
}

function isSameRealm(challenge: BearerChallenge, used: TokenRequest): boolean {
  return challenge.realm.href === used.realm.href && challenge.service === used.service;
}

/** `authorization` is ours alone to set, whatever a caller put there. */
function withAuthorization(
  headers: UpstreamRequest['headers'],
  authorization: string | undefined,
): UpstreamRequest['headers'] {
  const { authorization: _callers, ...rest } = headers;
  return authorization === undefined ? rest : { ...rest, authorization };
}

function refusal(
  registry: RegistryName,
  credential: Credential | undefined,
  response: UpstreamResponse,
  isOwn: boolean,
): GatewayError {
  const { status, url } = response;
  const said = `${registry}: ${url.host} answered ${String(status)}`;
  const why = isOwn
    ? credential === undefined
      ? ', and no credential is configured for it'
      : ': the configured credential is refused, or may not read this'
    : ' after a redirect, where no credential is sent';
  return new GatewayError('UPSTREAM_UNAUTHORIZED', said + why + errorSummary(response), { registry, status });
}
