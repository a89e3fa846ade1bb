import { LRUCache } from 'lru-cache';
import { GatewayError, isGatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Ask } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import { untilAborted } from '../lib/wait.ts';
import type { Credential } from './credentials/credential.ts';
import type { RealmPolicy } from './realm.ts';
import { checkRealm } from './realm.ts';
import { fetchToken } from './token-endpoint.ts';
import type { Transport } from './transport.ts';

/** What a token is for; every part tells two tokens apart. */
export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  /** In the order asked: some token servers honour only the first. */
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

/** A token in hand. */
export interface Token {
  readonly value: string;
  /** Milliseconds since the epoch, by our clock. */
  readonly receivedAt: number;
  readonly expiresAt: number;
}

/** The tokens of one registry. */
export interface Tokens {
  /** A valid token, from memory or fetched; of many that ask for the same one, one fetches. */
  token(request: TokenRequest, ask: Ask): Promise<Token>;
  /** The same, when a token turned out to be refused: fetches anew unless somebody else has already done so. */
  renew(request: TokenRequest, refused: Token, ask: Ask): Promise<Token>;
  /** Ends the fetches under way. */
  close(): void;
}

export interface TokensOptions extends RealmPolicy {
  readonly registry: RegistryName;
  /** Reaches token endpoints; follows no redirects. */
  readonly transport: Transport;
  readonly clock: Clock;
  /** The time that one fetch has, however many wait for it. */
  readonly timeoutMs: number;
}

/** Renewed a little before they expire, for the time that a request is on its way. */
const renewEarlyMs = 5_000;
/** How long the word of a token server that refuses is taken, so that a hundred waiters do not ask it a hundred times. */
const refusalMs = 10_000;
/** Tokens kept; one per scope, so with very many repositories the oldest are fetched again. */
const maxTokens = 1_000;

/** Keeps tokens by realm, service, scopes and credential, each with exactly those scopes: never a growing union. */
export function createTokens(options: TokensOptions): Tokens {
  const { clock, registry } = options;
  const tokens = new LRUCache<string, Token>({ max: maxTokens });
  const refusals = new LRUCache<string, { readonly error: GatewayError; readonly until: number }>({ max: maxTokens });
  const flights = new Map<string, Promise<Token>>();
  const underWay = new Set<AbortController>();

  async function fly(key: string, request: TokenRequest, ask: Ask): Promise<Token> {
    const controller = new AbortController();
    underWay.add(controller);
    const late = new GatewayError(
      'UPSTREAM_TIMEOUT',
      `${registry}: no token from ${request.realm.origin} in ${options.timeoutMs} ms`,
      {
        registry,
      },
    );
    const cancel = clock.setTimeout(() => {
      controller.abort(late);
    }, options.timeoutMs);
    try {
      const token = await fetchToken(options, request, { signal: controller.signal, cost: ask.cost });
      tokens.set(key, token);
      refusals.delete(key);
      return token;
    } catch (error) {
      if (isGatewayError(error, 'UPSTREAM_UNAUTHORIZED') || isGatewayError(error, 'UPSTREAM_INVALID')) {
        refusals.set(key, { error, until: clock.now() + refusalMs });
      }
      throw error;
    } finally {
      cancel();
      underWay.delete(controller);
      flights.delete(key);
    }
  }

  function fetchOnce(key: string, request: TokenRequest, ask: Ask): Promise<Token> {
    const refusal = refusals.get(key);
    if (refusal !== undefined && clock.now() < refusal.until) return Promise.reject(refusal.error);
    let flight = flights.get(key);
    if (flight === undefined) {
      flight = fly(key, request, ask);
      flights.set(key, flight);
    }
    return untilAborted(flight, ask.signal);
  }

  return {
    async token(request, ask) {
      checkRealm(request.realm, options);
      const key = keyOf(request);
      const kept = tokens.get(key);
      if (kept !== undefined && clock.now() < kept.expiresAt - renewEarlyMs) return kept;
      return fetchOnce(key, request, ask);
    },
    async renew(request, refused, ask) {
      checkRealm(request.realm, options);
      const key = keyOf(request);
      const kept = tokens.get(key);
      if (kept !== undefined && kept !== refused) return kept;
      tokens.delete(key);
      return fetchOnce(key, request, ask);
    },
    close() {
      const reason = new GatewayError('UPSTREAM_UNAVAILABLE', `${registry}: the gateway is stopping`, { registry });
      for (const controller of underWay) controller.abort(reason);
    },
  };
}

function keyOf({ realm, service, scopes, credential }: TokenRequest): string {
  return JSON.stringify([realm.href, service, [...scopes].sort(), credential?.id]);
}
