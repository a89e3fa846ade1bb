import { createHash } from 'node:crypto';
import { digestAlgorithm, parseDigest } from '../../src/domain/digest.ts';
import type { Digest, DigestAlgorithm } from '../../src/domain/digest.ts';
import { readManifestDocument } from './documents.ts';
import type { ManifestDocument } from './documents.ts';

/** What a sample registry holds, in memory. Repositories come to be with what is put into them. */
export interface RegistryStore {
  readonly repositories: ReadonlyMap<string, SampleRepository>;
  /** Bytes of all blobs and manifests, each counted once. */
  bytes(): number;
  /** Makes a repository without content, or says more about one. */
  describe(repository: string, about?: Partial<RepositoryAbout>): void;
  /** Keeps a blob, by its SHA-256 unless another algorithm is named. */
  putBlob(repository: string, bytes: Uint8Array, algorithm?: DigestAlgorithm): Digest;
  /** Makes another repository's blob one of this repository too; `false` where the other has no such blob. */
  mountBlob(repository: string, from: string, digest: Digest): boolean;
  blob(repository: string, digest: string): Uint8Array | undefined;
  /** Keeps a manifest as it is, whatever it says and refers to. */
  putManifest(repository: string, mediaType: string, bytes: Uint8Array, algorithm?: DigestAlgorithm): StoredManifest;
  /** By tag or digest. */
  manifest(repository: string, reference: string): StoredManifest | undefined;
  /** Points a tag at a digest. `updatedAt` is in milliseconds since the epoch. */
  tag(repository: string, tag: string, digest: Digest, updatedAt: number): void;
  untag(repository: string, tag: string): boolean;
  /** Removes a manifest and the tags that point at it. */
  deleteManifest(repository: string, digest: string): boolean;
  deleteBlob(repository: string, digest: string): boolean;
}

export interface SampleRepository {
  readonly name: string;
  readonly blobs: ReadonlySet<string>;
  readonly manifests: ReadonlyMap<string, StoredManifest>;
  readonly tags: ReadonlyMap<string, StoredTag>;
  readonly about: RepositoryAbout;
}

export interface StoredTag {
  readonly digest: Digest;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** `undefined` where the bytes are no JSON object. */
  readonly document: ManifestDocument | undefined;
}

/** What people are told of a repository beside its content. */
export interface RepositoryAbout {
  readonly description: string;
  readonly pulls: number;
  readonly stars: number;
}

interface Shelf extends SampleRepository {
  readonly blobs: Set<string>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, StoredTag>;
  about: RepositoryAbout;
}

/** The digest of bytes. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return parseDigest(`${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`);
}

/** Whether bytes are what a digest says. */
export function isDigestOf(bytes: Uint8Array, digest: Digest): boolean {
  return digestOf(bytes, digestAlgorithm(digest)) === digest;
}

/** An empty store. */
export function createRegistryStore(): RegistryStore {
  const repositories = new Map<string, Shelf>();
  const blobs = new Map<string, Uint8Array>();
  let total = 0;

  function shelf(name: string): Shelf {
    let found = repositories.get(name);
    if (found === undefined) {
      const about = { description: '', pulls: 0, stars: 0 };
      found = { name, blobs: new Set(), manifests: new Map(), tags: new Map(), about };
      repositories.set(name, found);
    }
    return found;
  }

  function manifest(repository: string, reference: string): StoredManifest | undefined {
    const found = repositories.get(repository);
    return found?.manifests.get(found.tags.get(reference)?.digest ?? reference);
  }

  return {
    repositories,
    manifest,
    bytes: () => total,
    describe(repository, about = {}) {
      const found = shelf(repository);
      found.about = { ...found.about, ...about };
    },
    putBlob(repository, bytes, algorithm) {
      const digest = digestOf(bytes, algorithm);
      if (!blobs.has(digest)) {
        blobs.set(digest, bytes);
        total += bytes.byteLength;
      }
      shelf(repository).blobs.add(digest);
      return digest;
    },
    mountBlob(repository, from, digest) {
      if (repositories.get(from)?.blobs.has(digest) !== true) return false;
      shelf(repository).blobs.add(digest);
      return true;
    },
    blob(repository, digest) {
      return repositories.get(repository)?.blobs.has(digest) === true ? blobs.get(digest) : undefined;
    },
    putManifest(repository, mediaType, bytes, algorithm) {
      const digest = digestOf(bytes, algorithm);
      const stored = { digest, mediaType, bytes, document: readManifestDocument(bytes) };
      const { manifests } = shelf(repository);
      if (!manifests.has(digest)) total += bytes.byteLength;
      manifests.set(digest, stored);
      return stored;
    },
    tag(repository, tag, digest, updatedAt) {
      shelf(repository).tags.set(tag, { digest, updatedAt });
    },
    untag(repository, tag) {
      return repositories.get(repository)?.tags.delete(tag) ?? false;
    },
    deleteManifest(repository, digest) {
      const found = repositories.get(repository);
      const stored = found?.manifests.get(digest);
      if (found === undefined || stored === undefined) return false;
      for (const [tag, target] of found.tags) if (target.digest === digest) found.tags.delete(tag);
      found.manifests.delete(digest);
      total -= stored.bytes.byteLength;
      return true;
    },
    deleteBlob(repository, digest) {
      if (repositories.get(repository)?.blobs.delete(digest) !== true) return false;
      if ([...repositories.values()].every((other) => !other.blobs.has(digest))) {
        total -= blobs.get(digest)?.byteLength ?? 0;
        blobs.delete(digest);
      }
      return true;
    },
  };
}
