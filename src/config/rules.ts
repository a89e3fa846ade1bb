import { accessFindings, callersPath } from './access-rules.ts';
import { delegationsPath } from './delegation-rules.ts';
import { callersCredentialFindings } from './callers-credentials.ts';
import { pathText, type Finding, type KeyPath } from './finding.ts';
import { limitsSchema } from './limits.ts';
import { isGroup, rawAt, rawGroups, rawTexts } from './raw.ts';
import { shown } from './shown.ts';

/**
 * What holds between keys, looked for in the file as it came: so that these problems are told together with those of the
 * schema, and not only once those are mended.
 */
export function ruleFindings(file: unknown): readonly Finding[] {
  return [
    ...takenTwice(rawGroups(file, 'registries').flatMap(({ path, group }) => hostsOf(path, group))),
    ...takenTwice(rawGroups(file, 'streams').flatMap(({ path, group }) => rawTexts(group, ['name']).map(under(path)))),
    ...takenTwice(
      rawGroups(file, callersPath).flatMap(({ path, group }) => rawTexts(group, ['name']).map(under(path))),
    ),
    ...(['source', 'registries'] as const).flatMap((key) =>
      takenTwice(
        rawGroups(file, delegationsPath).flatMap(({ path, group }) => rawTexts(group, [key]).map(under(path))),
      ),
    ),
    ...rawGroups(file, 'registries').flatMap(({ path, group }) =>
      plainHttp(group, ['url', 'hubUrl', 'tokenRealms']).map(under(path)),
    ),
    ...rawGroups(file, 'streams').flatMap(({ path, group }) => plainHttp(group, ['server']).map(under(path))),
    ...rawGroups(file, callersPath).flatMap(({ path, group }) =>
      plainHttp(group, ['issuer', 'jwksUrl']).map(under(path)),
    ),
    ...rawGroups(file, 'registries').flatMap(({ path, group }) => strayHubUrl(group).map(under(path))),
    ...rawGroups(file, 'registries').flatMap(({ path, group }) => formOfCredentials(group).map(under(path))),
    ...rawGroups(file, 'streams').flatMap(({ path, group }) => waysToCluster(group).map(under(path))),
    ...rawGroups(file, 'streams').flatMap(({ path, group }) => belongToServer(group).map(under(path))),
    ...smallBudget(file),
    ...accessFindings(file),
    ...callersCredentialFindings(file),
  ];
}

interface Named {
  readonly path: KeyPath;
  readonly text: string;
}

function under(path: KeyPath) {
  return <T extends { readonly path: KeyPath }>(found: T): T => ({ ...found, path: [...path, ...found.path] });
}

function hostsOf(path: KeyPath, group: unknown): readonly Named[] {
  return [...rawTexts(group, ['name']), ...rawTexts(group, ['aliases'])].map(under(path));
}

/** Hosts are the same in any letter case. */
function takenTwice(names: readonly Named[]): readonly Finding[] {
  const first = new Map<string, Named>();
  return names.flatMap((named) => {
    const taken = first.get(named.text.toLowerCase());
    if (taken === undefined) {
      first.set(named.text.toLowerCase(), named);
      return [];
    }
    const owner = pathText(taken.path.slice(0, taken.path.findIndex((part) => typeof part === 'number') + 1));
    return [
      {
        path: named.path,
        message: `${shown(named.text)} is taken by ${owner} already: a name means one thing; change or remove one`,
      },
    ];
  });
}

function plainHttp(group: unknown, keys: readonly string[]): readonly Finding[] {
  if (rawAt(group, ['insecure']) === true) return [];
  return keys
    .flatMap((key) => rawTexts(group, [key]))
    .filter(({ text }) => /^http:/i.test(text))
    .map(({ path }) => ({
      path,
      message: 'is plain http, which anybody on the way can read and change: write https, or add insecure: true',
    }));
}

function strayHubUrl(group: unknown): readonly Finding[] {
  if (rawAt(group, ['hubUrl']) === undefined || rawAt(group, ['kind']) === 'docker-hub') return [];
  return [{ path: ['hubUrl'], message: 'is for kind: docker-hub alone: remove it, or change the kind', atKey: true }];
}

/** An operation that costs more than a caller ever has could be asked again and again, and never run. */
function smallBudget(file: unknown): readonly Finding[] {
  const path = ['limits', 'budget', 'points'];
  const points = rawAt(file, path);
  const cost = rawAt(file, ['limits', 'cost']) ?? limitsSchema.shape.cost.parse(undefined);
  if (typeof points !== 'number' || typeof cost !== 'number' || points >= cost) return [];
  const message = `is less than the ${String(cost)} that one operation may cost (limits.cost): write at least that, or lower it`;
  return [{ path, message }];
}

/** A user and a password, or for OpenShift a token in place of both. Tokens of callers have rules of their own. */
function formOfCredentials(group: unknown): readonly Finding[] {
  const path = ['credentials'];
  const credentials = rawAt(group, path);
  if (!isGroup(credentials) || credentials['fromCallers'] !== undefined) return [];
  const pair = ['username', 'passwordFile'];
  if (credentials['tokenFile'] === undefined) {
    return pair
      .filter((key) => credentials[key] === undefined)
      .map((key) => ({ path: [...path, key], message: 'is missing: write both username and passwordFile' }));
  }
  const tokenFile = [...path, 'tokenFile'];
  if (rawAt(group, ['kind']) !== 'openshift') {
    const message = 'is for kind: openshift alone: write username and passwordFile, or change the kind';
    return [{ path: tokenFile, message, atKey: true }];
  }
  if (!pair.some((key) => credentials[key] !== undefined)) return [];
  const message = 'stands beside a username or passwordFile: write the one or the other';
  return [{ path: tokenFile, message, atKey: true }];
}

/** A kubeconfig and a pod have their own identities and certificates. */
function belongToServer(group: unknown): readonly Finding[] {
  if (rawAt(group, ['kind']) !== 'openshift') return [];
  if (rawAt(group, ['server']) !== undefined) {
    if (rawAt(group, ['tokenFile']) !== undefined) return [];
    const message = 'needs a tokenFile: write a token that may list and watch image streams into a file, and name it';
    return [{ path: ['server'], message }];
  }
  const isSaid = (value: unknown): boolean => value !== undefined && value !== false;
  const strays = ['tokenFile', 'caFile', 'insecure'].filter((key) => isSaid(rawAt(group, [key])));
  const message = 'goes with server alone: remove it, or name the server here';
  return strays.map((key) => ({ path: [key], message, atKey: true }));
}

function waysToCluster(group: unknown): readonly Finding[] {
  if (rawAt(group, ['kind']) !== 'openshift') return [];
  const ways = [
    rawAt(group, ['server']) !== undefined,
    rawAt(group, ['kubeconfig']) !== undefined || rawAt(group, ['context']) !== undefined,
    rawAt(group, ['inCluster']) === true,
  ].filter(Boolean).length;
  if (ways === 1) return [];
  const said = ways === 0 ? 'does not say how to reach the cluster' : 'says in several ways how to reach the cluster';
  return [{ path: [], message: `${said}: write one of server, kubeconfig (with context), or inCluster: true` }];
}
