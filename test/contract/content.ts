import { tagReferrers } from '../../demo/images/build.ts';
import type { RegistryStore, StoredManifest } from '../../demo/registry/store.ts';
import { parseRepositoryName, type RepositoryName } from '../../src/domain/reference.ts';
import { linuxAmd64, linuxArm64, seed } from '../support/registry-seed.ts';

/** What a registry holds that the contract is tried on. */
export interface Content {
  /** Holds everything below. */
  readonly repository: RepositoryName;
  /** Holds an image of its own. */
  readonly other: RepositoryName;
  readonly absent: RepositoryName;
  /** Tagged `latest`: an index of two images. */
  readonly index: StoredManifest;
  readonly platforms: readonly [typeof linuxAmd64, typeof linuxArm64];
  /** Tagged `single`: an image for linux/amd64. */
  readonly image: StoredManifest;
  /** What refers to `image`, in two types. */
  readonly sbom: StoredManifest;
  readonly signature: StoredManifest;
  readonly foreign: StoredManifest;
  /** All tags of `repository`. */
  readonly tags: readonly string[];
}

export const sbomType = 'application/spdx+json';

/** Fills a store; with a fallback tag for referrers where the registry has no API for them. */
export function fillStore(store: RegistryStore, referrersByTag: boolean): Content {
  const put = seed(store);
  const repository = 'team/app';
  const index = put.multi(repository, 'latest', [linuxAmd64, linuxArm64], { updatedAt: Date.UTC(2026, 1, 1) });
  const image = put.image(repository, 'single', { docker: true, updatedAt: Date.UTC(2026, 1, 2) });
  const sbom = put.artifact(repository, undefined, { artifactType: sbomType, subject: image });
  const signature = put.artifact(repository, undefined, { artifactType: 'application/vnd.example', subject: image });
  for (let count = 0; count < 23; count += 1) {
    put.image(repository, `1.${String(count)}`, { updatedAt: Date.UTC(2026, 0, 1 + count) });
  }
  if (referrersByTag) tagReferrers(store, repository, image.digest, [sbom, signature], Date.UTC(2025, 0, 1));
  const foreign = put.image('team/other', 'latest', { labels: { of: 'another' } });
  store.describe(repository, { description: 'Tried by the contract', pulls: 12_916_987_208, stars: 3 });
  return {
    repository: parseRepositoryName(repository),
    other: parseRepositoryName('team/other'),
    absent: parseRepositoryName('team/absent'),
    index,
    platforms: [linuxAmd64, linuxArm64],
    image,
    sbom,
    signature,
    foreign,
    tags: [...(store.repositories.get(repository)?.tags.keys() ?? [])],
  };
}
