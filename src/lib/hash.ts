import { createHash } from 'node:crypto';

/** The hash of some bytes as `algorithm:hex`, the hex digits in lower case. */
export function hashOf(bytes: Uint8Array, algorithm: string): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
