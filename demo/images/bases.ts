import type { Part } from './parts.ts';

/** The lowest layer of many images: one invented distribution, small, of a version such as `3.20`. */
export function smallBase(version: string): Part {
  return {
    name: `sample-linux-${version}`,
    command: `ADD sample-linux-${version}.tar.gz /`,
    kibibytes: 24,
    files: { 'etc/os-release': `ID=sample\nNAME="Sample Linux"\nVERSION_ID=${version}\n` },
  };
}

/** The same distribution, large. */
export function fullBase(version: string): Part {
  return {
    name: `sample-linux-full-${version}`,
    command: `ADD sample-linux-full-${version}.tar.gz /`,
    kibibytes: 56,
    files: { 'etc/os-release': `ID=sample-full\nNAME="Sample Linux, full"\nVERSION_ID=${version}\n` },
  };
}

/** A package on top of a base, built for it. */
export function packagePart(name: string, version: string, base: string, kibibytes = 8): Part {
  return {
    name: `${name}-${version}-${base}`,
    command: `RUN install ${name}=${version} # for ${base}`,
    kibibytes,
    files: { [`usr/lib/${name}/version`]: `${version}\n` },
  };
}

/** What starts the program; the same for all versions of it. */
export function entrypointPart(program: string): Part {
  return {
    name: `${program}-entrypoint`,
    command: 'COPY entrypoint.sh /',
    kibibytes: 1,
    files: { 'entrypoint.sh': `#!/bin/sh\nexec ${program} "$@"\n` },
  };
}
