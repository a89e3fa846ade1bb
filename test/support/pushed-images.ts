import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Platform } from '../../src/domain/platform.ts';
import { putImage, putIndex, type PlannedConfig } from '../../demo/images/build.ts';
import { buildLayer } from '../../demo/images/layer.ts';
import { putAttestation } from '../../demo/images/supply-chain.ts';
import { createRegistryStore, type RegistryStore, type StoredManifest } from '../../demo/registry/store.ts';
import { writeImageFolder } from './image-folder.ts';
import { linuxAmd64, linuxArm64, seed } from './registry-seed.ts';
import { push, type RegistryAccess } from './skopeo.ts';
import { twoAtATime } from './two-at-a-time.ts';

/** What was pushed, by what it is like. */
export interface PushedImage {
  /** Repository and tags. */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly kind: 'image' | 'index' | 'artifact' | 'schema 1';
}

interface Plan extends PushedImage {
  readonly put: (store: RegistryStore) => StoredManifest;
  /** More options of `skopeo copy`. */
  readonly options?: readonly string[];
}

const everything: PlannedConfig = {
  User: '1001:0',
  ExposedPorts: { '9090/udp': {}, '8080/tcp': {} },
  Env: ['PATH=/usr/bin:/bin', 'EMPTY=', 'TEXT=a=b "c" ü'],
  Entrypoint: ['/entrypoint.sh', '--'],
  Cmd: ['serve', '--port', '8080'],
  Volumes: { '/data': {}, '/cache': {} },
  WorkingDir: '/srv',
  StopSignal: 'SIGQUIT',
  Labels: { 'org.opencontainers.image.title': 'app', empty: '', 'with "quotes"': 'ü\n2', team: 'shop' },
};

