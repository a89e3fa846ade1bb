import { callersPath } from './access-rules.ts';
import type { Finding } from './finding.ts';
import { rawAt, rawGroups, rawTexts, type RawGroup } from './raw.ts';
import { shown } from './shown.ts';

/** What has to hold where a registry is read with the credentials of callers, looked for in the file as it came. */
export function callersCredentialFindings(file: unknown): readonly Finding[] {
  return rawGroups(file, 'registries').flatMap(({ path, group }) => {
    if (rawAt(group, ['credentials', 'fromCallers']) === undefined) return [];
    const findings = [...withoutPolicy(file), ...wrongCallers(file, group), ...besides(group), ...wrongKind(group)];
    return findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
  });
}

const key = ['credentials', 'fromCallers'];

function withoutPolicy(file: unknown): readonly Finding[] {
  if (rawAt(file, ['access', 'mode']) === 'policy') return [];
  const message =
    'wants callers, whom nobody knows without access.mode: policy: write that, or a username and passwordFile here';
  return [{ path: key, message, atKey: true }];
}

/** Only who named them knows whom their tokens may be shown to. */
function wrongCallers(file: unknown, group: RawGroup): readonly Finding[] {
  if (rawAt(file, ['access', 'mode']) !== 'policy') return [];
  const kinds = new Map(
    rawGroups(file, callersPath).flatMap(({ group: { name, kind } }) =>
      typeof name === 'string' ? [[name, kind] as const] : [],
    ),
  );
  const fitting = [...kinds].flatMap(([name, kind]) => (kind === 'token' ? [] : [shown(name)]));
  const there = fitting.length === 0 ? 'there are none, so add them' : `there is ${fitting.join(', ')}`;
  return rawTexts(group, key).flatMap(({ path, text }) => {
    if (kinds.has(text) && kinds.get(text) !== 'token') return [];
    const what = kinds.has(text)
      ? 'whose tokens are for this gateway and are never shown to a registry'
      : 'and no callers of this file are called that';
    return [{ path, message: `is ${shown(text)}, ${what}: name callers of kind oidc or kubernetes; ${there}` }];
  });
}

/** What would take a credential of the gateway's own. */
function besides(group: RawGroup): readonly Finding[] {
  const secrets = ['passwordFile', 'tokenFile'].filter((name) => rawAt(group, ['credentials', name]) !== undefined);
  const watching = ['watch', 'webhook'].filter((name) => rawAt(group, [name]) !== undefined);
  return [
    ...secrets.map((name) => ({
      path: ['credentials', name],
      message: 'stands beside fromCallers: write the one or the other',
      atKey: true,
    })),
    ...watching.map((name) => ({
      path: [name],
      message:
        'wants a credential of the gateway itself, for when nobody asks: remove it, or write a username and passwordFile in place of fromCallers',
      atKey: true,
    })),
  ];
}

/** Registries of vendors, who know no callers of ours. */
function wrongKind(group: RawGroup): readonly Finding[] {
  const kind = rawAt(group, ['kind']);
  if (kind !== 'docker-hub' && kind !== 'red-hat') return [];
  const message = `is for kind: oci and openshift: registries of kind ${kind} know no tokens of your callers; write a username and passwordFile`;
  return [{ path: key, message, atKey: true }];
}
