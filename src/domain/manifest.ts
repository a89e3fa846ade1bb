import type { Annotations, Descriptor } from './descriptor.ts';
import type { Digest } from './digest.ts';
import type { Freshness } from './freshness.ts';

/** A manifest or index as a registry served it, with what it says. */
export interface Manifest {
  readonly digest: Digest;
  readonly mediaType: string;
  /** The bytes that the digest is of. */
  readonly bytes: Uint8Array;
  readonly content: ManifestContent;
  readonly freshness: Freshness;
}

/** What the bytes of a manifest say, in one of the shapes that exist. */
export type ManifestContent = ImageManifest | ImageIndex | ArtifactManifest | SchemaOneManifest;

/** An image for one platform (image-spec manifest.md; Docker schema 2). */
export interface ImageManifest {
  readonly kind: 'IMAGE';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly annotations: Annotations;
}

/** An index of manifests (image-spec image-index.md; Docker manifest list). */
export interface ImageIndex {
  readonly kind: 'INDEX';
  /** The manifests that are images or indexes, in the order of the index; attestations apart. */
  readonly manifests: readonly Descriptor[];
  /** BuildKit's attestations, which stand in an index beside the images that they speak of. */
  readonly attestations: readonly Descriptor[];
  readonly artifactType: string | undefined;
  readonly subject: Descriptor | undefined;
  readonly annotations: Annotations;
}

/** Anything else in the form of a manifest: charts, signatures, modules, and the artifact manifest of OCI 1.1's drafts. */
export interface ArtifactManifest {
  readonly kind: 'ARTIFACT';
  readonly artifactType: string | undefined;
  /** Absent in the artifact manifest of the drafts. */
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  readonly subject: Descriptor | undefined;
  readonly annotations: Annotations;
}

/** Docker's first format, which has neither sizes nor a configuration of its own. */
export interface SchemaOneManifest {
  readonly kind: 'SCHEMA_1';
  readonly architecture: string | undefined;
  /** Digests of the layers, lowest first; their sizes are not recorded. */
  readonly layers: readonly Digest[];
}
