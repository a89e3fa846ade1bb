import type { RegistryStore, StoredManifest } from '../registry/store.ts';
import { putImage, putIndex } from './build.ts';
import type { IndexEntry, PlannedConfig } from './build.ts';
import { platform } from './parts.ts';
import type { Part, Parts } from './parts.ts';
import { putAttestation } from './supply-chain.ts';

/** A repository's images over time. */
export interface Family {
  readonly repository: string;
  readonly description: string;
  readonly pulls?: number;
  readonly stars?: number;
  /** As `linux/arm64/v8`; a single one makes images without an index. */
  readonly platforms: readonly string[];
  /** Oldest first. */
  readonly releases: readonly Release[];
  /** Media types of Docker's schema 2. */
  readonly docker?: boolean;
}

/** One build: an image for each platform, and the tags that came to point at it. A later release takes over a tag of an earlier one. */
export interface Release {
  readonly tags: readonly string[];
  readonly version: string;
  /** When it was built, in milliseconds since the epoch; it is pushed ten minutes later. */
  readonly builtAt: number;
  /** Lowest first. */
  readonly parts: readonly Part[];
  readonly config: PlannedConfig;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Whether the index also holds a statement of provenance for each image, as BuildKit writes them. */
  readonly attested?: boolean;
}

const tenMinutes = 600_000;

/** Puts a family into a store; answers what was built, release by release. */
export function putFamily(store: RegistryStore, parts: Parts, family: Family): readonly StoredManifest[] {
  const { repository, description, pulls = 0, stars = 0 } = family;
  store.describe(repository, { description, pulls, stars });
  return family.releases.map((release) => {
    const built = putRelease(store, parts, family, release);
    for (const tag of release.tags) store.tag(repository, tag, built.digest, release.builtAt + tenMinutes);
    return built;
  });
}

function putRelease(store: RegistryStore, parts: Parts, family: Family, release: Release): StoredManifest {
  const { repository, docker = false } = family;
  const created = new Date(release.builtAt).toISOString();
  const images: readonly Required<Pick<IndexEntry, 'manifest' | 'platform'>>[] = family.platforms.map((text) => {
    const target = platform(text);
    const layers = release.parts.map((part) => parts.layer(part, target));
    const config = { ...release.config, Labels: labels(family, release, created) };
    return {
      platform: target,
      manifest: putImage(store, repository, { platform: target, layers, config, created, docker }),
    };
  });
  const [only] = images;
  if (images.length === 1 && only !== undefined) return only.manifest;
  const attestations =
    release.attested === true ? images.map(({ manifest }) => putAttestation(store, repository, manifest)) : [];
  const annotations = release.annotations && { annotations: release.annotations };
  return putIndex(store, repository, { manifests: [...images, ...attestations], docker, ...annotations });
}

function labels(family: Family, { version, config }: Release, created: string): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.title': family.repository,
    'org.opencontainers.image.description': family.description,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.created': created,
    ...config.Labels,
  };
}

/** Points in time some days apart, from a day written as `2024-03-01`: noon of each, in milliseconds since the epoch. */
export function everyDays(from: string, days: number): (index: number) => number {
  const start = Date.parse(`${from}T12:00:00Z`);
  return (index) => start + index * days * 86_400_000;
}
