import type { Manifest } from '../domain/manifest.ts';

/**
 * Compressed bytes that pulling an image transfers besides its manifest: its configuration and its layers, each once.
 * `undefined` for an index, which is pulled one platform at a time, and for Docker's first format, which has no sizes.
 */
export function pullSize({ content }: Manifest): number | undefined {
  if (content.kind === 'INDEX' || content.kind === 'SCHEMA_1') return undefined;
  const blobs = content.config === undefined ? content.layers : [content.config, ...content.layers];
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
