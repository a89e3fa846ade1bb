import { z } from 'zod';
import { GatewayError } from '../../domain/errors.ts';
import {
  isRepositoryName,
  isTagName,
  type RegistryName,
  type RepositoryName,
  type TagName,
} from '../../domain/reference.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads JSON whatever its Content-Type says, since registries mislabel it (ECR sends tag lists as text/plain). */
export function readJson(body: Uint8Array, registry: RegistryName, asked: string): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch (cause) {
    throw new GatewayError(
      'UPSTREAM_INVALID',
      `${registry} answered ${asked} with something that is not JSON`,
      { registry },
      cause,
    );
  }
}

/** Checks a document's shape; throws UPSTREAM_INVALID saying where it fails. */
export function readShape<T>(shape: z.ZodType<T>, document: unknown, registry: RegistryName, asked: string): T {
  const result = shape.safeParse(document);
  if (result.success) return result.data;
  const at = result.error.issues[0];
  throw new GatewayError(
    'UPSTREAM_INVALID',
    `${registry} answered ${asked} in an unknown shape: ${at === undefined ? 'no detail' : `${at.path.join('.') || 'document'}: ${at.message}`}`,
    { registry },
  );
}

/** `tags` may be null, hold nulls (Nexus) or digests (Artifactory): what is not a tag is left out. With no name either, it is no tag list. */
const tagList = z
  .object({ name: z.string().optional(), tags: z.array(z.unknown()).nullish() })
  .refine(({ name, tags }) => name !== undefined || tags !== undefined, 'has neither name nor tags');

/** The tags of a tag list (distribution-spec, "Listing Tags"), each once. */
export function readTagList(body: Uint8Array, registry: RegistryName, asked: string): readonly TagName[] {
  const { tags } = readShape(tagList, readJson(body, registry, asked), registry, asked);
  return [...new Set((tags ?? []).filter((tag): tag is TagName => typeof tag === 'string' && isTagName(tag)))];
}

const catalog = z.object({ repositories: z.array(z.unknown()).nullable() });

/** The repositories of a catalog, an endpoint that the specification does not have but Docker's registry does. */
export function readCatalog(body: Uint8Array, registry: RegistryName, asked: string): readonly RepositoryName[] {
  const { repositories } = readShape(catalog, readJson(body, registry, asked), registry, asked);
  return (repositories ?? []).filter(
    (name): name is RepositoryName => typeof name === 'string' && isRepositoryName(name),
  );
}
