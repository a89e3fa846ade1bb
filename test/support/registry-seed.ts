import type { Platform } from '../../src/domain/platform.ts';
import { putArtifact, putImage, putIndex } from '../../demo/images/build.ts';
import type { ArtifactPlan, PlannedConfig } from '../../demo/images/build.ts';
import { buildLayer } from '../../demo/images/layer.ts';
import type { RegistryStore, StoredManifest } from '../../demo/registry/store.ts';

/** Puts content into a store in few words. Everything has a value of its own where none is given. */
export interface Seed {
  /** An image for one platform. */
  image(repository: string, tag: string | undefined, plan?: SeedImage): StoredManifest;
  /** An index of images for several platforms, all of the same plan. */
  multi(repository: string, tag: string | undefined, platforms: readonly Platform[], plan?: SeedImage): StoredManifest;
  /** An artifact, tagged only where a tag is given. */
  artifact(repository: string, tag: string | undefined, plan?: Partial<ArtifactPlan>): StoredManifest;
  /** Any JSON, or bytes as they are, under any media type. */
  raw(repository: string, tag: string | undefined, mediaType: string, content: unknown): StoredManifest;
}

export interface SeedImage {
  readonly platform?: Platform;
  readonly labels?: Readonly<Record<string, string>>;
  readonly config?: PlannedConfig;
  readonly annotations?: Readonly<Record<string, string>>;
  /** How many layers; 1 where absent. */
  readonly layers?: number;
  /** ISO 8601. */
  readonly created?: string;
  readonly docker?: boolean;
  readonly subject?: StoredManifest;
  /** When the tag was moved, in milliseconds since the epoch. */
  readonly updatedAt?: number;
}

export const linuxAmd64: Platform = { os: 'linux', architecture: 'amd64' };
export const linuxArm64: Platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };

/** Seeds a store. Contents depend on repository, tag and platform alone, so digests are the same at every run. */
export function seed(store: RegistryStore): Seed {
  function tagged(
    repository: string,
    tag: string | undefined,
    manifest: StoredManifest,
    updatedAt?: number,
  ): StoredManifest {
    if (tag !== undefined) store.tag(repository, tag, manifest.digest, updatedAt ?? Date.UTC(2026, 0, 2));
    return manifest;
  }

  function put(repository: string, tag: string | undefined, platform: Platform, plan: SeedImage): StoredManifest {
    const name = `${repository}:${tag ?? 'untagged'} ${platform.os}/${platform.architecture}/${platform.variant ?? ''}`;
    const layers = Array.from({ length: plan.layers ?? 1 }, (_, index) => ({
      ...buildLayer([{ path: `content-${String(index)}`, content: `${name}\n` }]),
      command: `COPY content-${String(index)} /`,
    }));
    const { created = '2026-01-01T00:00:00Z', annotations, docker, subject } = plan;
    const config = { ...plan.config, ...(plan.labels && { Labels: plan.labels }) };
    return putImage(store, repository, {
      platform,
      layers,
      config,
      created,
      ...(annotations && { annotations }),
      ...(docker !== undefined && { docker }),
      ...(subject && { subject }),
    });
  }

  return {
    image(repository, tag, plan = {}) {
      return tagged(repository, tag, put(repository, tag, plan.platform ?? linuxAmd64, plan), plan.updatedAt);
    },
    multi(repository, tag, platforms, plan = {}) {
      const { annotations, ...each } = plan;
      const manifests = platforms.map((platform) => ({ platform, manifest: put(repository, tag, platform, each) }));
      const index = putIndex(store, repository, {
        manifests,
        ...(annotations && { annotations }),
        ...(plan.docker !== undefined && { docker: plan.docker }),
      });
      return tagged(repository, tag, index, plan.updatedAt);
    },
    artifact(repository, tag, plan = {}) {
      return tagged(repository, tag, putArtifact(store, repository, { layers: [], ...plan }));
    },
    raw(repository, tag, mediaType, content) {
      const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
      return tagged(repository, tag, store.putManifest(repository, mediaType, bytes));
    },
  };
}
