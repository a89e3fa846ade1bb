import { digestAlgorithm, type Digest } from '../domain/digest.ts';
import type { Manifest } from '../domain/manifest.ts';
import { readManifest, schemaOnePayload } from '../domain/read-manifest.ts';
import { hashOf } from '../lib/hash.ts';
import type { Kept } from './disk-file.ts';

/** How content of one sort is kept as bytes. */
export interface Form<Content> {
  readonly keep: (content: Content) => Kept;
  /** The content again; `undefined` where the bytes are not what the digest says. Throws where they cannot be read. */
  readonly read: (digest: Digest, kept: Kept) => Content | undefined;
}

/** A manifest as the same bytes say it wherever they came from; when it came is a fact of its own. */
export type ManifestContents = Omit<Manifest, 'freshness'>;

/** Manifests keep their media type, which not every one tells itself; what they say is read from their bytes again. */
export const manifestForm: Form<ManifestContents> = {
  keep: ({ mediaType, bytes }) => ({ mediaType, bytes }),
  read: (digest, { mediaType, bytes }) => {
    // The digest of a signed manifest of Docker's first schema is that of what was signed.
    const isWhole = matches(bytes, digest) || matches(schemaOnePayload(bytes) ?? bytes, digest);
    return isWhole ? { digest, bytes, ...readManifest(bytes, mediaType) } : undefined;
  },
};

/** Blobs are their bytes. */
export const blobForm: Form<Uint8Array> = {
  keep: (bytes) => ({ mediaType: undefined, bytes }),
  read: (digest, { bytes }) => (matches(bytes, digest) ? bytes : undefined),
};

function matches(bytes: Uint8Array, digest: Digest): boolean {
  return hashOf(bytes, digestAlgorithm(digest)) === digest;
}
