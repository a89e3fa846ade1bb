import type { RegistryStore } from '../registry/store.ts';
import { moving } from '../moving-tags.ts';
import { entrypointPart, packagePart, smallBase } from './bases.ts';
import { putImage, putIndex } from './build.ts';
import { everyDays, putFamily } from './family.ts';
import type { Family } from './family.ts';
import type { Part, Parts } from './parts.ts';
import { putBillOfMaterials, putChart, putSignature, putSignatureTag } from './supply-chain.ts';

const path = 'PATH=/usr/local/bin:/usr/bin:/bin';
const two = ['linux/amd64', 'linux/arm64/v8'];

/** The images of a made-up shop that builds its own on a platform team's base, with all that gathers around images. */
export function putInternalImages(store: RegistryStore, parts: Parts): void {
  putFamily(store, parts, platformBase());
  putAgent(store, parts);
  const web = putFamily(store, parts, shop('shop/web', 24, 'nginx', true));
  const api = putFamily(store, parts, shop('shop/api', 18, 'api', false));
  putFamily(store, parts, shop('shop/worker', 9, 'worker', false));
  putFamily(store, parts, tool());
  putFamily(store, parts, nightly());

  const signedAt = Date.UTC(2026, 1, 1, 12, 30);
  for (const [repository, image] of [
    ['shop/web', web.at(-1)],
    ['shop/api', api.at(-1)],
  ] as const) {
    if (image === undefined) continue;
    putSignatureTag(store, repository, image, signedAt);
    putSignature(store, repository, image);
    putBillOfMaterials(store, repository, image, ['sample-linux', repository.slice('shop/'.length)]);
  }
  for (const [index, version] of ['0.9.0', '1.0.0', '1.1.0+build.7'].entries())
    putChart(store, 'shop/charts/web', version, everyDays('2025-09-01', 40)(index));
}

/** The base that the shop's images share, itself made on the small base of the samples. */
function baseParts(version: string): readonly Part[] {
  return [smallBase('3.20'), packagePart('platform', version, 'sample-linux-3.20', 12)];
}

function platformBase(): Family {
  const versions = ['2025.1', '2025.2', '2025.3', '2025.4', '2026.1'];
  const builtAt = everyDays('2025-01-06', 90);
  return {
    repository: 'platform/base',
    description: 'Base image of all teams',
    platforms: two,
    releases: versions.map((version, index) => ({
      version,
      tags: [version, 'latest'],
      builtAt: builtAt(index),
      parts: baseParts(version),
      config: { User: '1000', Env: [path], Labels: { team: 'platform' } },
    })),
  };
}

function shop(repository: string, count: number, program: string, attested: boolean): Family {
  const builtAt = everyDays('2025-04-01', 12);
  const name = repository.slice('shop/'.length);
  return {
    repository,
    description: `The shop's ${name}`,
    platforms: two,
    releases: Array.from({ length: count }, (_, index) => {
      const version = `${String(1 + Math.floor(index / 12))}.${String(index % 12)}.0`;
      return {
        version,
        tags: [version, `v${version}`, 'latest', ...(index === count - 3 ? ['stable'] : [])],
        builtAt: builtAt(index),
        parts: [
          ...baseParts(index < 12 ? '2025.2' : '2025.4'),
          entrypointPart(program),
          packagePart(`shop-${name}`, version, 'platform'),
        ],
        config: {
          User: '1000',
          Env: [path, `SHOP_VERSION=${version}`],
          Entrypoint: ['/entrypoint.sh'],
          Cmd: ['serve'],
          ExposedPorts: { '8080/tcp': {} },
          WorkingDir: '/srv',
          Labels: { team: 'shop', 'org.opencontainers.image.source': `https://git.example/shop/${name}` },
        },
        annotations: { 'org.opencontainers.image.version': version },
        attested,
      };
    }),
  };
}

/** Builds of every night, whose tags without a version move all the time (moving-tags.ts). */
function nightly(): Family {
  const { repository, releases, ...rest } = shop(moving.repository, 6, 'nightly', false);
  const builds = releases.map((release, index) => ({
    ...release,
    tags: [release.version, ...(index === 0 ? moving.tags : [])],
  }));
  return { ...rest, repository, description: "The shop's nightly builds", releases: builds };
}

function tool(): Family {
  return {
    repository: 'platform/tools/kube-tidy',
    description: 'A tool for one platform, without an index',
    platforms: ['linux/amd64'],
    releases: ['0.1.0', '0.2.0', '0.2.1'].map((version, index) => ({
      version,
      tags: [version, 'latest'],
      builtAt: everyDays('2025-10-10', 9)(index),
      parts: [packagePart('kube-tidy', version, 'scratch')],
      config: { Entrypoint: ['/kube-tidy'], Labels: { team: 'platform' } },
    })),
  };
}

/** An index over two operating systems, one of them told apart by version. */
function putAgent(store: RegistryStore, parts: Parts): void {
  const repository = 'platform/agent';
  const builtAt = Date.UTC(2025, 10, 20, 12);
  store.describe(repository, { description: 'Agent for Linux and Windows nodes' });
  const targets = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64', variant: 'v8' },
    { os: 'windows', architecture: 'amd64', osVersion: '10.0.20348.2700' },
  ];
  const manifests = targets.map((platform) => {
    const layers = [parts.layer(packagePart('agent', '4.2.0', platform.os), platform)];
    const config = {
      Entrypoint: [platform.os === 'windows' ? 'C:\\agent.exe' : '/agent'],
      Labels: { team: 'platform' },
    };
    return {
      platform,
      manifest: putImage(store, repository, { platform, layers, config, created: new Date(builtAt).toISOString() }),
    };
  });
  const { digest } = putIndex(store, repository, { manifests });
  for (const tag of ['4.2.0', '4', 'latest']) store.tag(repository, tag, digest, builtAt);
}
