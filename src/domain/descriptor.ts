import type { Digest } from './digest.ts';
import type { Platform } from './platform.ts';

/** A pointer to content, as image-spec defines it (descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes, 0 to 2^53-1. */
  readonly size: number;
  readonly platform?: Platform | undefined;
  readonly artifactType?: string | undefined;
  readonly annotations?: Annotations | undefined;
}

/** Names with values, in the order of the document. A Map, since names such as `__proto__` are legal. */
export type Annotations = ReadonlyMap<string, string>;
