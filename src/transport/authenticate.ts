import { LRUCache } from 'lru-cache';
import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Ask } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import { untilAborted } from '../lib/wait.ts';
import { errorSummary, isRateLimited } from './answer.ts';
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

/** An answer that may be about authentication, and how it came about. */
interface Refused {
  readonly request: UpstreamRequest;
  readonly credential: Credential | undefined;
  readonly response: UpstreamResponse;
  readonly attempt: Attempt;
  /** When the request came in: tokens received since are new. */
  readonly begun: number;
}

/** How a refusal goes on. */
const configuredWords = {
  none: ', and no credential is configured for it',
  refused: ': the configured credential is refused, or may not read this',
};
const callersWords = {
  none: ', and it is read with the credential of who asks, of whom none came that is for it',
  refused: ': the credential of who asks is refused, or may not read this',
};

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
  const { credentials, tokens, clock } = options;
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

  const renew = async (used: NonNullable<Attempt['token']>, ask: Ask): Promise<Attempt> =>
    bearer(used.request, await tokens.renew(used.request, used.held, ask));

  /** What to try after a 401. */
  async function answerChallenge(state: Refused): Promise<Attempt | undefined> {
    const { request, credential, response, attempt } = state;
    const { token } = attempt;
    const challenge =
      chooseChallenge(parseChallenges(response.headers['www-authenticate']), response.url) ?? remembered;
    if (challenge === undefined || credential?.kind === 'bearer') return undefined;
    if (challenge.kind === 'basic') {
      const next = await authorize(request, credential, challenge);
      return next.authorization === attempt.authorization ? undefined : next;
    }
    if (token === undefined || !isSameRealm(challenge, token.request)) {
      return authorize(request, credential, challenge);
    }
    if (!isFresh(state)) return renew(token, request.ask);
    const isMissing = (scope: string): boolean => !token.request.scopes.includes(scope) && readingScope.test(scope);
    const missing = challenge.scopes.filter(isMissing);
    if (missing.length === 0) return undefined;
    wanted.set(request.scope ?? '', missing.slice(0, 5));
    return authorize(request, credential, challenge);
  }

  /** What to try after an answer that may be about authentication; `undefined` where nothing is left to try. */
  async function nextAttempt(state: Refused): Promise<Attempt | undefined> {
    const { token } = state.attempt;
    if (state.response.url.origin !== state.request.url.origin) return undefined;
    if (state.response.status === 401) return answerChallenge(state);
    const isDoubtful = token !== undefined && state.begun - token.held.receivedAt > doubtAfterMs;
    return isDoubtful ? renew(token, state.request.ask) : undefined;
  }

  return async function send(request) {
    const begun = clock.now();
    const credential = await untilAborted(credentials.find(request.repository), request.ask.signal);
    let challenge = remembered;
    let attempt = await authorize(request, credential, challenge);
    for (let count = 1; ; count += 1) {
      const response = await inner({ ...request, headers: withAuthorization(request.headers, attempt.authorization) });
      // Some say "too much" with the status of a refusal (ACR); that is for the rate limit to heed.
      const isRefusal = [401, 403].includes(response.status) && !isRateLimited(response);
      if (!isRefusal && response.status !== 400) {
        if (response.url.origin === request.url.origin) remembered = challenge ?? remembered;
        return response;
      }
      const state = { request, credential, response, attempt, begun };
      const next = count < maxAttempts ? await nextAttempt(state) : undefined;
      if (next === undefined) {
        if (isRefusal) throw refusal(options, state);
        return response;
      }
      challenge = challengeOf(next);
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

function isFresh({ attempt: { token }, begun }: Refused): boolean {
  return token !== undefined && token.held.receivedAt >= begun;
}

/** `authorization` is ours alone to set, whatever a caller put there. */
function withAuthorization(
  headers: UpstreamRequest['headers'],
  authorization: string | undefined,
): UpstreamRequest['headers'] {
  const rest = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
  return authorization === undefined ? rest : { ...rest, authorization };
}

function refusal(
  { registry, credentials }: AuthenticateOptions,
  { request, credential, response }: Refused,
): GatewayError {
  const { status, url } = response;
  const isCallers = credentials.whose === 'caller';
  const words = isCallers ? callersWords : configuredWords;
  const why = credential === undefined ? words.none : words.refused;
  const isOwn = url.origin === request.url.origin;
  // Whether there is a body depends on whether the bytes are at hand already, which one caller must not learn about another.
  const summary = isCallers ? '' : errorSummary(response);
  const said = `${registry}: ${url.host} answered ${String(status)}`;
  const message = said + (isOwn ? why : ' after a redirect, where no credential is sent') + summary;
  return new GatewayError('UPSTREAM_UNAUTHORIZED', message, { registry, status });
}
