import { z } from 'zod';
import { isDigest, type Digest } from '../../domain/digest.ts';
import { isIndexType, isManifestType, isMediaType } from '../../domain/media-type.ts';
import { isUnknownPlatform, type Platform } from '../../domain/platform.ts';
import { isTagName, type RegistryName } from '../../domain/reference.ts';
import type { ImageKind, KnownPlatform, ListedTag, RepositoryDescription, TagDetails } from '../../domain/registry.ts';
import { readJson, readShape } from '../oci/wire.ts';

/** Any field may be missing, null or, in old records, of another kind: what cannot be read is not told. */
const text = z.string().optional().catch(undefined);
const number = z.int().nonnegative().optional().catch(undefined);

const imageShape = z.object({
  architecture: text,
  variant: text,
  os: text,
  os_version: text,
  digest: text,
  size: number,
});

const tagShape = z.object({
  name: text,
  digest: text,
  media_type: text,
  content_type: text,
  tag_last_pushed: text,
  last_updated: text,
  images: z.array(imageShape).optional().catch(undefined),
});

/** A page of tags (Docker Hub API, "List repository tags"). */
export const tagPageShape = z.object({
  count: number,
  next: z.string().nullish(),
  results: z.array(tagShape),
});

/** A repository (Docker Hub API, "Get repository in a namespace"). */
export const repositoryShape = z.object({ description: text, pull_count: number, star_count: number });

/** A page of tags as Docker Hub lists them. */
export interface HubTagPage {
  /** By place; `undefined` where a row has no name that a tag can have. */
  readonly rows: readonly (ListedTag | undefined)[];
  readonly hasNext: boolean;
  /** How many tags there are in all. */
  readonly total: number | undefined;
}

/** Reads a page of tags; throws UPSTREAM_INVALID. */
export function readTagPage(body: Uint8Array, registry: RegistryName, asked: string): HubTagPage {
  const { count, next, results } = readShape(tagPageShape, readJson(body, registry, asked), registry, asked);
  return { rows: results.map(readTag), hasNext: typeof next === 'string', total: count };
}

/** Reads what is said of a repository; throws UPSTREAM_INVALID. */
export function readRepository(
  body: Uint8Array,
  registry: RegistryName,
  asked: string,
): Omit<RepositoryDescription, 'freshness'> {
  const found = readShape(repositoryShape, readJson(body, registry, asked), registry, asked);
  return { description: nonEmpty(found.description), pulls: found.pull_count, stars: found.star_count };
}

type Row = z.infer<typeof tagShape>;

function readTag(row: Row): ListedTag | undefined {
  const { name, digest } = row;
  if (name === undefined || !isTagName(name)) return undefined;
  // Old records have no digest. That of their only image does not stand in for it: an index can hold a single image.
  return digest === undefined || !isDigest(digest) ? { name } : { name, details: readDetails(row, digest) };
}

function readDetails(row: Row, digest: Digest): TagDetails {
  const mediaType = row.media_type !== undefined && isMediaType(row.media_type) ? row.media_type : undefined;
  const platforms = readPlatforms(row, digest, mediaType);
  return {
    digest,
    mediaType,
    kind: kindOf(mediaType, row.content_type, platforms),
    updatedAt: readTime(row.tag_last_pushed) ?? readTime(row.last_updated),
    platforms,
  };
}

/**
 * The kind, where the listing leaves no doubt: a manifest is that of an image only if the Hub also found a platform in its
 * config. Signatures have the media types of images too.
 */
function kindOf(
  mediaType: string | undefined,
  contentType: string | undefined,
  platforms: readonly KnownPlatform[] | undefined,
): ImageKind | undefined {
  if (mediaType === undefined) return undefined;
  if (isIndexType(mediaType)) return 'INDEX';
  return isManifestType(mediaType) && contentType === 'image' && platforms !== undefined ? 'IMAGE' : undefined;
}

/**
 * The platforms, where the listing tells all of them: those of an index, or the one of a manifest by the tag's own digest.
 * BuildKit's attestations, which stand for no platform, are left out. Inactive ones, which nobody has pulled for long, are
 * there all the same.
 */
function readPlatforms(
  { images = [] }: Row,
  digest: Digest,
  mediaType: string | undefined,
): readonly KnownPlatform[] | undefined {
  if (mediaType === undefined) return undefined;
  const told = images.map(readImage).filter((image) => image !== undefined);
  const platforms = told.filter(({ platform }) => !isUnknownPlatform(platform));
  if (platforms.length === 0 || told.length < images.length) return undefined;
  if (isIndexType(mediaType)) return platforms;
  return images.length === 1 && platforms[0]?.digest === digest ? platforms : undefined;
}

function readImage(image: z.infer<typeof imageShape>): (KnownPlatform & { readonly platform: Platform }) | undefined {
  const { digest, size } = image;
  const os = nonEmpty(image.os);
  const architecture = nonEmpty(image.architecture);
  if (os === undefined || architecture === undefined || digest === undefined || !isDigest(digest)) return undefined;
  const variant = nonEmpty(image.variant);
  const osVersion = nonEmpty(image.os_version);
  return { platform: { os, architecture, ...(variant && { variant }), ...(osVersion && { osVersion }) }, digest, size };
}

/** The Hub writes the year 1 for "never". */
function readTime(value: string | undefined): number | undefined {
  const time = Date.parse(value ?? '');
  return time > 0 ? time : undefined;
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
