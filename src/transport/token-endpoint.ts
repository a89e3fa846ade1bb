import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Ask } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import { basicAuthorization } from './credentials/basic.ts';
import { errorSummary, retryAfterMs } from './answer.ts';
import type { Token, TokenRequest } from './token.ts';
import type { Transport, UpstreamResponse } from './transport.ts';

export interface TokenEndpointOptions {
  readonly registry: RegistryName;
  readonly transport: Transport;
  readonly clock: Clock;
}

const clientId = 'tributary';
const maxTokenBytes = 64 * 1024;
/** Distribution's default, and the least that other clients assume too. */
const minLifetimeSeconds = 60;

/**
 * Asks a token endpoint once (distribution-spec "token" and "oauth2" flows): GET, with Basic where there is a password;
 * POST for identity tokens, and GET after all where the endpoint knows no POST (404; GHCR says 405).
 */
export async function fetchToken(options: TokenEndpointOptions, request: TokenRequest, ask: Ask): Promise<Token> {
  const { credential } = request;
  let response: UpstreamResponse | undefined;
  if (credential?.kind === 'identity-token') {
    response = await post(options, request, credential.token.reveal(), ask);
    if (response.status === 404 || response.status === 405) response = undefined;
  }
  response ??= await get(options, request, ask);
  return readToken(options, request, response);
}

function get({ transport }: TokenEndpointOptions, request: TokenRequest, ask: Ask): Promise<UpstreamResponse> {
  const { credential, service, scopes } = request;
  const url = new URL(request.realm);
  url.hash = '';
  if (service !== undefined) url.searchParams.append('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credential?.kind === 'basic') url.searchParams.append('account', credential.username);
  url.searchParams.append('client_id', clientId);
  const authorization = credential === undefined ? undefined : basicAuthorization(credential);
  const headers = { accept: 'application/json', ...(authorization === undefined ? {} : { authorization }) };
  return transport({ method: 'GET', url, headers, maxBytes: maxTokenBytes, ask });
}

function post(
  { transport }: TokenEndpointOptions,
  request: TokenRequest,
  refreshToken: string,
  ask: Ask,
): Promise<UpstreamResponse> {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken });
  if (request.service !== undefined) form.append('service', request.service);
  if (request.scopes.length > 0) form.append('scope', request.scopes.join(' '));
  const url = new URL(request.realm);
  url.hash = '';
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  return transport({ method: 'POST', url, headers, body: form.toString(), maxBytes: maxTokenBytes, ask });
}

function readToken(
  { registry, clock }: TokenEndpointOptions,
  { realm, credential }: TokenRequest,
  response: UpstreamResponse,
): Token {
  const { status } = response;
  const where = `${registry}: token server ${realm.origin}`;
  if (status === 429) {
    const retryAfterSeconds = Math.ceil((retryAfterMs(response, clock.now()) ?? 30_000) / 1000);
    throw new GatewayError('UPSTREAM_RATE_LIMITED', `${where} is rate limiting us`, {
      registry,
      status,
      retryAfterSeconds,
    });
  }
  if (status >= 500 || status === 408) {
    throw new GatewayError('UPSTREAM_UNAVAILABLE', `${where} answered ${String(status)}`, { registry, status });
  }
  if (status !== 200) {
    const what =
      credential === undefined
        ? `answered ${String(status)} to a request without a credential`
        : `answered ${String(status)}: the credential is refused`;
    const message = `${where} ${what}${errorSummary(response)}`;
    throw new GatewayError('UPSTREAM_UNAUTHORIZED', message, { registry, status });
  }
  const receivedAt = clock.now();
  const { value, lifetimeSeconds } = readTokenBody(response.body);
  if (value === undefined) {
    throw new GatewayError('UPSTREAM_INVALID', `${where} answered 200 without a usable token`, { registry, status });
  }
  return { value, receivedAt, expiresAt: receivedAt + lifetimeSeconds * 1000 };
}

/** `issued_at` is left aside: it is the server's clock, ours is what counts. */
function readTokenBody(body: Uint8Array): { readonly value: string | undefined; readonly lifetimeSeconds: number } {
  const parsed = parseJson(body);
  if (typeof parsed !== 'object' || parsed === null) return { value: undefined, lifetimeSeconds: 0 };
  const candidates = [
    'token' in parsed ? parsed.token : undefined,
    'access_token' in parsed ? parsed.access_token : undefined,
  ];
  const value = candidates.find((candidate) => typeof candidate === 'string' && /^[\x21-\x7e]+$/.test(candidate));
  const lifetime = 'expires_in' in parsed ? Number(parsed.expires_in) : Number.NaN;
  const lifetimeSeconds = lifetime > minLifetimeSeconds ? lifetime : minLifetimeSeconds;
  return { value: typeof value === 'string' ? value : undefined, lifetimeSeconds };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
