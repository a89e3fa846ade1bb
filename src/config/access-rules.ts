import { couldBothMatch, isGlob } from '../lib/glob.ts';
import { delegationFindings, delegationsPath } from './delegation-rules.ts';
import type { Finding, KeyPath } from './finding.ts';
import { rawAt, rawGroups, rawTexts, type RawGroup } from './raw.ts';
import { shown } from './shown.ts';

/** The one name that no callers come before. */
const anonymous = 'anonymous';

/** Where the entries about callers are. */
export const callersPath: KeyPath = ['access', 'callers'];

/** Where the rules about access are. */
export const rulesPath: KeyPath = ['access', 'rules'];

/** What holds between the keys of `access`, and between them and others, looked for in the file as it came. */
export function accessFindings(file: unknown): readonly Finding[] {
  if (rawAt(file, ['access', 'mode']) !== 'policy') return [];
  const known = rawGroups(file, callersPath).flatMap(({ group }) => prefixOf(group));
  return [
    ...nobodyCalls(file),
    ...rawGroups(file, callersPath).flatMap(({ path, group }) =>
      group['kind'] === 'kubernetes' ? unknownSource(file, path, group) : [],
    ),
    ...rawGroups(file, delegationsPath).flatMap(({ path, group }) => unknownSource(file, path, group)),
    ...delegationFindings(file),
    ...rawGroups(file, rulesPath).flatMap(({ path, group }) => [
      ...formOfRule(path, group),
      ...unknownCallers(path, group, known),
      ...aliasesNamed(file, path, group),
    ]),
  ];
}

/** How the names of these callers' users and groups begin. */
function prefixOf({ kind, name }: RawGroup): readonly string[] {
  return typeof kind === 'string' && typeof name === 'string' ? [`${kind}:${name}:`] : [];
}

function nobodyCalls(file: unknown): readonly Finding[] {
  const callers = rawAt(file, callersPath);
  const isNone = callers === undefined || (Array.isArray(callers) && callers.length === 0);
  if (!isNone || rawAt(file, ['access', 'anonymous']) === true) return [];
  const message = 'lets nobody call: name callers, so that it is known who calls, or add anonymous: true';
  return [{ path: ['access'], message }];
}

function unknownSource(file: unknown, path: KeyPath, { source }: RawGroup): readonly Finding[] {
  if (typeof source !== 'string') return [];
  const clusters = rawGroups(file, 'streams').flatMap(({ group }) =>
    group['kind'] === 'openshift' ? rawTexts(group, ['name']).map(({ text }) => text) : [],
  );
  if (clusters.includes(source)) return [];
  const said = `is ${shown(source)}, and no entry of kind openshift under streams is called that`;
  return [{ path: [...path, 'source'], message: `${said}: ${thereAre(clusters, 'add one')}` }];
}

function formOfRule(path: KeyPath, rule: RawGroup): readonly Finding[] {
  const has = (key: string): boolean => isSaid(rule[key]);
  const whole = (message: string): Finding => ({ path, message });
  return [
    ...(has('users') || has('groups') ? [] : [whole('is about nobody: write users, groups or both')]),
    ...(has('allow') || has('deny') ? [] : [whole('allows and denies nothing: write allow or deny, with some verbs')]),
    ...(has('allow') && has('deny') ? [whole('both allows and denies: make two rules of it')] : []),
    ...(has('repositories') || has('imageStreams')
      ? []
      : [whole('is about nothing: write repositories, imageStreams or both')]),
  ];
}

function isSaid(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** A name that nobody can have would make a deny that denies nothing. */
function unknownCallers(path: KeyPath, rule: RawGroup, known: readonly string[]): readonly Finding[] {
  const named = [...rawTexts(rule, ['users']), ...rawTexts(rule, ['groups'])];
  return named.flatMap(({ path: at, text }) => {
    const isAnonymous = at[0] === 'users' && (text === anonymous || (isGlob(text) && couldBothMatch(text, anonymous)));
    if (text === '' || isAnonymous || known.some((prefix) => couldBothMatch(text, `${prefix}*`))) return [];
    const said = `is ${shown(text)}, and no callers of this file give such names`;
    return [{ path: [...path, ...at], message: `${said}: ${thereAre(known, 'name callers under access')}` }];
  });
}

/** What a registry is called besides is found in references, and never in decisions. */
function aliasesNamed(file: unknown, path: KeyPath, rule: RawGroup): readonly Finding[] {
  const names = new Map(
    rawGroups(file, 'registries').flatMap(({ group }) => {
      const [name] = rawTexts(group, ['name']);
      return rawTexts(group, ['aliases']).map(({ text }) => [text.toLowerCase(), name?.text] as const);
    }),
  );
  return rawTexts(rule, ['repositories']).flatMap(({ path: at, text }) => {
    const name = names.get(text.slice(0, Math.max(text.indexOf('/'), 0)).toLowerCase());
    if (name === undefined) return [];
    return [{ path: [...path, ...at], message: `names a registry by an alias: write its name, ${shown(name)}` }];
  });
}

function thereAre(names: readonly string[], otherwise: string): string {
  return names.length === 0 ? `there are none, so ${otherwise}` : `there is ${names.map(shown).join(', ')}`;
}
