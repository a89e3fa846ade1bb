import { anonymous, openAccess, type Access, type Resource, type Verb } from '../../src/access/access.ts';
import type { ImageStream } from '../../src/domain/image-stream.ts';
import type { ImageStreamSource } from '../../src/domain/image-stream-source.ts';
import type { Cost } from '../../src/domain/registry.ts';
import { createImageStreamsFor, type ImageStreams } from '../../src/image-streams/for-viewer.ts';
import type { StreamImages } from '../../src/image-streams/stream-images.ts';
import { createImageReader, type ImageReader } from '../../src/images/reader.ts';
import { createRegistryTable } from '../../src/images/registry-table.ts';
import { createFakeImageStreams, createFakeSource, type FakeImageStreams } from '../support/fake-image-streams.ts';
import { ask, createFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts';

export interface SetUp extends Omit<ImageStreams, 'images'> {
  readonly images: ImageReader;
  readonly streamImages: StreamImages;
  /** What the operation has cost. */
  readonly cost: Cost;
  readonly store: FakeImageStreams;
  readonly registry: FakeRegistry;
  /** What the sources were asked to write. */
  readonly written: readonly string[];
}

export interface SetUpOptions {
  readonly streams?: readonly ImageStream[];
  readonly access?: Access;
  readonly sources?: readonly ImageStreamSource[];
  readonly writes?: boolean;
}

/** The image streams of one viewer over one registry, `registry.example`, with a source that only notes what is written. */
export function setUp({ streams = [], access = openAccess, sources, writes = true }: SetUpOptions = {}): SetUp {
  const registry = createFakeRegistry(() => 1000);
  const registries = createRegistryTable([{ registry, aliases: ['alias.example'] }]);
  const asked = ask();
  const images = createImageReader({ registries, access, viewer: anonymous, ask: asked });
  const store = createFakeImageStreams(streams);
  const local = createFakeSource('local');
  const all = sources ?? [local];
  const imageStreams = createImageStreamsFor({ sources: all, store, access, writes });
  const { images: streamImages, ...opened } = imageStreams(anonymous, registries, images, asked);
  return { ...opened, streamImages, images, cost: asked.cost, store, registry, written: local.written };
}

/** Access to everything but what the texts name, as `inspect local/shop/web` or `list registry.example`. */
export function allBut(...refused: readonly string[]): Access {
  return { may: (_, verb, resource) => Promise.resolve(!refused.includes(`${verb} ${textOf(resource)}`)) };
}

/** Access to nothing but what the texts name. */
export function nothingBut(...allowed: readonly string[]): Access {
  return { may: (_, verb: Verb, resource) => allowed.includes(`${verb} ${textOf(resource)}`) };
}

function textOf(resource: Resource): string {
  const parts =
    'registry' in resource
      ? [resource.registry, resource.repository]
      : [resource.source, resource.namespace, resource.imageStream];
  return parts.filter((part) => part !== undefined).join('/');
}
