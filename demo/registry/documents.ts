/** A manifest's fields as a registry needs them: enough to check references and list referrers. */
export interface ManifestDocument {
  readonly mediaType: string | undefined;
  readonly artifactType: string | undefined;
  readonly subject: Reference | undefined;
  readonly config: Reference | undefined;
  readonly layers: readonly Reference[];
  readonly manifests: readonly Reference[];
  readonly annotations: Readonly<Record<string, unknown>> | undefined;
}

/** A descriptor's fields, read loosely. */
export interface Reference {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** Whether the content may live elsewhere (image-spec descriptor.md, "urls"). */
  readonly isForeign: boolean;
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, unknown>>;
  readonly platform: PlatformDocument | undefined;
}

export interface PlatformDocument {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | undefined;
  readonly osVersion: string | undefined;
}

/** Reads a manifest of any kind; `undefined` where it is no JSON object. Written apart from the gateway's own parser, as a judge must be. */
export function readManifestDocument(bytes: Uint8Array): ManifestDocument | undefined {
  const root = parseObject(bytes);
  if (root === undefined) return undefined;
  return {
    mediaType: text(root['mediaType']),
    artifactType: text(root['artifactType']),
    subject: reference(root['subject']),
    config: reference(root['config']),
    layers: references(root['layers'] ?? root['blobs']),
    manifests: references(root['manifests']),
    annotations: object(root['annotations']),
  };
}

/** A JSON object from bytes; `undefined` where they hold anything else. */
export function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    return object(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return undefined;
  }
}

function references(value: unknown): readonly Reference[] {
  return Array.isArray(value) ? value.map(reference).filter((found) => found !== undefined) : [];
}

function reference(value: unknown): Reference | undefined {
  const fields = object(value);
  if (fields === undefined) return undefined;
  const platform = object(fields['platform']);
  return {
    mediaType: text(fields['mediaType']) ?? '',
    digest: text(fields['digest']) ?? '',
    size: typeof fields['size'] === 'number' ? fields['size'] : 0,
    isForeign: Array.isArray(fields['urls']) && fields['urls'].length > 0,
    artifactType: text(fields['artifactType']),
    annotations: object(fields['annotations']) ?? {},
    platform: platform && {
      os: text(platform['os']) ?? '',
      architecture: text(platform['architecture']) ?? '',
      variant: text(platform['variant']),
      osVersion: text(platform['os.version']),
    },
  };
}

function object(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** The text that a JSON value is; `undefined` where it is none. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
