import { GatewayError } from './errors.ts';
import { followedTag } from './image-stream-followers.ts';
import type { WantedImport } from './image-stream-source.ts';
import type { ImageStream, ImageStreamTag, TagSpec } from './image-stream.ts';
import { quote } from './quote.ts';

/** Throws ARGUMENT_INVALID for what does not go together. */
export function checkWantedImport(
  { tag, from, all }: Pick<WantedImport, 'tag' | 'from' | 'all'>,
  isGuarded: boolean,
): void {
  if (isGuarded && (all || (tag === undefined && from === undefined))) {
    throw new GatewayError('ARGUMENT_INVALID', 'a digest can be expected of one tag only: name it', {
      argument: 'expectedDigest',
    });
  }
  if (!all) return;
  const problem =
    tag !== undefined ? 'one tag or all: not both' : from === undefined ? 'all of what? name a repository' : undefined;
  if (problem !== undefined) throw new GatewayError('ARGUMENT_INVALID', problem, { argument: 'all' });
}

/** A tag that is imported from a registry. */
export type ImportedTag = ImageStreamTag & { readonly spec: TagSpec };

function isImported(tag: ImageStreamTag): tag is ImportedTag {
  return tag.spec?.from?.kind === 'DOCKER_IMAGE' && !tag.spec.reference;
}

/** What is imported where no tag is named: all that comes from registries, or of that what is among some tags. */
export function importedTags(stream: ImageStream, tags: ReadonlySet<string> | undefined): readonly ImportedTag[] {
  return [...stream.tags.values()].filter(isImported).filter(({ name }) => tags?.has(name) ?? true);
}

/** The tag itself, or what it follows in the end. Throws NOT_FOUND, and ARGUMENT_INVALID where none comes from a registry. */
export function importedTag(stream: ImageStream, name: string): ImportedTag {
  const passed = new Set<string>();
  for (let at: string | undefined = name; at !== undefined && !passed.has(at);) {
    passed.add(at);
    const tag = stream.tags.get(at);
    if (tag === undefined) {
      throw new GatewayError('NOT_FOUND', `there is no tag ${quote(at)} in ${stream.namespace}/${stream.name}`, {});
    }
    if (isImported(tag)) return tag;
    at = followedTag(stream, tag.spec);
  }
  throw new GatewayError('ARGUMENT_INVALID', `the tag ${quote(name)} does not come from a registry: say from where`, {
    argument: 'from',
  });
}
