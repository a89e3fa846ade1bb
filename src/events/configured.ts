import type { Access, Resource } from '../access/access.ts';

/** The names of what events are told of. */
export interface Configured {
  readonly registries: readonly string[];
  readonly sources: readonly string[];
}

/**
 * Rights on events of what is configured. The log goes on holding those of a registry or source that was taken out of the
 * configuration, which are nobody's to see, whatever the rules say.
 */
export function onlyConfigured(access: Access, { registries, sources }: Configured): Access {
  const names = { registries: new Set(registries), sources: new Set(sources) };
  const isConfigured = (resource: Resource): boolean =>
    'registry' in resource ? names.registries.has(resource.registry) : names.sources.has(resource.source);
  return {
    ...access,
    may: (viewer, verb, resource) => isConfigured(resource) && access.may(viewer, verb, resource),
  };
}
