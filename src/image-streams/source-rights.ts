import type { Access, Viewer } from '../access/access.ts';
import { GatewayError, isGatewayError, type ErrorCode } from '../domain/errors.ts';
import { followedTag } from '../domain/image-stream-followers.ts';
import type { ImageStream, ImageStreamKey, TagSource } from '../domain/image-stream.ts';
import { quote } from '../domain/quote.ts';
import { parseReference } from '../domain/reference.ts';
import type { Registry } from '../domain/registry.ts';
import type { ImageReader } from '../images/reader.ts';
import type { RegistryTable } from '../images/registry-table.ts';
import { notForUs } from '../images/unconfigured-registry.ts';
import { resourceOf } from './reader.ts';
import { noSuchImage, noSuchStream } from '../domain/no-such-stream.ts';
import { imagesOf } from '../domain/image-stream-history.ts';
import { noRegistryToImportFrom } from '../domain/unknown-registry.ts';
import type { StoredImageStreams } from '../store/store.ts';
import { createWithVisibleTags } from './visible-tags.ts';

/**
 * Whether the viewer may inspect the images that tags are to come from. Whoever may say what a tag is could else have them
 * read with the gateway's own credentials, and look at them by the rights on the image stream. By names alone.
 */
export interface SourceRights {
  /** Of a source that the viewer names; throws FORBIDDEN, and REFERENCE_INVALID, REGISTRY_UNKNOWN, UNSUPPORTED or NOT_FOUND about `argument`. */
  readonly demand: (from: TagSource, stream: ImageStreamKey, argument: string) => Promise<void>;
  /**
   * Of what some tags of an image stream, as the viewer sees it, are imported from so far; throws FORBIDDEN, and UNSUPPORTED. Answers those
   * that come from a registry that is hidden: they are to fail as if it were not configured.
   */
  readonly demandOfTags: (stream: ImageStream, tags: Iterable<string>) => Promise<readonly UnknownSource[]>;
  /** Of the images that an image stream holds; throws FORBIDDEN, or NOT_FOUND where the viewer may not even see it. */
  readonly demandOfStream: (stream: ImageStreamKey, argument: string) => Promise<void>;
}

/** A tag whose source is in a registry that the viewer may not know of. */
export interface UnknownSource {
  /** The tag that is imported: the one that was asked for, or the one that it follows. */
  readonly tag: string;
  readonly error: GatewayError;
}

export interface SourceRightsOptions {
  readonly store: Pick<StoredImageStreams, 'get'>;
  readonly access: Access;
  readonly viewer: Viewer;
  readonly images: ImageReader;
  readonly registries: RegistryTable;
}

export function createSourceRights(options: SourceRightsOptions): SourceRights {
  const { store, access, viewer, images, registries } = options;
  const withVisibleTags = createWithVisibleTags(access, viewer);

  async function demandOfStream(stream: ImageStreamKey, argument: string, tag?: string): Promise<void> {
    const resource = { ...resourceOf(stream), ...(tag !== undefined && { tag }) };
    if (await access.may(viewer, 'inspect', resource)) return;
    if (await access.may(viewer, 'get', resource)) throw forbidden(`${stream.namespace}/${stream.name}`);
    if (tag === undefined || !(await access.may(viewer, 'get', resourceOf(stream))))
      throw noSuchStream(stream, argument);
    throw noSuchTag(stream, tag, argument);
  }

  async function demandOfImage(reference: string, argument: string): Promise<void> {
    const { repository, tag } = await about(argument, () => images.locate(reference));
    if (!(await images.mayInspect(repository, tag))) throw forbidden(reference);
    checkOurs(repository.registry, argument);
  }

  /** An image that only hidden tags hold is as one that the stream does not hold. */
  async function demandOfHeld(stream: ImageStreamKey, image: string, argument: string): Promise<void> {
    const [held] = await store.get([stream]);
    if (held === undefined) return;
    const isIn = (those: ImageStream): boolean =>
      [...imagesOf(those).keys()].some((digest) => digest.startsWith(image) || digest.includes(`:${image}`));
    if (isIn(held) && !isIn(await withVisibleTags(held))) throw noSuchImage(stream, image, argument);
  }

  /** What is not configured is asked for by nobody, and the import itself says so; what is hidden is to be told alike. */
  async function demandOfSpecified({ tag, reference }: Specified): Promise<UnknownSource | undefined> {
    const found = parsed(reference);
    const registry = found && registries.find(found.registry);
    if (found === undefined || registry === undefined) return undefined;
    const repository = { registry, name: found.repository };
    if (await images.mayInspect(repository, found.tag)) {
      checkOurs(registry);
      return undefined;
    }
    if ((await images.registry(registry.name)) !== undefined) throw forbidden(reference);
    return { tag, error: noRegistryToImportFrom(found.registry) };
  }

  return {
    demandOfStream,
    demand: async (from, stream, argument) => {
      if (from.kind === 'DOCKER_IMAGE') return demandOfImage(from.name, argument);
      const named = streamNamed(from, stream);
      await demandOfStream(named.stream, argument, named.tag);
      if (named.image !== undefined) await demandOfHeld(named.stream, named.image, argument);
    },
    demandOfTags: async (stream, tags) => {
      const unknown = new Map<string, UnknownSource>();
      for (const name of tags) {
        const from = importedFrom(stream, name);
        const source = from && (await demandOfSpecified(from));
        if (source !== undefined) unknown.set(source.tag, source);
      }
      return [...unknown.values()];
    },
  };
}

