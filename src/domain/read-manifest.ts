import type { Descriptor } from './descriptor.ts';
import { field, invalid, optionalText, readJsonObject, textMap, unexpected, type JsonObject } from './json.ts';
import type { ArtifactManifest, ImageIndex, ImageManifest, ManifestContent } from './manifest.ts';
import {
  isArtifactLayerType,
  isImageConfigType,
  isIndexType,
  isManifestType,
  isMediaType,
  isSchemaOneType,
  mediaTypes,
  parseMediaType,
} from './media-type.ts';
import { isUnknownPlatform } from './platform.ts';
import { quote } from './quote.ts';
import { fieldNames, readArtifactType, readDescriptor, readDescriptors, refuseLookalikes } from './read-descriptor.ts';
import { readSchemaOne, schemaOnePayload } from './schema-one.ts';

export { schemaOnePayload } from './schema-one.ts';

/** What the bytes of a manifest say, and of which media type they are. */
export interface ReadManifest {
  readonly mediaType: string;
  readonly content: ManifestContent;
}

const what = 'manifest';

/** Content types that servers send for anything; they say nothing against what the document says of itself. */
const genericTypes: ReadonlySet<string> = new Set([
  'application/json',
  'application/octet-stream',
  'binary/octet-stream',
  'text/html',
  'text/plain',
]);

const topFields = fieldNames(
  ...['schemaVersion', 'mediaType', 'artifactType', 'config', 'layers', 'manifests', 'subject', 'annotations'],
  ...['blobs', 'fsLayers', 'history', 'signatures', 'architecture'],
);

/**
 * Reads a manifest or index of any kind. Where the document does not tell its media type, the Content-Type does, else its
 * shape. What different clients would understand differently is refused: a media type other than the Content-Type
 * (distribution-spec, "Pulling manifests"), documents that are manifest and index at once (CVE-2021-41190), doubled names.
 * Throws UPSTREAM_INVALID.
 */
export function readManifest(bytes: Uint8Array, contentType: string | undefined): ReadManifest {
  const document = readJsonObject(bytes, what);
  refuseLookalikes(document, topFields, what);
  const shape = shapeOf(document);
  const mediaType = mediaTypeOf(document, shape, contentType);
  if (!shape.fits(mediaType)) {
    throw invalid(
      `${what} is ${shape.name}, but its media type is ${quote(mediaType)}: no client can tell which holds`,
    );
  }
  refuseVersion(document, shape);
  return { mediaType, content: shape.read(document, mediaType, bytes) };
}

/** One of the forms that a document can have, told by the fields that only it has. */
interface Shape {
  readonly name: string;
  readonly schemaVersion: 1 | 2 | undefined;
  /** Whether a media type is of this form. */
  fits(mediaType: string): boolean;
  /** The media type of a document that tells none. */
  mediaType(document: JsonObject): string | undefined;
  read(document: JsonObject, mediaType: string, bytes: Uint8Array): ManifestContent;
}

const imageShape: Shape = {
  name: 'a manifest with a config',
  schemaVersion: 2,
  fits: isManifestType,
  mediaType: (document) =>
    readDescriptor(field(document, 'config'), `${what}.config`).mediaType === mediaTypes.dockerConfig
      ? mediaTypes.dockerManifest
      : mediaTypes.ociManifest,
  read: readImageManifest,
};

const indexShape: Shape = {
  name: 'an index',
  schemaVersion: 2,
  fits: isIndexType,
  mediaType: () => mediaTypes.ociIndex,
  read: readIndex,
};

const artifactShape: Shape = {
  name: 'an artifact manifest',
  schemaVersion: undefined,
  fits: (mediaType) => mediaType === mediaTypes.ociArtifactManifest,
  mediaType: () => undefined,
  read: readArtifactManifest,
};

const schemaOneShape: Shape = {
  name: 'a schema 1 manifest',
  schemaVersion: 1,
  fits: isSchemaOneType,
  mediaType: (document) =>
    field(document, 'signatures') === undefined ? mediaTypes.dockerSchemaOne : mediaTypes.dockerSchemaOneSigned,
  read: (document, _mediaType, bytes) => readSchemaOne(signedDocument(bytes) ?? document, what),
};

/** What is signed and hashed of a schema 1 manifest; what stands beside it in the bytes may say anything. */
function signedDocument(bytes: Uint8Array): JsonObject | undefined {
  const payload = schemaOnePayload(bytes);
  if (payload === undefined) return undefined;
  const document = readJsonObject(payload, 'signed part of the manifest');
  if (shapeOf(document) !== schemaOneShape || field(document, 'signatures') !== undefined) {
    throw invalid(`${what} is signed, but what was signed is no schema 1 manifest`);
  }
  refuseVersion(document, schemaOneShape);
  return document;
}

