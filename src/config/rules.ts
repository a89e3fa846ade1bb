import type { Finding, KeyPath } from './finding.ts';
import { rawAt, rawGroups, rawTexts } from './raw.ts';
import { shown } from './shown.ts';

/**
 * What holds between keys, looked for in the file as it came: so that these problems are told together with those of the
 * schema, and not only once those are mended.
 */
export function ruleFindings(file: unknown): readonly Finding[] {
  return [
    ...takenTwice(rawGroups(file, 'registries').flatMap(({ path, group }) => hostsOf(path, group))),
    ...takenTwice(rawGroups(file, 'streams').flatMap(({ path, group }) => rawTexts(group, ['name']).map(under(path)))),
    ...rawGroups(file, 'registries').flatMap(({ path, group }) =>
      plainHttp(group, ['url', 'hubUrl', 'tokenRealms']).map(under(path)),
    ),
    ...rawGroups(file, 'streams').flatMap(({ path, group }) => plainHttp(group, ['server']).map(under(path))),
    ...rawGroups(file, 'registries').flatMap(({ path, group }) => strayHubUrl(group).map(under(path))),
    ...rawGroups(file, 'streams').flatMap(({ path, group }) => waysToCluster(group).map(under(path))),
    ...rawGroups(file, 'streams').flatMap(({ path, group }) => notBuilt(group).map(under(path))),
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
    const owner = [taken.path[0], `[${String(taken.path[1])}]`].join('');
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

function notBuilt(group: unknown): readonly Finding[] {
  if (rawAt(group, ['kind']) !== 'openshift') return [];
  const message = 'is openshift, which is not built yet: write kind: local, or take the entry out';
  return [{ path: ['kind'], message }];
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