/**
 * What a registry lets each caller see, it decides itself: the rights here do not say that this viewer may see an image, and
 * neither the gateway nor a cluster may read it in their stead.
 */
function checkOurs({ name, readWith }: Registry, argument?: string): void {
  if (readWith === 'callers-credential') throw notForUs(name, argument);
}

/** The image stream that a source is of: one that it names, else the one that the tag is in. */
function streamNamed(
  { kind, name, namespace }: TagSource,
  stream: ImageStreamKey,
): { readonly stream: ImageStreamKey; readonly tag: string | undefined; readonly image: string | undefined } {
  const at = name.indexOf(kind === 'IMAGE_STREAM_TAG' ? ':' : '@');
  return {
    stream: {
      source: stream.source,
      namespace: namespace ?? stream.namespace,
      name: at === -1 ? stream.name : name.slice(0, at),
    },
    tag: kind === 'IMAGE_STREAM_TAG' ? name.slice(at + 1) : undefined,
    image: kind === 'IMAGE_STREAM_IMAGE' ? name.slice(at + 1) : undefined,
  };
}

/** The tag that is imported, and from where. */
interface Specified {
  readonly tag: string;
  readonly reference: string;
}

/** What a tag is imported from, or the tag that it follows, or that one follows. */
export function importedFrom(stream: ImageStream, tag: string): Specified | undefined {
  const visited = new Set<string>();
  for (let at: string | undefined = tag; at !== undefined && !visited.has(at);) {
    visited.add(at);
    const spec = stream.tags.get(at)?.spec;
    if (spec?.from?.kind === 'DOCKER_IMAGE') return { tag: at, reference: spec.from.name };
    at = followedTag(stream, spec);
  }
  return undefined;
}

function parsed(reference: string): ReturnType<typeof parseReference> | undefined {
  try {
    return parseReference(reference);
  } catch (error) {
    if (isGatewayError(error, 'REFERENCE_INVALID')) return undefined;
    throw error;
  }
}

const ofInput: ReadonlySet<ErrorCode> = new Set([
  'REFERENCE_INVALID',
  'ARGUMENT_INVALID',
  'REGISTRY_UNKNOWN',
  'NOT_FOUND',
]);

/** What is refused here is about this part of the input, as `from.name`, where the refusal does not say so itself. */
export async function about<Found>(argument: string, find: () => Found | Promise<Found>): Promise<Found> {
  try {
    return await find();
  } catch (error) {
    if (!isGatewayError(error) || !ofInput.has(error.code) || 'argument' in error.details) throw error;
    throw new GatewayError(error.code, error.message, { ...error.details, argument }, error);
  }
}

/** The same for a tag of an image stream that may be seen. */
export function noSuchTag({ namespace, name }: ImageStreamKey, tag: string, argument?: string): GatewayError {
  const details = argument === undefined ? {} : { argument };
  return new GatewayError('NOT_FOUND', `there is no tag ${quote(tag)} in ${namespace}/${name}`, details);
}

function forbidden(what: string): GatewayError {
  return new GatewayError(
    'FORBIDDEN',
    `to have tags point at images of ${quote(what)} takes the right to inspect it`,
    {},
  );
}
