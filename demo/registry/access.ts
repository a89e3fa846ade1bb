import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { empty, failure, json, readSmallBody } from './exchange.ts';
import type { Answer, RegistryRequest } from './exchange.ts';
import { digestOf } from './store.ts';
import { createTokens } from './tokens.ts';

/** Who may do what at a sample registry. */
export type Access =
  | { readonly kind: 'open' }
  | ({ readonly kind: 'basic' } & Credentials)
  | {
      readonly kind: 'token';
      /** The name of the service, in challenges and token requests. */
      readonly service: string;
      /** Where tokens are given, on the registry's own origin. */
      readonly realmPath: string;
      readonly lifetimeSeconds: number;
      /** Whether tokens to pull are given to everyone. */
      readonly anonymous: boolean;
      readonly credentials?: Credentials;
    };

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** What a request needs to be allowed: a token's scope taken apart. */
export interface Need {
  readonly type: 'repository' | 'registry';
  readonly name: string;
  readonly actions: readonly string[];
}

export interface Gate {
  /** `undefined` where the request may pass; else the answer that it gets. Without a need, any token passes. */
  refuse(request: RegistryRequest, need: Need | undefined): Answer | undefined;
  /** Answers the token endpoint; `undefined` where the path is another. */
  answer(request: RegistryRequest): Promise<Answer | undefined>;
}

export interface GateRules {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether a repository exists: where not, some registries give no access to its name. */
  readonly mayPull: (repository: string) => boolean;
  /** Whether credentials also allow pushing. */
  readonly push: boolean;
}

/** Keeps the door of a registry: `Basic`, or `Bearer` as the CNCF distribution's token authentication specification has it. */
export function createGate(access: Access, rules: GateRules): Gate {
  if (access.kind === 'open') return { refuse: () => undefined, answer: () => Promise.resolve(undefined) };
  if (access.kind === 'basic') {
    const challenge = { 'www-authenticate': 'Basic realm="Registry", charset="UTF-8"' };
    const refusal = failure(401, 'UNAUTHORIZED', 'authentication required', undefined, challenge);
    return {
      refuse: (request) => (isUser(basicCredentials(request.headers), access) ? undefined : refusal),
      answer: () => Promise.resolve(undefined),
    };
  }

  const { service, realmPath, credentials, anonymous, lifetimeSeconds } = access;
  const tokens = createTokens(rules.now);

  function grant(scopes: readonly string[], isKnown: boolean): readonly string[] {
    return scopes.flatMap((scope) => {
      const [, type = '', name = '', actions = ''] = /^(\w+):(.+):([^:]*)$/.exec(scope) ?? [];
      const asked = actions.split(',');
      if (type === 'registry')
        return isKnown && name === 'catalog' ? asked.map((action) => `registry:catalog:${action}`) : [];
      const allowed = isKnown && rules.push ? ['pull', 'push', 'delete'] : rules.mayPull(name) ? ['pull'] : [];
      return allowed.filter((action) => asked.includes(action)).map((action) => `repository:${name}:${action}`);
    });
  }

  async function giveToken(request: RegistryRequest): Promise<Answer> {
    if (request.method !== 'GET' && request.method !== 'POST')
      return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
    let form = request.query;
    let user = basicCredentials(request.headers);
    if (request.method === 'POST') {
      const body = await readSmallBody(request.body, 64 * 1024);
      if (body === undefined) return empty(413, { connection: 'close' });
      form = new URLSearchParams(body.toString('utf8'));
      const [username, password] = [form.get('username'), form.get('password')];
      if (username !== null && password !== null) user = { username, password };
    }
    const isKnown = credentials !== undefined && isUser(user, credentials);
    if (user === undefined ? !anonymous : !isKnown) return json(401, { details: 'incorrect username or password' });
    const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
    const token = tokens.make(grant(scopes, isKnown), lifetimeSeconds);
    const issued = new Date(rules.now()).toISOString();
    return json(200, { token, access_token: token, expires_in: lifetimeSeconds, issued_at: issued });
  }

  function challenge(request: RegistryRequest, need: Need | undefined, problem: string | undefined): Answer {
    const { type, name, actions } = need ?? { type: '', name: '', actions: [] };
    const scope = need === undefined ? '' : `,scope="${type}:${name}:${actions.join(',')}"`;
    const error = problem === undefined ? '' : `,error="${problem}"`;
    const detail = actions.map((action) => ({ Type: type, Class: '', Name: name, Action: action }));
    return failure(401, 'UNAUTHORIZED', 'authentication required', need && detail, {
      'www-authenticate': `Bearer realm="${request.origin}${realmPath}",service="${service}"${scope}${error}`,
    });
  }

  return {
    refuse(request, need) {
      const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
      if (token === undefined) return challenge(request, need, undefined);
      const granted = tokens.read(token);
      if (granted === undefined) return challenge(request, need, 'invalid_token');
      const wanted = need?.actions.map((action) => `${need.type}:${need.name}:${action}`) ?? [];
      return wanted.every((action) => granted.includes(action))
        ? undefined
        : challenge(request, need, 'insufficient_scope');
    },
    async answer(request) {
      return request.path === realmPath ? giveToken(request) : undefined;
    },
  };
}

/** The user and password of an `Authorization: Basic`; the password is all that follows the first colon. */
function basicCredentials(headers: IncomingHttpHeaders): Credentials | undefined {
  const [, encoded] = /^basic +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Whether a user and password are the expected ones. */
export function isUser(user: Credentials | undefined, expected: Credentials): boolean {
  if (user === undefined) return false;
  return isSame(user.username, expected.username) && isSame(user.password, expected.password);
}

/** Compares secrets in a time that does not depend on where they differ. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(Buffer.from(a))), Buffer.from(digestOf(Buffer.from(b))));
}
