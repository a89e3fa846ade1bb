import { createSecret } from '../../lib/secret.ts';
import type { Credential } from './credential.ts';

/** A docker config.json, a containers auth.json or a .dockercfg. Entries are looked at only when they are used. */
export interface CredentialFile {
  readonly auths: ReadonlyMap<string, unknown>;
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly credsStore: string | undefined;
}

/** Parses a file; throws a SyntaxError where it is not a JSON object. A `.dockercfg` is nothing but the entries. */
export function parseCredentialFile(path: string, bytes: Buffer): CredentialFile {
  const content: unknown = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  if (!isObject(content)) throw new SyntaxError(`${path} is not a JSON object`);
  const fields = new Map<string, unknown>(Object.entries(content));
  if (path.endsWith('.dockercfg')) return { auths: fields, credHelpers: new Map(), credsStore: undefined };
  const credsStore = fields.get('credsStore');
  return {
    auths: entriesOf(fields.get('auths')),
    credHelpers: new Map([...entriesOf(fields.get('credHelpers'))].filter(isNamed)),
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
  };
}

/** What an entry holds: nothing (a helper has it), something that cannot be used, or a credential in want of an id. */
export type Entry =
  | { readonly kind: 'empty' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'found'; readonly credential: (idOf: (secret: string) => string) => Credential };

const texts = ['registrytoken', 'identitytoken', 'auth', 'username', 'password'];

/** Reads an entry: `registrytoken`, then `identitytoken`, then `auth`, then `username` and `password`. */
export function readEntry(entry: unknown): Entry {
  if (!isObject(entry)) return invalid('it is not an object');
  const fields = new Map<string, unknown>(Object.entries(entry));
  const odd = texts.find((name) => fields.has(name) && typeof fields.get(name) !== 'string');
  if (odd !== undefined) return invalid(`its "${odd}" is not a string`);
  const text = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  const auth = text('auth');
  const pair = auth === '' ? { username: text('username'), password: text('password') } : decodeAuth(auth);
  if (text('registrytoken') !== '') return bearer(text('registrytoken'));
  if (text('identitytoken') !== '') return identity(text('identitytoken'), pair?.username);
  return pair === undefined ? invalid('its "auth" is not "user:password" in base64') : passwordEntry(pair);
}

function passwordEntry({ username, password }: Pair): Entry {
  if (username === '' && password === '') return { kind: 'empty' };
  return username === '<token>' ? identity(password, undefined) : basic(username, password);
}

interface Pair {
  readonly username: string;
  readonly password: string;
}

function basic(username: string, password: string): Entry {
  return {
    kind: 'found',
    credential: (idOf) => ({
      kind: 'basic',
      id: idOf(`${username}:${password}`),
      username,
      password: createSecret(password),
    }),
  };
}

function bearer(token: string): Entry {
  return { kind: 'found', credential: (idOf) => ({ kind: 'bearer', id: idOf(token), token: createSecret(token) }) };
}

function identity(token: string, username: string | undefined): Entry {
  const named = username === undefined || username === '' ? {} : { username };
  return {
    kind: 'found',
    credential: (idOf) => ({ kind: 'identity-token', id: idOf(token), ...named, token: createSecret(token) }),
  };
}

/** A password may hold colons, a user name not; docker pads some passwords with NUL. */
function decodeAuth(auth: string): Pair | undefined {
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(auth)) return undefined;
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon <= 0) return undefined;
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/^\0+|\0+$/g, '') };
}

function invalid(reason: string): Entry {
  return { kind: 'invalid', reason };
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map<string, unknown>(isObject(value) ? Object.entries(value) : []);
}

function isNamed(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string' && entry[1] !== '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
