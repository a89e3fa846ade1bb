import type { ImageStreamResource, Resource, Verb } from '../access/access.ts';
import { isRepositoryName, type RegistryName } from '../domain/reference.ts';
import { couldBothMatch, isGlob } from '../lib/glob.ts';
import type { EventNames, ImageStreamTagNames, TagNames } from './filter.ts';

/** What events can come from, as the configuration says. */
export interface Watched {
  readonly registries: readonly { readonly name: RegistryName; readonly repositories: readonly string[] }[];
  readonly sources: readonly { readonly name: string; readonly namespaces: readonly string[] | undefined }[];
}

/** What the viewer who asks may do. */
type May = (verb: Verb, resource: Resource) => boolean | Promise<boolean>;

/**
 * Whether a filter could ever match anything that is configured. What the viewer may not know of answers as if it were not
 * configured; what the viewer may see in part, as if all of it were watched, where the truth would tell of the rest.
 */
export type CouldMatch = (names: EventNames, may: May) => Promise<boolean>;

export function createCouldMatch({ registries, sources }: Watched): CouldMatch {
  return (names, may) => (names.subject === 'TAG' ? someRepository(names, may) : someImageStream(names, may));

  /** The narrowest that the filter names is asked about: who may watch that need not be allowed to watch what it is in. */
  function someRepository({ registry, repository }: TagNames, may: May): Promise<boolean> {
    const isOfOne = repository !== undefined && !isGlob(repository) && isRepositoryName(repository);
    const named = registries.filter(({ name }) => could(registry, name));
    return someOf(named, async ({ name, repositories }) => {
      if (!(await may('watch', isOfOne ? { registry: name, repository } : { registry: name }))) return false;
      if (!isOfOne && !(await may('get', { registry: name }))) return true;
      return repositories.some((pattern) => could(repository, pattern));
    });
  }

  function someImageStream({ source, namespace, imageStream }: ImageStreamTagNames, may: May): Promise<boolean> {
    const isOfOne = imageStream !== undefined && !isGlob(imageStream);
    const named = namespace === undefined || isGlob(namespace) ? undefined : namespace;
    const places = sources
      .filter(({ name }) => could(source, name))
      .flatMap(({ name, namespaces }): readonly ImageStreamResource[] => {
        const shown = named === undefined ? namespaces : [named].filter((one) => namespaces?.includes(one) ?? true);
        if (shown === undefined) return [{ source: name }];
        return shown
          .filter((each) => could(namespace, each))
          .map((one) => ({ source: name, namespace: one, ...(isOfOne && { imageStream }) }));
      });
    return someOf(places, async (place) => may('watch', place));
  }
}

/** Whether one of some things will do. What cannot be found out now of one matters only where no other does. */
async function someOf<Thing>(things: readonly Thing[], will: (thing: Thing) => Promise<boolean>): Promise<boolean> {
  const unknown: unknown[] = [];
  for (const thing of things) {
    try {
      if (await will(thing)) return true;
    } catch (error) {
      unknown.push(error);
    }
  }
  if (unknown.length > 0) throw unknown[0];
  return false;
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