/** The fields that tell forms apart; a document with those of two forms is neither. */
const telling: readonly (readonly [Shape, readonly string[]])[] = [
  [imageShape, ['config', 'layers']],
  [indexShape, ['manifests']],
  [schemaOneShape, ['fsLayers', 'history', 'signatures']],
  [artifactShape, ['blobs']],
];

function shapeOf(document: JsonObject): Shape {
  const found = telling.filter(([, names]) => names.some((name) => field(document, name) !== undefined));
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    throw invalid(`${what} is ambiguous: it is ${first[0].name} and ${second[0].name} at once`);
  }
  return first?.[0] ?? emptyShape(document);
}

/** The form of a document with nothing in it, as null collections leave it: its media type alone tells. */
function emptyShape(document: JsonObject): Shape {
  const mediaType = optionalText(document, 'mediaType', what);
  if (mediaType === mediaTypes.ociArtifactManifest) return artifactShape;
  if (Object.hasOwn(document, 'manifests')) return indexShape;
  if (Object.hasOwn(document, 'fsLayers')) return schemaOneShape;
  throw invalid(`${what} is of no known form: it has neither config, manifests nor fsLayers`);
}

function mediaTypeOf(document: JsonObject, shape: Shape, contentType: string | undefined): string {
  const said = optionalText(document, 'mediaType', what) ?? '';
  if (said !== '' && !isMediaType(said)) throw unexpected(`${what}.mediaType`, 'a media type', said);
  const sent = parseMediaType(contentType);
  const specific = sent === undefined || genericTypes.has(sent) ? undefined : sent;
  if (said !== '' && specific !== undefined && specific !== said) {
    throw invalid(
      `${what} is of media type ${quote(said)}, but was sent as ${quote(specific)}: no client can tell which holds`,
    );
  }
  const mediaType = said === '' ? (specific ?? shape.mediaType(document)) : said;
  if (mediaType === undefined) throw invalid(`${what} tells no media type, which ${shape.name} must`);
  return mediaType;
}

function refuseVersion(document: JsonObject, shape: Shape): void {
  const version = field(document, 'schemaVersion');
  // The artifact manifest of the drafts has none.
  if (version === shape.schemaVersion || shape.schemaVersion === undefined) return;
  throw unexpected(`${what}.schemaVersion`, `${String(shape.schemaVersion)}, as ${shape.name} has`, version);
}

function readImageManifest(document: JsonObject, mediaType: string): ImageManifest | ArtifactManifest {
  const config = readDescriptor(field(document, 'config'), `${what}.config`);
  const layers = readDescriptors(document, 'layers', what);
  const rest = { config, layers, ...readCommon(document) };
  if (isImage(config, layers, mediaType)) return { kind: 'IMAGE', ...rest };
  return { kind: 'ARTIFACT', artifactType: readArtifactType(document, what) ?? config.mediaType, ...rest };
}

/** What early Docker clients and some servers wrote for the type of an image's config, which docker still takes for one (distribution#1621). */
const mistakenConfigTypes: ReadonlySet<string> = new Set(['application/octet-stream', 'application/json', 'text/html']);

function isImage(config: Descriptor, layers: readonly Descriptor[], mediaType: string): boolean {
  if (layers.length > 0 && layers.every((layer) => isArtifactLayerType(layer.mediaType))) return false;
  if (isImageConfigType(config.mediaType)) return true;
  return mediaType === mediaTypes.dockerManifest && mistakenConfigTypes.has(config.mediaType);
}

function readIndex(document: JsonObject): ImageIndex {
  const descriptors = readDescriptors(document, 'manifests', what);
  return {
    kind: 'INDEX',
    manifests: descriptors.filter((descriptor) => !isAttestation(descriptor)),
    attestations: descriptors.filter(isAttestation),
    artifactType: readArtifactType(document, what),
    ...readCommon(document),
  };
}

/** BuildKit's marks, old and new (docs/attestations/attestation-storage.md). Other values of the annotation mean nothing. */
function isAttestation({ platform, annotations, artifactType }: Descriptor): boolean {
  if (artifactType === mediaTypes.buildkitAttestation) return true;
  const isMarked = annotations?.get('vnd.docker.reference.type') === 'attestation-manifest';
  return isMarked && platform !== undefined && isUnknownPlatform(platform);
}

function readArtifactManifest(document: JsonObject): ArtifactManifest {
  return {
    kind: 'ARTIFACT',
    artifactType: readArtifactType(document, what),
    config: undefined,
    layers: readDescriptors(document, 'blobs', what),
    ...readCommon(document),
  };
}

function readCommon(document: JsonObject): Pick<ImageManifest, 'subject' | 'annotations'> {
  const subject = field(document, 'subject');
  return {
    subject: subject === undefined ? undefined : readDescriptor(subject, `${what}.subject`),
    annotations: textMap(document, 'annotations', what),
  };
}
