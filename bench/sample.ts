import { createHash } from 'node:crypto';

/** What a request to the sample registry is for. */
export type Part = 'tags' | 'tag' | 'index' | 'manifest' | 'config' | 'listing' | 'other';

/** An answer that is ready to be sent. */
export interface Stored {
  readonly part: Part;
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Buffer;
}

/** All answers of one repository, by the rest of the path: `manifests/v1`, `blobs/sha256:…`. */
export interface Sample {
  readonly answers: ReadonlyMap<string, Stored>;
  readonly tags: readonly string[];
  /** What Docker Hub's own API lists, a row for each tag. */
  readonly hubRows: readonly object[];
}

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** The keys that image-spec annotations.md defines, most of which build tools fill in. */
const labels = [
  'created',
  'authors',
  'url',
  'documentation',
  'source',
  'version',
  'revision',
  'vendor',
  'licenses',
  'title',
];

const platforms = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64', variant: 'v8' },
  { os: 'linux', architecture: 'ppc64le' },
  { os: 'linux', architecture: 's390x' },
] as const;

/** How many platforms every tag of the sample has. */
export const platformCount = platforms.length;

/** How many layers every image has, and how many steps of its history made none. */
export const layerCount = 7;
const emptySteps = 13;

/** The name of a tag of the sample, by its place. */
export function tagName(index: number): string {
  return `v1.${String(index).padStart(3, '0')}`;
}

/**
 * As many tags, each pointing at an index of its own with four images, none of which shares a manifest or a configuration
 * with another. Manifests and configurations have about the size of those of real programs.
 */
export function createSample(tagCount: number): Sample {
  const answers = new Map<string, Stored>();
  const tags = Array.from({ length: tagCount }, (_, index) => tagName(index));

  function put(folder: string, part: Part, mediaType: string, document: object): object {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = digestOf(bytes);
    answers.set(`${folder}/${digest}`, { part, mediaType, digest, bytes });
    return { mediaType, digest, size: bytes.length };
  }

  const hubRows = tags.map((tag) => {
    const manifests = platforms.map((platform) => {
      const seed = `${tag} ${platform.architecture}`;
      const config = put('blobs', 'config', types.config, configDocument(seed, platform));
      const document = { schemaVersion: 2, mediaType: types.manifest, config, layers: layersOf(seed) };
      return { ...put('manifests', 'manifest', types.manifest, document), platform };
    });
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: types.index, manifests }));
    const index: Stored = { part: 'index', mediaType: types.index, digest: digestOf(bytes), bytes };
    answers.set(`manifests/${index.digest}`, index);
    answers.set(`manifests/${tag}`, { ...index, part: 'tag' });
    return hubRow(tag, index.digest, manifests);
  });
  return { answers, tags, hubRows };
}

function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function layersOf(seed: string): readonly object[] {
  return Array.from({ length: layerCount }, (_, index) => ({
    mediaType: types.layer,
    digest: digestOf(`layer ${index} of ${seed}`),
    size: 1_000_000 * (index + 1),
  }));
}

const environment = ['HOME=/srv', 'VERSION=1.2.3', 'LOG_LEVEL=info', 'PORT=8080', 'TZ=UTC'];

function configDocument(seed: string, platform: object): object {
  const created = '2026-03-01T12:00:00Z';
  const history = Array.from({ length: layerCount + emptySteps }, (_, index) => ({
    created,
    // Every third step makes a layer; the others set what a container is started with.
    ...(index % 3 === 0
      ? { created_by: layerStep(index) }
      : { created_by: `/bin/sh -c #(nop)  ENV PART_${index}_VERSION=1.${index}.0`, empty_layer: true }),
  }));
  return {
    ...platform,
    created,
    author: 'Sample',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8', ...environment],
      Entrypoint: ['/entrypoint.sh'],
      Cmd: ['serve', '--port', '8080'],
      WorkingDir: '/srv',
      ExposedPorts: { '8080/tcp': {} },
      Labels: Object.fromEntries(
        labels.map((name) => [
          `org.opencontainers.image.${name}`,
          `https://git.example.com/team/sample/${seed}/${name}`,
        ]),
      ),
    },
    rootfs: {
      type: 'layers',
      diff_ids: Array.from({ length: layerCount }, (_, index) => digestOf(`files ${index} of ${seed}`)),
    },
    history,
  };
}

function layerStep(index: number): string {
  return `RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends part-${index} && rm -rf /var/lib/apt/lists/* # buildkit`;
}

/** A row as the Docker Hub API documents it ("List repository tags"). */
function hubRow(name: string, digest: string, manifests: readonly object[]): object {
  const pushed = '2026-03-01T12:00:00.000000Z';
  const images = manifests.map((manifest, index) => ({
    ...platforms[index],
    ...manifest,
    size: 21_000_000,
    status: 'active',
    last_pushed: pushed,
  }));
  return {
    name,
    digest,
    images,
    media_type: types.index,
    content_type: 'image',
    full_size: 21_000_000,
    last_updated: pushed,
    tag_last_pushed: pushed,
    tag_status: 'active',
  };
}
