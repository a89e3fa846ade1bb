import type { Descriptor } from '../domain/descriptor.ts';
import { GatewayError, isGatewayError } from '../domain/errors.ts';
import { readImageConfig, type ImageConfig } from '../domain/image-config.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { ImageReader } from './reader.ts';
import type { Repository } from './repository.ts';

/** What has been read stays with the bytes for as long as the cache keeps those. */
const parsed = new WeakMap<Uint8Array, ImageConfig>();

/** The configuration of an image; `undefined` for what has none that describes an image: an index, an artifact. */
export async function findImageConfig(
  reader: ImageReader,
  repository: Repository,
  manifest: Manifest,
): Promise<ImageConfig | undefined> {
  return manifest.content.kind === 'IMAGE' ? readConfig(reader, repository, manifest.content.config) : undefined;
}

async function readConfig(
  reader: ImageReader,
  repository: Repository,
  descriptor: Descriptor,
): Promise<ImageConfig | undefined> {
  const bytes = await reader.blob(repository, descriptor);
  if (bytes === undefined) return undefined;
  const known = parsed.get(bytes);
  if (known !== undefined) return known;
  try {
    const config = readImageConfig(bytes);
    parsed.set(bytes, config);
    return config;
  } catch (error) {
    if (!isGatewayError(error)) throw error;
    const registry = repository.registry.name;
    const message = `${registry}/${repository.name} holds an invalid configuration ${descriptor.digest}: ${error.message}`;
    throw new GatewayError('UPSTREAM_INVALID', message, { registry }, error);
  }
}
