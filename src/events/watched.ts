import { couldBothMatch } from '../lib/glob.ts';
import type { EventNames } from './filter.ts';

/** What events can come from, as the configuration says. */
export interface Watched {
  readonly registries: readonly { readonly name: string; readonly repositories: readonly string[] }[];
  readonly sources: readonly { readonly name: string; readonly namespaces: readonly string[] | undefined }[];
}

/** Says of a filter what the configuration lacks for it ever to match; `undefined` where it could. */
export type CouldMatch = (names: EventNames) => string | undefined;

export function createCouldMatch({ registries, sources }: Watched): CouldMatch {
  return (names) => (matches(names) ? undefined : whatToAdd(names));

  function matches(names: EventNames): boolean {
    if (names.subject === 'TAG') {
      return registries.some(
        ({ name, repositories }) =>
          could(names.registry, name) && repositories.some((pattern) => could(names.repository, pattern)),
      );
    }
    return sources.some(
      ({ name, namespaces }) =>
        could(names.source, name) &&
        (namespaces === undefined || namespaces.some((namespace) => could(names.namespace, namespace))),
    );
  }
}

/** The line of configuration by which a filter could match. Made of the filter alone: it tells nothing of what is configured. */
export function whatToAdd(names: EventNames): string {
  if (names.subject === 'IMAGE_STREAM_TAG') return `streams: [{ name: ${names.source ?? 'local'}, kind: local }]`;
  const repositories = JSON.stringify([names.repository ?? '**']);
  return `registries: [{ name: ${names.registry ?? '…'}, watch: { repositories: ${repositories} } }]`;
}

function could(wanted: string | undefined, pattern: string): boolean {
  return wanted === undefined || couldBothMatch(wanted, pattern);
}