const severalPlatforms: readonly Platform[] = [
  linuxAmd64,
  { os: 'linux', architecture: 'arm', variant: 'v6' },
  { os: 'linux', architecture: 'arm', variant: 'v7' },
  linuxArm64,
  { os: 'linux', architecture: 's390x' },
  { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2700' },
];

const name = 'pushed';
const tag = 'image';
/** The longest that a tag may be. */
const longTag = `v1.${'0123456789_-'.repeat(11)}`.slice(0, 128);
const annotations = { 'org.opencontainers.image.version': '1.0', note: 'ü "quoted"' };

const plans: readonly Plan[] = [
  {
    repository: 'team/app',
    tags: ['1.10', '1.9', 'latest', 'UPPER', '_under-score.', longTag, 'v2.0.0-rc.1'],
    kind: 'index',
    put: (store) => seed(store).multi(name, tag, severalPlatforms, { config: everything, annotations, layers: 3 }),
  },
  {
    repository: 'team/single',
    tags: ['latest'],
    kind: 'image',
    put: (store) => seed(store).image(name, tag, { config: everything, annotations, layers: 2 }),
  },
  {
    repository: 'a/b-c/d_e/f__g/h.i/j--k/0',
    tags: ['1'],
    kind: 'image',
    put: (store) => seed(store).image(name, tag, { platform: linuxArm64, labels: { odd: 'name' } }),
  },
  {
    repository: 'docker/single',
    tags: ['1'],
    kind: 'image',
    put: (store) => seed(store).image(name, tag, { docker: true }),
  },
  {
    repository: 'docker/list',
    tags: ['1'],
    kind: 'index',
    put: (store) => seed(store).multi(name, tag, [linuxAmd64, linuxArm64], { docker: true, config: everything }),
  },
  {
    repository: 'converted/image',
    tags: ['1'],
    kind: 'image',
    options: ['--format=v2s2'],
    put: (store) => seed(store).image(name, tag, { config: everything, layers: 2 }),
  },
  {
    repository: 'converted/list',
    tags: ['1'],
    kind: 'index',
    options: ['--format=v2s2'],
    put: (store) => seed(store).multi(name, tag, [linuxAmd64, linuxArm64], { config: everything }),
  },
  {
    repository: 'converted/first-schema',
    tags: ['1'],
    kind: 'schema 1',
    options: ['--format=v2s1'],
    put: (store) => seed(store).image(name, tag, { docker: true, config: everything, layers: 2 }),
  },
  {
    repository: 'team/zstd',
    tags: ['1'],
    kind: 'image',
    options: ['--dest-compress-format=zstd'],
    // Content of its own: layers that the registry has already would be reused as they are.
    put: (store) => seed(store).image(name, 'zstd', { config: everything, layers: 2 }),
  },
  {
    repository: 'charts/web',
    tags: ['1.0.0'],
    kind: 'artifact',
    put: (store) =>
      seed(store).artifact(name, tag, {
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', bytes: Buffer.from('{"name":"web"}') },
        layers: [
          {
            mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
            bytes: buildLayer([{ path: 'web/Chart.yaml', content: 'name: web\n' }]).bytes,
          },
        ],
        annotations,
      }),
  },
  {
    repository: 'team/bare',
    tags: ['1'],
    kind: 'image',
    put: (store) => putImage(store, name, { platform: linuxAmd64, layers: [buildLayer([])] }),
  },
  { repository: 'team/with-history', tags: ['1'], kind: 'image', put: putImageWithHistory },
  {
    repository: 'team/layer-twice',
    tags: ['1'],
    kind: 'image',
    put: (store) => {
      const layer = buildLayer([{ path: 'same', content: 'same\n' }]);
      return putImage(store, name, { platform: linuxAmd64, layers: [layer, layer], created: '2026-02-03T04:05:06Z' });
    },
  },
  {
    repository: 'team/attested',
    tags: ['1'],
    kind: 'index',
    put: (store) => {
      const images = [linuxAmd64, linuxArm64].map((platform) => ({
        platform,
        manifest: putImage(store, name, { platform, layers: [buildLayer([])], created: '2026-02-03T04:05:06.789Z' }),
      }));
      const attestations = images.map(({ manifest }) => putAttestation(store, name, manifest));
      return putIndex(store, name, { manifests: [...images, ...attestations], annotations });
    },
  },
];

/** An image as some builders make them: an author, remarks in the history, times to the nanosecond and in a zone. */
function putImageWithHistory(store: RegistryStore): StoredManifest {
  const { bytes, diffId } = buildLayer([{ path: 'history', content: 'history\n' }]);
  const config = Buffer.from(
    JSON.stringify({
      created: '2026-02-03T04:05:06.123456789+02:00',
      author: 'Ü <author@example.org>',
      architecture: 'arm',
      variant: 'v7',
      os: 'linux',
      config: { Env: null, Cmd: ['run'], Labels: null },
      rootfs: { type: 'layers', diff_ids: [diffId] },
      history: [
        { created: '2026-02-03T04:05:06.5Z', created_by: 'COPY history /', author: 'first', comment: 'buildkit "v0"' },
        { created_by: 'CMD ["run"]', comment: 'buildkit.dockerfile.v0', empty_layer: true },
        { created: '2026-02-03T04:05:06+02:00', empty_layer: true },
      ],
    }),
  );
  const part = (mediaType: string, content: Uint8Array) => {
    return { mediaType, digest: store.putBlob(name, content), size: content.byteLength };
  };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const document = {
    schemaVersion: 2,
    mediaType,
    config: part('application/vnd.oci.image.config.v1+json', config),
    layers: [part('application/vnd.oci.image.layer.v1.tar+gzip', bytes)],
  };
  return store.putManifest(name, mediaType, Buffer.from(JSON.stringify(document, undefined, 3)));
}

/** Pushes images of all sorts with skopeo, and answers what was pushed. */
export async function pushImages(to: RegistryAccess): Promise<readonly PushedImage[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-pushed-'));
  try {
    await twoAtATime(plans, async ({ repository, tags, put, options }) => {
      const store = createRegistryStore();
      const source = writeImageFolder(store, name, put(store), join(folder, repository.replaceAll('/', '+')));
      for (const each of tags) await push(source, to, `${repository}:${each}`, options);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return plans.map(({ repository, tags, kind }) => ({ repository, tags, kind }));
}

/** Pushes one small image, whose content depends on the name alone; answers its digest. */
export async function pushImage(
  to: RegistryAccess,
  repository: string,
  imageTag: string,
  content = `${repository}:${imageTag}`,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-pushed-'));
  try {
    const store = createRegistryStore();
    const manifest = seed(store).image(name, tag, { labels: { content } });
    await push(writeImageFolder(store, name, manifest, folder), to, `${repository}:${imageTag}`);
    return manifest.digest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
