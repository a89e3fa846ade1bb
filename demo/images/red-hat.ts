import type { RegistryStore, StoredManifest } from '../registry/store.ts';
import { packagePart } from './bases.ts';
import { tagReferrers } from './build.ts';
import type { PlannedConfig } from './build.ts';
import { everyDays, putFamily } from './family.ts';
import type { Family, Release } from './family.ts';
import type { Part, Parts } from './parts.ts';
import { putBillOfMaterials, putSignature, putSignatureTag } from './supply-chain.ts';

const platforms = ['linux/amd64', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'];
const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Invented images under the names, and with the habits, of Red Hat's registry: tags carry a version and a build number. */
export function putRedHatImages(store: RegistryStore, parts: Parts): void {
  const ubi = putFamily(store, parts, base('ubi9/ubi', 40));
  putFamily(store, parts, base('ubi9/ubi-minimal', 16));
  putFamily(store, parts, nodejs());
  const postgresql = putFamily(store, parts, postgresql15());
  putReferrersByTag(store, 'ubi9/ubi', ubi.at(-1));
  putReferrersByTag(store, 'rhel9/postgresql-15', postgresql.at(-1));
}

/** This registry lacks the referrers API, so what refers to an image is found by a tag. */
function putReferrersByTag(store: RegistryStore, repository: string, image: StoredManifest | undefined): void {
  if (image === undefined) return;
  const signedAt = Date.UTC(2026, 1, 1, 12, 30);
  putSignatureTag(store, repository, image, signedAt);
  const referrers = [
    putSignature(store, repository, image),
    putBillOfMaterials(store, repository, image, ['sample-base', 'sample-libs']),
  ];
  tagReferrers(store, repository, image.digest, referrers, signedAt);
}

function base(repository: string, kibibytes: number): Family {
  const builtAt = everyDays('2024-01-20', 10);
  const minors = Array.from({ length: 7 }, (_, index) => `9.${String(index)}`);
  const builds = Array.from({ length: 8 }, (_, index) => index);
  const releases = minors.flatMap((version, step): readonly Release[] =>
    builds.map((build) => {
      const named = release(repository, version, 1100 + step * 120 + build * 13, builtAt(step * builds.length + build));
      const updates = packagePart('updates', named.version, repository.replace('/', '-'), 2);
      return {
        ...named,
        parts: [ubiPart(repository, version, kibibytes), updates],
        config: { Env: [path, 'container=oci'], Cmd: ['/bin/bash'] },
      };
    }),
  );
  return {
    repository,
    description: `Sample of ${repository}`,
    platforms,
    releases: releases.map(labelled(repository)),
  };
}

function nodejs(): Family {
  const repository = 'ubi9/nodejs-20';
  const builtAt = everyDays('2024-06-01', 35);
  const config: PlannedConfig = {
    User: '1001',
    Env: [path, 'NODEJS_VERSION=20', 'NPM_RUN=start'],
    ExposedPorts: { '8080/tcp': {} },
    Entrypoint: ['container-entrypoint'],
    Cmd: ['/bin/sh', '-c', 'usage'],
    WorkingDir: '/opt/app-root/src',
  };
  const releases = Array.from({ length: 18 }, (_, index) => ({
    ...release(repository, '1', 30 + index * 3, builtAt(index)),
    parts: [ubiPart('ubi9/ubi', '9.4', 40), packagePart('nodejs', `20.${String(index)}`, 'ubi9')],
    config,
  }));
  return {
    repository,
    description: 'Sample of a runtime image',
    platforms,
    releases: releases.map(labelled(repository)),
  };
}

function postgresql15(): Family {
  const repository = 'rhel9/postgresql-15';
  const builtAt = everyDays('2024-06-11', 50);
  const config: PlannedConfig = {
    User: '26',
    Env: [path, 'POSTGRESQL_VERSION=15'],
    ExposedPorts: { '5432/tcp': {} },
    Entrypoint: ['container-entrypoint'],
    Cmd: ['run-postgresql'],
    Volumes: { '/var/lib/pgsql/data': {} },
  };
  const releases = Array.from({ length: 12 }, (_, index) => ({
    ...release(repository, '1', 20 + index * 4, builtAt(index)),
    parts: [ubiPart('ubi9/ubi', '9.5', 40), packagePart('postgresql', `15.${String(index)}`, 'ubi9')],
    config,
  }));
  return {
    repository,
    description: 'Sample of a database image',
    platforms,
    releases: releases.map(labelled(repository)),
  };
}

function release(repository: string, version: string, build: number, builtAt: number) {
  const full = `${version}-${String(build)}`;
  // One tag with the time of the build, as this registry also has them.
  const stamped = `${full}.${String(Math.floor(builtAt / 1000))}`;
  return {
    version: full,
    tags: repository === 'ubi9/ubi' ? [full, stamped, version, 'latest'] : [full, version, 'latest'],
    builtAt,
  };
}

function ubiPart(repository: string, version: string, kibibytes: number): Part {
  const name = `${repository.replace('/', '-')}-${version}`;
  return {
    name,
    command: `ADD ${name}.tar.gz /`,
    kibibytes,
    files: { 'etc/os-release': `ID=sample-enterprise\nNAME="Sample Enterprise Linux"\nVERSION_ID=${version}\n` },
  };
}

function labelled(repository: string): (release: Release) => Release {
  return (found) => {
    const [version = '', build = ''] = found.version.split('-');
    const Labels = {
      name: repository,
      version,
      release: build,
      vendor: 'Sample content of Tributary, not a Red Hat product',
      'io.k8s.display-name': `Sample of ${repository}`,
      'io.openshift.expose-services': '',
    };
    return { ...found, config: { ...found.config, Labels } };
  };
}
