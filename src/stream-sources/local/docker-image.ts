import type { Digest } from '../../domain/digest.ts';
import { GatewayError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { parseReference, parseTagName, type RepositoryName, type TagName } from '../../domain/reference.ts';
import type { Registry } from '../../domain/registry.ts';
import type { RepositoryTagKey } from '../../domain/tag-event.ts';
import { noRegistryToImportFrom } from '../../domain/unknown-registry.ts';

/** An image of a configured registry, as the source of a tag names it: by digest if there is one, else by tag. */
export interface DockerImage {
  readonly registry: Registry;
  readonly repository: RepositoryName;
  readonly tag: TagName;
  readonly digest: Digest | undefined;
}

/** The registry that a name or an alias means. */
export type FindRegistry = (name: string) => Registry | undefined;

/** Reads the name of a DOCKER_IMAGE source; no tag means `latest`. Throws REFERENCE_INVALID and REGISTRY_UNKNOWN. */
export function readDockerImage(name: string, find: FindRegistry): DockerImage {
  const { registry, repository, tag, digest } = parseReference(name);
  return { registry: configured(registry, find), repository, tag: tag ?? parseTagName('latest'), digest };
}

/** Reads the name of a repository of a configured registry. Throws ARGUMENT_INVALID where a tag or digest stands behind it. */
export function readDockerRepository(name: string, find: FindRegistry): Pick<DockerImage, 'registry' | 'repository'> {
  const { registry, repository, tag, digest } = parseReference(name);
  if (tag !== undefined || digest !== undefined) {
    throw new GatewayError(
      'ARGUMENT_INVALID',
      `${quote(name)} names one image: to import all tags, name the repository alone`,
      { argument: 'from' },
    );
  }
  return { registry: configured(registry, find), repository };
}

/** The tag of a registry that is followed by importing again; `undefined` of an image by digest, which never changes. */
export function upstreamOf({ registry, repository, tag, digest }: DockerImage): RepositoryTagKey | undefined {
  return digest === undefined ? { registry: registry.name, repository, tag } : undefined;
}

function configured(name: string, find: FindRegistry): Registry {
  const registry = find(name);
  if (registry !== undefined) return registry;
  throw noRegistryToImportFrom(name);
}
