import type { Finding, KeyPath } from './finding.ts';
import { rawGroups, rawTexts, type RawGroup } from './raw.ts';
import { shown } from './shown.ts';

/** Where the entries about clusters that decide are. */
export const delegationsPath: KeyPath = ['access', 'clusters'];

/** What holds between `access.clusters` and the callers, sources and registries that its entries name. */
export function delegationFindings(file: unknown): readonly Finding[] {
  return rawGroups(file, delegationsPath).flatMap(({ path, group }) => [
    ...nobodyKnown(file, path, group),
    ...unknownCallers(file, path, group),
    ...unknownRegistries(file, path, group),
  ]);
}

interface Named {
  readonly name: string;
  readonly group: RawGroup;
}

function named(file: unknown, path: KeyPath): readonly Named[] {
  return rawGroups(file, path).flatMap(({ group }) =>
    rawTexts(group, ['name']).map(({ text }) => ({ name: text, group })),
  );
}

const callersOf = (file: unknown): readonly Named[] => named(file, ['access', 'callers']);

function nobodyKnown(file: unknown, path: KeyPath, { source, callers }: RawGroup): readonly Finding[] {
  if (callers !== undefined || typeof source !== 'string') return [];
  const isOwn = ({ group }: Named): boolean => group['kind'] === 'kubernetes' && group['source'] === source;
  if (callersOf(file).some(isOwn)) return [];
  const message = `decides for nobody: no callers of kind kubernetes have the source ${shown(source)}; add some, or name under callers whom the cluster knows`;
  return [{ path, message }];
}

/** Another cluster's service accounts have the names of this one's, and are not the same. */
function unknownCallers(file: unknown, path: KeyPath, cluster: RawGroup): readonly Finding[] {
  const known = callersOf(file);
  return rawTexts(cluster, ['callers']).flatMap(({ path: at, text }) => {
    const found = known.find(({ name }) => name === text)?.group;
    const said = (message: string): readonly Finding[] => [{ path: [...path, ...at], message }];
    if (found === undefined) {
      const names = known.map(({ name }) => shown(name)).join(', ');
      return said(
        `is ${shown(text)}, and no callers are called that: ${names === '' ? 'there are none' : `there is ${names}`}`,
      );
    }
    if (found['kind'] === 'token')
      return said(
        `is ${shown(text)}, whose names come from a file: a cluster knows callers of kind kubernetes or oidc`,
      );
    if (found['kind'] === 'kubernetes' && found['source'] !== cluster['source'])
      return said(`is ${shown(text)}, callers of another cluster, who may have the names of somebody else in this one`);
    return [];
  });
}

function unknownRegistries(file: unknown, path: KeyPath, cluster: RawGroup): readonly Finding[] {
  const known = named(file, ['registries']);
  return rawTexts(cluster, ['registries']).flatMap(({ path: at, text }) => {
    const found = known.find(({ name }) => name === text);
    if (found?.group['kind'] === 'openshift') return [];
    const why =
      found === undefined
        ? 'and no entry under registries is called that'
        : 'which is not of kind openshift: its repositories are no image streams';
    return [{ path: [...path, ...at], message: `is ${shown(text)}, ${why}` }];
  });
}
