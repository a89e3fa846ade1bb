import type { Descriptor } from './descriptor.ts';
import { isDigest } from './digest.ts';
import {
  field,
  invalid,
  isObject,
  list,
  optionalObject,
  optionalText,
  textMap,
  unexpected,
  type JsonObject,
} from './json.ts';
import { isMediaType } from './media-type.ts';
import type { Platform } from './platform.ts';
import { quote } from './quote.ts';

/** More than any index or image has; what one answer may make us hold and others ask for. */
const maxDescriptors = 10_000;

/**
 * Reads a descriptor (image-spec descriptor.md). `urls` and `data` are never read: the first may lead anywhere, the second
 * need not be what the digest says. `at` says where it stands, for messages. Throws UPSTREAM_INVALID.
 */
export function readDescriptor(value: unknown, at: string): Descriptor {
  if (!isObject(value)) throw unexpected(at, 'a descriptor', value);
  refuseLookalikes(value, descriptorFields, at);
  const mediaType = field(value, 'mediaType');
  if (typeof mediaType !== 'string' || !isMediaType(mediaType))
    throw unexpected(`${at}.mediaType`, 'a media type', mediaType);
  const digest = field(value, 'digest');
  if (typeof digest !== 'string' || !isDigest(digest)) {
    throw unexpected(`${at}.digest`, 'sha256: and 64 hex digits in lower case (or sha384, sha512)', digest);
  }
  const size = field(value, 'size');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw unexpected(`${at}.size`, 'a whole number from 0 to 2^53-1', size);
  }
  const platform = readPlatform(optionalObject(value, 'platform', at), `${at}.platform`);
  const artifactType = readArtifactType(value, at);
  const annotations = textMap(value, 'annotations', at);
  return {
    mediaType,
    digest,
    // JSON has a negative zero.
    size: Math.abs(size),
    ...(platform === undefined ? {} : { platform }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations.size === 0 ? {} : { annotations }),
  };
}

/** Reads a field that lists descriptors, at most 10,000; empty where it is missing or null. Throws UPSTREAM_INVALID. */
export function readDescriptors(object: JsonObject, name: string, at: string): readonly Descriptor[] {
  const values = list(object, name, at);
  if (values.length > maxDescriptors) {
    throw invalid(
      `${at}.${name} lists ${String(values.length)} descriptors: at most ${String(maxDescriptors)} are read`,
    );
  }
  return values.map((value, index) => readDescriptor(value, `${at}.${name}[${String(index)}]`));
}

/** Reads the type of an artifact; `undefined` where it is missing or empty. Throws UPSTREAM_INVALID. */
export function readArtifactType(object: JsonObject, at: string): string | undefined {
  const artifactType = optionalText(object, 'artifactType', at);
  if (artifactType === undefined || artifactType === '') return undefined;
  if (isMediaType(artifactType)) return artifactType;
  throw unexpected(`${at}.artifactType`, 'a media type', artifactType);
}

/**
 * Reads a platform, as descriptors and image configurations spell it; `undefined` where operating system or architecture
 * is missing or empty, as Go writes an unknown platform. Throws UPSTREAM_INVALID.
 */
export function readPlatform(object: JsonObject | undefined, at: string): Platform | undefined {
  if (object === undefined) return undefined;
  const os = optionalText(object, 'os', at) ?? '';
  const architecture = optionalText(object, 'architecture', at) ?? '';
  const variant = optionalText(object, 'variant', at) ?? '';
  const osVersion = optionalText(object, 'os.version', at) ?? '';
  if (os === '' || architecture === '') return undefined;
  return { os, architecture, ...(variant === '' ? {} : { variant }), ...(osVersion === '' ? {} : { osVersion }) };
}

/** Fields by their names in lower case. */
export type FieldNames = ReadonlyMap<string, string>;

/** The fields of one kind of object. */
export function fieldNames(...names: readonly string[]): FieldNames {
  return new Map(names.map((name) => [folded(name), name]));
}

/** Refuses names that Go's parsers, which ignore case, take for fields that we would not see. Throws UPSTREAM_INVALID. */
export function refuseLookalikes(object: JsonObject, fields: FieldNames, at: string): void {
  for (const name of Object.keys(object)) {
    const meant = fields.get(folded(name));
    if (meant === undefined || meant === name) continue;
    throw invalid(`${at} is ambiguous: it holds ${quote(name)}, which some clients read as ${quote(meant)}`);
  }
}

/** Both ways, since the long s and the Kelvin sign fold in one way each. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

const descriptorFields = fieldNames('mediaType', 'digest', 'size', 'platform', 'artifactType', 'annotations');
