import { parseDigest } from '../domain/digest.ts';
import type { Digest } from '../domain/digest.ts';
import { isGatewayError } from '../domain/errors.ts';
import type { ImageStreamKey, ImageStreamTagKey } from '../domain/image-stream.ts';
import { parseRegistryName, parseRepositoryName, parseTagName } from '../domain/reference.ts';
import type { RegistryName, RepositoryName, TagName } from '../domain/reference.ts';

/** What a global identifier names: the natural key of an object of a type. */
export type GlobalId =
  | { readonly kind: 'Registry'; readonly registry: RegistryName }
  | { readonly kind: 'Repository'; readonly registry: RegistryName; readonly repository: RepositoryName }
  | {
      readonly kind: 'Tag';
      readonly registry: RegistryName;
      readonly repository: RepositoryName;
      readonly tag: TagName;
    }
  | {
      readonly kind: 'Image';
      readonly registry: RegistryName;
      readonly repository: RepositoryName;
      readonly digest: Digest;
    }
  | ({ readonly kind: 'ImageStream' } & ImageStreamKey)
  | ({ readonly kind: 'ImageStreamTag' } & ImageStreamTagKey)
  | ({ readonly kind: 'ImageStreamImage'; readonly digest: Digest } & ImageStreamKey);

/** More than natural keys need: a host, 255 characters of repository, 135 of digest; a stream and a tag, which may be any text. */
const maxLength = 4096;

/**
 * The identifier of an object: base64url of `Type:v1:natural-key`, and so the same on every replica and after any rebuild.
 * The keys of image streams are JSON lists, since a tag there may hold any separator.
 */
export function formatGlobalId(id: GlobalId): string {
  return Buffer.from(`${id.kind}:v1:${naturalKey(id)}`).toString('base64url');
}

/**
 * What an identifier names; `undefined` for a text that was never one, which answers null just as an identifier whose
 * object is gone: a client cannot tell them apart, and has no use for the difference.
 */
export function parseGlobalId(text: string): GlobalId | undefined {
  if (text.length > maxLength) return undefined;
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  // Decoding forgives stray characters, unused bits and bytes that are no UTF-8; an object has one identifier.
  if (Buffer.from(decoded).toString('base64url') !== text) return undefined;
  const [, kind, key] = /^([A-Za-z]+):v1:(.+)$/s.exec(decoded) ?? [];
  if (kind === undefined || key === undefined) return undefined;
  try {
    return parseNaturalKey(kind, key);
  } catch (error) {
    if (isGatewayError(error, 'REFERENCE_INVALID')) return undefined;
    throw error;
  }
}

function naturalKey(id: GlobalId): string {
  switch (id.kind) {
    case 'Registry':
      return id.registry;
    case 'Repository':
      return `${id.registry}/${id.repository}`;
    case 'Tag':
      return `${id.registry}/${id.repository}:${id.tag}`;
    case 'Image':
      return `${id.registry}/${id.repository}@${id.digest}`;
    case 'ImageStream':
      return JSON.stringify([id.source, id.namespace, id.name]);
    case 'ImageStreamTag':
      return JSON.stringify([id.source, id.namespace, id.name, id.tag]);
    case 'ImageStreamImage':
      return JSON.stringify([id.source, id.namespace, id.name, id.digest]);
  }
}

function parseNaturalKey(kind: string, key: string): GlobalId | undefined {
  switch (kind) {
    case 'Registry':
      return { kind, registry: parseRegistryName(key) };
    case 'Repository':
      return { kind, ...parseRepository(key) };
    case 'Tag': {
      const [name, tag] = cut(key, key.lastIndexOf(':'));
      return { kind, ...parseRepository(name), tag: parseTagName(tag) };
    }
    case 'Image': {
      const [name, digest] = cut(key, key.lastIndexOf('@'));
      return { kind, ...parseRepository(name), digest: parseDigest(digest) };
    }
    case 'ImageStream':
    case 'ImageStreamTag':
    case 'ImageStreamImage':
      return parseImageStreamKey(kind, key);
    default:
      return undefined;
  }
}

function parseImageStreamKey(kind: ImageStreamKind, key: string): GlobalId | undefined {
  const parts = readTexts(key);
  const [source, namespace, name, last] = parts;
  if (source === undefined || namespace === undefined || name === undefined) return undefined;
  const stream = { source, namespace, name };
  if (kind === 'ImageStream') return parts.length === 3 ? { kind, ...stream } : undefined;
  if (last === undefined || parts.length !== 4) return undefined;
  return kind === 'ImageStreamTag' ? { kind, ...stream, tag: last } : { kind, ...stream, digest: parseDigest(last) };
}

type ImageStreamKind = Extract<GlobalId['kind'], `ImageStream${string}`>;

/** The texts of a JSON list; empty where it is none, or not written as we write it: an object has one identifier. */
function readTexts(json: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(json);
    const isOurs = Array.isArray(value) && JSON.stringify(value) === json;
    return isOurs && value.every((part) => typeof part === 'string') ? value : [];
  } catch {
    return [];
  }
}

function parseRepository(name: string): { readonly registry: RegistryName; readonly repository: RepositoryName } {
  const [registry, repository] = cut(name, name.indexOf('/'));
  return { registry: parseRegistryName(registry), repository: parseRepositoryName(repository) };
}

/** What stands before and after a separator; nothing after where there is none, which no rule for names accepts. */
function cut(text: string, at: number): readonly [before: string, after: string] {
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
