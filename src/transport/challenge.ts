/** One way that a server offers to authenticate (RFC 9110 §11.3). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** What follows the scheme where it is not a list of parameters. */
  readonly token68: string | undefined;
  /** Names in lower case; the first where a name comes twice. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+\-.^_`|~\w]+/y;
const token68 = /[\w\-.~+/]+=*(?=[ \t]*(?:,|$))/y;
const equals = /[ \t]*=[ \t]*/y;
const spaces = /[ \t]+/y;
const separators = /[ \t,]*/y;
const quoted = /"((?:[^"\\]|\\[^])*)(?:"|\\?$)/y;
const bare = /[^\s,]*/y;
const anything = /[^]/y;

/**
 * Takes WWW-Authenticate apart: several fields, several challenges in one, as libraries join them. Lenient where
 * registries are sloppy (values without quotes, quotes that never end); text that fits nothing is passed over. Never throws.
 */
export function parseChallenges(header: string | readonly string[] | undefined): readonly Challenge[] {
  if (header === undefined) return [];
  return typeof header === 'string' ? parseField(header) : header.flatMap(parseField);
}

function parseField(field: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  const take = scanner(field);
  let parameters: Map<string, string> | undefined;
  for (;;) {
    take(separators);
    const name = take(token)?.toLowerCase();
    if (name === undefined) {
      // Nothing that begins a challenge or a parameter: past it, until nothing is left.
      if (take(anything) === undefined) return challenges;
    } else if (take(equals) !== undefined) {
      const value = takeValue(take);
      if (parameters?.has(name) === false) parameters.set(name, value);
    } else {
      parameters = new Map();
      const rest = take(spaces) === undefined ? undefined : take(token68);
      challenges.push({ scheme: name, token68: rest, parameters });
    }
  }
}

type Take = (pattern: RegExp) => string | undefined;

/** Takes what a sticky pattern matches where the last match ended; `undefined`, and nothing taken, where it does not. */
function scanner(text: string): Take {
  let at = 0;
  return (pattern) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return undefined;
    at = pattern.lastIndex;
    return match[1] ?? match[0];
  };
}

function takeValue(take: Take): string {
  const value = take(quoted);
  return value === undefined ? (take(bare) ?? '') : value.replace(/\\([^])/g, '$1');
}

/** A challenge that we can answer. */
export type Answerable = BearerChallenge | { readonly kind: 'basic' };

/** Fetch a token from a realm, then ask again with it (distribution-spec "token authentication"). */
export interface BearerChallenge {
  readonly kind: 'bearer';
  /** Absolute; not checked yet whether it may be asked. */
  readonly realm: URL;
  /** `undefined` where the challenge names none, as OpenShift's. */
  readonly service: string | undefined;
  /** The scopes that the registry named for the request it refused. */
  readonly scopes: readonly string[];
}

/**
 * Picks the challenge to answer: Bearer where its realm is a URL (relative ones belong to the answering host), else Basic,
 * else none. Schemes that we do not know are passed over.
 */
export function chooseChallenge(challenges: readonly Challenge[], answeredBy: URL): Answerable | undefined {
  for (const { scheme, parameters } of challenges) {
    const realm = scheme === 'bearer' ? realmUrl(parameters.get('realm'), answeredBy) : undefined;
    if (realm === undefined) continue;
    const scopes = (parameters.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
    return { kind: 'bearer', realm, service: nonEmpty(parameters.get('service')), scopes };
  }
  return challenges.some(({ scheme }) => scheme === 'basic') ? { kind: 'basic' } : undefined;
}

function realmUrl(realm: string | undefined, base: URL): URL | undefined {
  if (realm === undefined || !/^(?:https?:\/\/|\/)/i.test(realm)) return undefined;
  return URL.canParse(realm, base.href) ? new URL(realm, base) : undefined;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
