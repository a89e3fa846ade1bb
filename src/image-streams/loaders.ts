import DataLoader from 'dataloader';
import type { ImageStream, ImageStreamKey, ImageStreamTagKey } from '../domain/image-stream.ts';
import type { StoredImageStreams } from '../store/store.ts';

/** The loaders of one operation: what is asked of the store in many places is asked once, and together. */
export interface ImageStreamLoaders {
  readonly imageStream: (key: ImageStreamKey) => Promise<ImageStream | undefined>;
  readonly revision: (key: ImageStreamTagKey) => Promise<number>;
  /** Forgets everything, since something was written. */
  readonly forget: () => void;
}

export function createImageStreamLoaders(store: StoredImageStreams): ImageStreamLoaders {
  const streams = new DataLoader((keys: readonly ImageStreamKey[]) => store.get(keys), {
    cacheKeyFn: ({ source, namespace, name }) => JSON.stringify([source, namespace, name]),
  });
  const revisions = new DataLoader((keys: readonly ImageStreamTagKey[]) => store.revisions(keys), {
    cacheKeyFn: ({ source, namespace, name, tag }) => JSON.stringify([source, namespace, name, tag]),
  });
  return {
    imageStream: (key) => streams.load(key),
    revision: (key) => revisions.load(key),
    forget: () => {
      streams.clearAll();
      revisions.clearAll();
    },
  };
}
