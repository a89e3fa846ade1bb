import { randomUUID, sign, X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface TokenServerOptions {
  /** Signs the tokens: a key on P-256 and its certificate, in PEM. */
  readonly signing: { readonly key: string; readonly cert: string };
  /** Passwords by user. */
  readonly users: Readonly<Record<string, string>>;
  /** Users by identity token, for the grant `refresh_token`; without any, POST answers 404 as on servers without OAuth2. */
  readonly identityTokens?: Readonly<Record<string, string>>;
  /** Repositories that may be pulled by who shows a token as the password of any user but those. */
  readonly tokens?: Readonly<Record<string, readonly string[]>>;
  /** What those without a password may do with repositories; nothing where absent. */
  readonly anonymous?: readonly string[];
}

/** One question for a token. */
export interface TokenQuestion {
  readonly method: string;
  /** Who asked; `undefined` for those without a credential. */
  readonly user: string | undefined;
  readonly service: string;
  readonly scopes: readonly string[];
  readonly status: number;
}

/** A token server as Docker's "Token Authentication Specification" and "OAuth2 Token Authentication" describe it. */
export interface TokenServer {
  /** Where tokens are given: the `realm` of challenges. */
  readonly realm: string;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly issuer: string;
  readonly service: string;
  /** All questions, oldest first. */
  readonly questions: readonly TokenQuestion[];
  stop(): Promise<void>;
}

/** How long tokens are valid. */
const lifetimeSeconds = 300;

/** Starts a token server on a free port of 127.0.0.1. */
export async function startTokenServer(options: TokenServerOptions): Promise<TokenServer> {
  const issuer = 'tests issuer';
  const service = 'tests registry';
  const questions: TokenQuestion[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://token.test');
    const isPost = request.method === 'POST';
    const parameters = isPost ? new URLSearchParams(await text(request)) : url.searchParams;
    const scopes = parameters.getAll('scope').flatMap((scope) => scope.split(' ').filter((part) => part !== ''));
    const asked = isPost ? byForm(options, parameters) : byBasic(options, request.headers.authorization);
    const audience = parameters.get('service') ?? '';
    const status = url.pathname !== '/token' ? 404 : asked.status;
    questions.push({ method: request.method ?? '', user: asked.user, service: audience, scopes, status });
    if (status !== 200) {
      reply(response, status, { errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] });
      return;
    }
    const now = Math.floor(Date.now() / 1000);
    const token = signToken(options.signing, {
      iss: issuer,
      sub: asked.user ?? '',
      aud: audience,
      exp: now + lifetimeSeconds,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access: scopes.map((scope) => grant(scope, allowed(options, asked))),
    });
    const issued = { expires_in: lifetimeSeconds, issued_at: new Date(now * 1000).toISOString() };
    reply(response, 200, isPost ? { access_token: token, scope: scopes.join(' '), ...issued } : { token, ...issued });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const origin = `http://127.0.0.1:${String(port)}`;
  return {
    origin,
    realm: `${origin}/token`,
    issuer,
    service,
    questions,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

interface Asked {
  readonly status: number;
  readonly user: string | undefined;
  /** What alone may be pulled; absent where it is not by a token. */
  readonly repositories?: readonly string[];
}

/** The actions that are granted on a repository; `undefined` where all are. */
function allowed({ anonymous = [] }: TokenServerOptions, { user, repositories }: Asked) {
  return (repository: string): readonly string[] | undefined => {
    if (repositories !== undefined) return repositories.includes(repository) ? ['pull'] : [];
    return user === undefined ? anonymous : undefined;
  };
}

function byBasic({ users, tokens = {}, anonymous }: TokenServerOptions, authorization: string | undefined): Asked {
  if (authorization === undefined) return { status: anonymous === undefined ? 401 : 200, user: undefined };
  const [scheme = '', encoded = ''] = authorization.split(' ');
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const user = pair.slice(0, colon);
  const repositories = tokens[pair.slice(colon + 1)];
  if (repositories !== undefined) return { status: 200, user, repositories };
  const isRight = scheme.toLowerCase() === 'basic' && colon > 0 && users[user] === pair.slice(colon + 1);
  return { status: isRight ? 200 : 401, user };
}

function byForm({ identityTokens }: TokenServerOptions, form: URLSearchParams): Asked {
  if (identityTokens === undefined) return { status: 404, user: undefined };
  const isComplete = form.get('grant_type') === 'refresh_token' && form.has('service') && form.has('client_id');
  const user = identityTokens[form.get('refresh_token') ?? ''];
  return { status: !isComplete ? 400 : user === undefined ? 401 : 200, user };
}

/** An entry of the claim `access`; what was asked is granted, as far as the actions go where there are some for the name. */
function grant(scope: string, actionsOn: (name: string) => readonly string[] | undefined) {
  const [, type = '', name = '', wanted = ''] = /^([^:]+):(.*):([^:]*)$/.exec(scope) ?? [];
  const actions = actionsOn(name);
  const granted = wanted.split(',').filter((action) => actions === undefined || actions.includes(action));
  return { type, name, actions: granted };
}

/** A JSON Web Token, ES256, with the certificate of its key in `x5c` (RFC 7515 §4.1.6), by which the registry trusts it. */
function signToken({ key, cert }: TokenServerOptions['signing'], claims: object): string {
  const x5c = [new X509Certificate(cert).raw.toString('base64')];
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ typ: 'JWT', alg: 'ES256', x5c })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
