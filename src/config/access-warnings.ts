import { readImageStreamPattern, readRepositoryPattern } from '../domain/access-pattern.ts';
import { createGlob } from '../lib/glob.ts';
import { rulesPath } from './access-rules.ts';
import type { Finding } from './finding.ts';
import type { Config } from './model.ts';
import { shown } from './shown.ts';

/** What has no effect in the rules about access. */
export function accessWarnings(config: Config): readonly Finding[] {
  const { access, registries, streams } = config;
  if (access.mode === 'open') return [];
  if (access.clusters.length === 0 && !access.rules.some(({ allow }) => allow.length > 0)) {
    return [{ path: ['access'], message: 'has no rule that allows anything, so everything is hidden from everyone' }];
  }
  const registryNames = registries.map(({ name }) => name);
  const sourceNames = streams.map(({ name }) => name);
  const delegated = new Set<string>(access.clusters.flatMap(({ source, registries: own }) => [source, ...own]));
  return access.rules.flatMap((rule, index) => {
    const path = [...rulesPath, index];
    const isAllow = rule.allow.length > 0;
    const lost = (owner: string, names: readonly string[], list: string): string | undefined => {
      const meant = names.filter(createGlob(owner));
      if (meant.length === 0) return `has no effect: no entry under ${list} is called ${shown(owner)}`;
      if (!isAllow || !meant.every((name) => delegated.has(name))) return undefined;
      return 'has no effect: what is allowed there is decided by the cluster that access.clusters names';
    };
    return [
      ...rule.repositories.flatMap((text, at) => {
        const message = lost(readRepositoryPattern(text)?.owner ?? '', registryNames, 'registries');
        return message === undefined ? [] : [{ path: [...path, 'repositories', at], message }];
      }),
      ...rule.imageStreams.flatMap((text, at) => {
        const message = lost(readImageStreamPattern(text)?.owner ?? '', sourceNames, 'streams');
        return message === undefined ? [] : [{ path: [...path, 'imageStreams', at], message }];
      }),
      ...rule.users.flatMap((text, at) => {
        const message = 'has no effect: add anonymous: true to access, so that who shows no credential is let in';
        return text === 'anonymous' && !access.anonymous ? [{ path: [...path, 'users', at], message }] : [];
      }),
    ];
  });
}
