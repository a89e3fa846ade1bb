import type { Digest } from '../domain/digest.ts';
import type { ImageStreamKey } from '../domain/image-stream.ts';
import type { RegistryName, RepositoryName, TagName } from '../domain/reference.ts';
import type { Table } from './table.ts';

/** What every row of an image stream begins with. */
interface StreamKeyRow {
  readonly source: string;
  readonly namespace: string;
  readonly name: string;
}

/** A row of `image_streams`. */
export interface StreamRow extends StreamKeyRow {
  /** JSON: an object. */
  readonly labels: string;
  readonly generation: number;
  readonly lookup_local: number;
  readonly created_at: number;
  readonly docker_image_repository: string | null;
  readonly public_docker_image_repository: string | null;
  readonly resource_version: string | null;
}

/** A row of `image_stream_tags`. */
export interface StreamTagRow extends StreamKeyRow {
  readonly tag: string;
  /** JSON: a TagSpec. */
  readonly spec: string | null;
  /** JSON: conditions. */
  readonly conditions: string;
  /** Of the specification, for whoever looks for tags by what they are imported from. */
  readonly scheduled: number;
  readonly upstream_registry: RegistryName | null;
  readonly upstream_repository: RepositoryName | null;
  readonly upstream_tag: TagName | null;
}

/** A row of `image_stream_tag_items`. */
export interface StreamItemRow extends StreamKeyRow {
  readonly tag: string;
  readonly position: number;
  readonly created_at: number;
  readonly digest: Digest | null;
  readonly docker_image_reference: string;
  readonly generation: number;
}

export const streamTable: Table<StreamRow> = {
  name: 'image_streams',
  key: ['source', 'namespace', 'name'],
  others: [
    'labels',
    'generation',
    'lookup_local',
    'created_at',
    'docker_image_repository',
    'public_docker_image_repository',
    'resource_version',
  ],
};

export const streamTagTable: Table<StreamTagRow> = {
  name: 'image_stream_tags',
  key: ['source', 'namespace', 'name', 'tag'],
  others: ['spec', 'conditions', 'scheduled', 'upstream_registry', 'upstream_repository', 'upstream_tag'],
};

export const streamItemTable: Table<StreamItemRow> = {
  name: 'image_stream_tag_items',
  key: ['source', 'namespace', 'name', 'tag', 'position'],
  others: ['created_at', 'digest', 'docker_image_reference', 'generation'],
};

/** The key of an image stream's rows. */
export function streamKey({ source, namespace, name }: ImageStreamKey): readonly string[] {
  return [source, namespace, name];
}
