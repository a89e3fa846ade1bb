import { digestAlgorithm, parseDigest, type Digest, type DigestAlgorithm } from '../domain/digest.ts';
import { hashOf } from '../lib/hash.ts';

/** The digest of some bytes. */
export function digestOf(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return parseDigest(hashOf(bytes, algorithm));
}

/** Whether bytes are what a digest says, by the digest's own algorithm. */
export function matchesDigest(bytes: Uint8Array, digest: Digest): boolean {
  return hashOf(bytes, digestAlgorithm(digest)) === digest;
}
