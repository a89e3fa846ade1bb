import type { RegistryStore } from '../registry/store.ts';
import { entrypointPart, fullBase, packagePart, smallBase } from './bases.ts';
import type { PlannedConfig } from './build.ts';
import { everyDays, putFamily } from './family.ts';
import type { Family, Release } from './family.ts';
import type { Part, Parts } from './parts.ts';

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const four = ['linux/amd64', 'linux/arm/v7', 'linux/arm64/v8', 'linux/s390x'];

/** Invented images under names that everybody looks up first. */
export function putDockerHubImages(store: RegistryStore, parts: Parts): void {
  for (const family of [alpine(), nginx(), postgres(), redis(), whoami()]) putFamily(store, parts, family);
}

function alpine(): Family {
  const versions = ['3.9.6', '3.10.9', '3.11.13', '3.12.12', '3.13.12', '3.14.10', '3.15.11', '3.16.9', '3.17.10'];
  const recent = ['3.18.12', '3.19.8', '3.20.7', '3.21.4', '3.22.1'];
  const builtAt = everyDays('2024-01-10', 45);
  return {
    repository: 'library/alpine',
    description: 'Sample of a small base image, made for trying Tributary',
    pulls: 11_000_000_321,
    stars: 9_001,
    platforms: [
      'linux/386',
      'linux/amd64',
      'linux/arm/v6',
      'linux/arm/v7',
      'linux/arm64/v8',
      'linux/ppc64le',
      'linux/s390x',
    ],
    releases: [...versions, ...recent].map((version, index) => ({
      version,
      tags: [version, minor(version), '3', 'latest'],
      builtAt: builtAt(index),
      parts: [smallBase(minor(version))],
      config: { Env: [path], Cmd: ['/bin/sh'] },
    })),
  };
}

function nginx(): Family {
  const minors = Array.from({ length: 19 }, (_, index) => index + 9);
  const builtAt = everyDays('2024-02-01', 40);
  const config: PlannedConfig = {
    ExposedPorts: { '80/tcp': {} },
    Entrypoint: ['/entrypoint.sh'],
    Cmd: ['nginx', '-g', 'daemon off;'],
    StopSignal: 'SIGQUIT',
  };
  const releases = minors.flatMap((number, index): readonly Release[] => {
    const version = `1.${String(number)}.${String((number * 7) % 5)}`;
    const line = number % 2 === 0 ? 'stable' : 'mainline';
    const names = [version, minor(version), '1', line];
    const same = { version, config: { ...config, Env: [path, `NGINX_VERSION=${version}`] }, attested: number >= 25 };
    const full = variantParts('nginx', version, fullBase('12'));
    const small = variantParts('nginx', version, smallBase('3.20'));
    const slim = small.slice(0, -1);
    return [
      { ...same, tags: [...names, 'latest'], builtAt: builtAt(index), parts: full },
      { ...same, tags: [...suffixed(names, 'alpine'), 'alpine'], builtAt: builtAt(index) + 3_600_000, parts: small },
      ...(number < 17
        ? []
        : [{ ...same, tags: suffixed(names, 'alpine-slim'), builtAt: builtAt(index) + 7_200_000, parts: slim }]),
    ];
  });
  return {
    repository: 'library/nginx',
    description: 'Sample of a web server image, made for trying Tributary',
    pulls: 12_345_678_901,
    stars: 20_002,
    platforms: four,
    releases,
  };
}

function postgres(): Family {
  const versions = ['9.6.24', '10.23', '11.22', '12.22', '13.21', '14.18', '15.13', '16.9', '17.5'];
  const builtAt = everyDays('2024-03-05', 70);
  const config: PlannedConfig = {
    ExposedPorts: { '5432/tcp': {} },
    Entrypoint: ['/entrypoint.sh'],
    Cmd: ['postgres'],
    Volumes: { '/var/lib/postgresql/data': {} },
    StopSignal: 'SIGINT',
  };
  const releases = versions.flatMap((version, index): readonly Release[] => {
    const major = version.startsWith('9.') ? '9.6' : minor(version).split('.', 1).join('');
    const same = { version, config: { ...config, Env: [path, `PG_MAJOR=${major}`, `PG_VERSION=${version}`] } };
    const full = variantParts('postgres', version, fullBase('12'));
    const small = variantParts('postgres', version, smallBase('3.21'));
    return [
      { ...same, tags: [version, major, 'latest'], builtAt: builtAt(index), parts: full },
      {
        ...same,
        tags: [...suffixed([version, major], 'alpine'), 'alpine'],
        builtAt: builtAt(index) + 3_600_000,
        parts: small,
      },
    ];
  });
  return {
    repository: 'library/postgres',
    description: 'Sample of a database image, made for trying Tributary',
    pulls: 8_400_000_045,
    stars: 14_003,
    platforms: four,
    releases,
  };
}

function redis(): Family {
  const versions = ['5.0.14', '6.0.20', '6.2.19', '7.0.15', '7.2.10', '7.4.5', '8.0.3'];
  const builtAt = everyDays('2024-05-20', 80);
  return {
    repository: 'library/redis',
    description: 'Sample of a cache image in Docker media types, made for trying Tributary',
    pulls: 7_700_000_009,
    stars: 13_004,
    platforms: ['linux/amd64', 'linux/arm64/v8'],
    docker: true,
    releases: versions.map((version, index) => ({
      version,
      tags: [version, minor(version), version.slice(0, 1), 'latest'],
      builtAt: builtAt(index),
      parts: variantParts('redis', version, smallBase('3.20')),
      config: {
        Env: [path, `REDIS_VERSION=${version}`],
        ExposedPorts: { '6379/tcp': {} },
        Entrypoint: ['/entrypoint.sh'],
        Cmd: ['redis-server'],
        Volumes: { '/data': {} },
        WorkingDir: '/data',
      },
    })),
  };
}

function whoami(): Family {
  return {
    repository: 'tributary/whoami',
    description: 'Sample of an image for one platform, without an index',
    pulls: 42,
    stars: 1,
    platforms: ['linux/amd64'],
    docker: true,
    releases: ['1.0.0', '1.1.0'].map((version, index) => ({
      version,
      tags: [version, 'latest'],
      builtAt: everyDays('2025-01-15', 30)(index),
      parts: [packagePart('whoami', version, 'scratch')],
      config: { User: '65534', ExposedPorts: { '8080/tcp': {} }, Entrypoint: ['/whoami'] },
    })),
  };
}

function variantParts(program: string, version: string, base: Part): readonly Part[] {
  return [base, packagePart(program, version, base.name), entrypointPart(program)];
}

function suffixed(tags: readonly string[], suffix: string): readonly string[] {
  return tags.map((tag) => `${tag}-${suffix}`);
}

/** The first two parts of a version. */
function minor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
