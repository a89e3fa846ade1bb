import type { Access, Viewer } from '../access/access.ts';
import type { ImageStreamSource } from '../domain/image-stream-source.ts';
import type { Ask } from '../domain/registry.ts';
import type { ImageReader } from '../images/reader.ts';
import type { RegistryTable } from '../images/registry-table.ts';
import type { StoredImageStreams } from '../store/store.ts';
import { createImageStreamReader, type ImageStreamReader } from './reader.ts';
import { createSourceRights } from './source-rights.ts';
import { createStreamImages, type StreamImages } from './stream-images.ts';
import { createVisibleSources } from './visible-sources.ts';
import { createImageStreamWriter, type ImageStreamWriter } from './writer.ts';

/** What one viewer may do with image streams in one operation. */
export interface ImageStreams {
  readonly reader: ImageStreamReader;
  readonly images: StreamImages;
  readonly writer: ImageStreamWriter;
}

export interface ImageStreamsOptions {
  /** In the order of the configuration. */
  readonly sources: readonly ImageStreamSource[];
  readonly store: StoredImageStreams;
  readonly access: Access;
  /** Whether the configuration allows writing. */
  readonly writes: boolean;
}

/** The image streams of one operation, with its registries, its reader of images, and what goes with its questions. */
export type ImageStreamsFor = (
  viewer: Viewer,
  registries: RegistryTable,
  images: ImageReader,
  ask: Ask,
) => ImageStreams;

export function createImageStreamsFor(options: ImageStreamsOptions): ImageStreamsFor {
  const { store, access, writes } = options;
  return (viewer, registries, images, ask) => {
    const sources = createVisibleSources(options.sources, access, viewer);
    const reader = createImageStreamReader({ sources, store, access, viewer, ask });
    const streamImages = createStreamImages({ sources, registries, access, viewer, images, ask });
    const rights = createSourceRights({ store, access, viewer, images, registries });
    const onWritten = reader.forget;
    const writer = createImageStreamWriter({
      sources,
      store,
      access,
      viewer,
      rights,
      writes,
      cost: ask.cost,
      onWritten,
    });
    return { reader, images: streamImages, writer };
  };
}
