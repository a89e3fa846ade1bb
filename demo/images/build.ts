import type { Digest } from '../../src/domain/digest.ts';
import type { Platform } from '../../src/domain/platform.ts';
import { referrerDescriptor } from '../registry/lists.ts';
import type { RegistryStore, StoredManifest } from '../registry/store.ts';
import type { Layer } from './layer.ts';

/** An image for one platform, before it is put into a store. */
export interface ImagePlan {
  readonly platform: Platform;
  /** Lowest first. */
  readonly layers: readonly PlannedLayer[];
  readonly config?: PlannedConfig;
  /** ISO 8601. */
  readonly created?: string;
  readonly author?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: StoredManifest;
  /** Media types of Docker's schema 2 instead of OCI's. */
  readonly docker?: boolean;
}

export interface PlannedLayer extends Layer {
  /** The command that made it, as the history tells. */
  readonly command?: string;
  readonly mediaType?: string;
}

/** What a container is started with, in the words of image-spec config.md. */
export interface PlannedConfig {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly Env?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly StopSignal?: string;
}

/** An image or attestation in an index. */
export interface IndexEntry {
  readonly manifest: StoredManifest;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface IndexPlan {
  readonly manifests: readonly IndexEntry[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly docker?: boolean;
}

/** Anything that is no image, in the form of a manifest (image-spec manifest.md, "Guidelines for Artifact Usage"). */
export interface ArtifactPlan {
  readonly artifactType?: string;
  /** The empty object and its media type where absent. */
  readonly config?: { readonly mediaType: string; readonly bytes: Uint8Array };
  readonly layers: readonly {
    readonly mediaType: string;
    readonly bytes: Uint8Array;
    readonly annotations?: Readonly<Record<string, string>>;
  }[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly subject?: StoredManifest;
}

const oci = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  index: 'application/vnd.oci.image.index.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

const docker = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** Puts an image with its config and layers into a repository. */
export function putImage(store: RegistryStore, repository: string, plan: ImagePlan): StoredManifest {
  const types = plan.docker === true ? docker : oci;
  const layers = plan.layers.map((layer) =>
    putDescriptor(store, repository, layer.mediaType ?? types.layer, layer.bytes),
  );
  const config = putDescriptor(store, repository, types.config, jsonBytes(configDocument(plan)));
  const document = {
    schemaVersion: 2,
    mediaType: types.manifest,
    config,
    layers,
    ...(plan.subject && { subject: descriptorOf(plan.subject) }),
    ...(plan.annotations && { annotations: plan.annotations }),
  };
  return store.putManifest(repository, types.manifest, jsonBytes(document));
}

function configDocument(plan: ImagePlan) {
  const { os, architecture, variant, osVersion } = plan.platform;
  const { created } = plan;
  const history = plan.layers.map(({ command }, index) => ({
    ...(created !== undefined && { created }),
    created_by: command ?? `COPY layer-${String(index)} /`,
  }));
  const start = plan.config?.Cmd ?? plan.config?.Entrypoint;
  const last = {
    ...(created !== undefined && { created }),
    created_by: `CMD ${JSON.stringify(start)}`,
    empty_layer: true,
  };
  return {
    ...(created !== undefined && { created }),
    ...(plan.author !== undefined && { author: plan.author }),
    architecture,
    os,
    ...(variant !== undefined && { variant }),
    ...(osVersion !== undefined && { 'os.version': osVersion }),
    config: plan.config ?? {},
    rootfs: { type: 'layers', diff_ids: plan.layers.map(({ diffId }) => diffId) },
    history: start === undefined ? history : [...history, last],
  };
}

/** Puts an index of manifests that the repository has. */
export function putIndex(store: RegistryStore, repository: string, plan: IndexPlan): StoredManifest {
  const mediaType = (plan.docker === true ? docker : oci).index;
  const manifests = plan.manifests.map(({ manifest, platform, annotations }) => ({
    ...descriptorOf(manifest),
    ...(annotations && { annotations }),
    ...(platform && {
      platform: {
        architecture: platform.architecture,
        os: platform.os,
        ...(platform.variant !== undefined && { variant: platform.variant }),
        ...(platform.osVersion !== undefined && { 'os.version': platform.osVersion }),
      },
    }),
  }));
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests,
    ...(plan.annotations && { annotations: plan.annotations }),
  };
  return store.putManifest(repository, mediaType, jsonBytes(document));
}

/** Puts an artifact: a chart, a signature, a bill of materials. */
export function putArtifact(store: RegistryStore, repository: string, plan: ArtifactPlan): StoredManifest {
  const config = plan.config ?? { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') };
  const document = {
    schemaVersion: 2,
    mediaType: oci.manifest,
    ...(plan.artifactType !== undefined && { artifactType: plan.artifactType }),
    config: putDescriptor(store, repository, config.mediaType, config.bytes),
    layers: plan.layers.map(({ mediaType, bytes, annotations }) => ({
      ...putDescriptor(store, repository, mediaType, bytes),
      ...(annotations && { annotations }),
    })),
    ...(plan.subject && { subject: descriptorOf(plan.subject) }),
    ...(plan.annotations && { annotations: plan.annotations }),
  };
  return store.putManifest(repository, oci.manifest, jsonBytes(document));
}

/**
 * Tags an index of all that refers to a manifest, which stands in for the referrers API where a registry lacks it
 * (OCI distribution specification, "Referrers Tag Schema").
 */
export function tagReferrers(
  store: RegistryStore,
  repository: string,
  subject: Digest,
  referrers: readonly StoredManifest[],
  updatedAt: number,
): void {
  const document = { schemaVersion: 2, mediaType: oci.index, manifests: referrers.map(referrerDescriptor) };
  const { digest } = store.putManifest(repository, oci.index, jsonBytes(document));
  store.tag(repository, subject.replace(':', '-'), digest, updatedAt);
}

function putDescriptor(store: RegistryStore, repository: string, mediaType: string, bytes: Uint8Array) {
  return { mediaType, digest: store.putBlob(repository, bytes), size: bytes.byteLength };
}

function descriptorOf({ mediaType, digest, bytes }: StoredManifest) {
  return { mediaType, digest, size: bytes.byteLength };
}

function jsonBytes(document: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(document));
}
