import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  formatPlatform,
  isUnknownPlatform,
  normalizePlatform,
  parsePlatform,
  selectPlatform,
  type Platform,
} from '../../src/domain/platform.ts';
import { failureOf, outcomeOf } from './given.ts';

const words = {
  os: ['linux', 'windows', 'darwin', 'macos', 'unknown', 'Linux'],
  architecture: ['amd64', 'x86_64', 'arm64', 'aarch64', 'arm', 'armhf', 'armel', 'i386', '386', 's390x', 'unknown'],
  variant: ['v1', 'v2', 'v3', 'v5', 'v6', 'v7', 'v8', 'v8.2', 'v9', '7', 'power9'],
  osVersion: ['10.0.17763.1', '10.0.17763.2', '10.0.20348.1'],
};
const optional = { nil: undefined };
const platforms: fc.Arbitrary<Platform> = fc.record({
  os: fc.constantFrom(...words.os),
  architecture: fc.constantFrom(...words.architecture),
  variant: fc.option(fc.constantFrom(...words.variant), optional),
  osVersion: fc.option(fc.constantFrom(...words.osVersion), optional),
});

/** Choices by their platforms, and the name of the one that is chosen. */
function chosen(wanted: string, ...offered: readonly string[]): string | undefined {
  const choices = offered.map((name) => {
    const [os = '', architecture = '', variant] = name.split('/');
    return { name, platform: { os, architecture, variant } };
  });
  return selectPlatform(choices, parsePlatform(wanted))?.name;
}

describe('a platform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/arm/v6', 'linux/arm/v6'],
    ['Linux/X86_64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v3', 'linux/amd64/v3'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v9.0', 'linux/arm64/v9'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/i386', 'linux/386'],
    ['macos/arm64', 'darwin/arm64'],
    ['linux/ppc64le/power9', 'linux/ppc64le/power9'],
  ])('%s is read as %s', (text, normal) => {
    expect(formatPlatform(parsePlatform(text))).toBe(normal);
  });

  it.each([
    '',
    'linux',
    '/',
    'linux/',
    '/amd64',
    'linux/amd64/',
    'linux/arm/v7/x',
    'linux amd64',
    'linux/amd64\n',
    'a'.repeat(9999),
  ])('is not %j', (text) => {
    expect(failureOf(() => parsePlatform(text)).code).toBe('ARGUMENT_INVALID');
  });

  it('that cannot be read is refused with an example', () => {
    expect(failureOf(() => parsePlatform('amd64')).message).toBe(
      '"amd64" is not a platform: expected os/architecture or os/architecture/variant, such as linux/amd64 or linux/arm/v7',
    );
  });

  it('is refused with ARGUMENT_INVALID and nothing else, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[a-z0-9/._-]{0,20}$/)), (text) => {
        const outcome = outcomeOf(() => parsePlatform(text));
        if (typeof outcome === 'string') expect(outcome).toBe('ARGUMENT_INVALID');
      }),
    );
  });

  it('in its normal form stays as it is, written and read', () => {
    fc.assert(
      fc.property(platforms, (platform) => {
        const normal = normalizePlatform(platform);
        expect(normalizePlatform(normal)).toEqual(normal);
        expect({ ...parsePlatform(formatPlatform(normal)), osVersion: undefined }).toEqual({
          ...normal,
          osVersion: undefined,
        });
      }),
    );
  });

  it('that is unknown says so twice', () => {
    expect(isUnknownPlatform({ os: 'unknown', architecture: 'unknown' })).toBe(true);
    expect(isUnknownPlatform({ os: 'linux', architecture: 'unknown' })).toBe(false);
  });
});

describe('the choice for a platform', () => {
  it.each([
    ['linux/arm/v7', 'linux/arm/v7', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm/v8']],
    ['linux/arm/v7', 'linux/arm/v6', ['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v8']],
    ['linux/arm', 'linux/arm', ['linux/arm/v6', 'linux/arm']],
    ['linux/arm/v6', 'linux/arm/v5', ['linux/arm/v5', 'linux/arm/v7']],
    ['linux/arm64', 'linux/arm64/v8', ['linux/arm/v7', 'linux/arm64/v8']],
    ['linux/arm64/v8', 'linux/arm64', ['linux/arm64']],
    ['linux/arm64/v9', 'linux/arm64', ['linux/arm64', 'linux/amd64']],
    ['linux/amd64/v3', 'linux/amd64/v2', ['linux/amd64', 'linux/amd64/v2', 'linux/amd64/v4']],
    ['linux/amd64/v3', 'linux/amd64', ['linux/amd64']],
    ['linux/amd64', 'linux/amd64', ['linux/amd64/v2', 'linux/amd64']],
    ['linux/ppc64le/power9', 'linux/ppc64le/power9', ['linux/ppc64le', 'linux/ppc64le/power9']],
  ])('%s is %s', (wanted, expected, offered) => {
    expect(chosen(wanted, ...offered)).toBe(expected);
  });

  it.each([
    ['linux/arm64', ['linux/arm/v7', 'linux/amd64', 'windows/arm64']],
    ['linux/amd64', ['linux/amd64/v2', 'linux/386']],
    ['linux/s390x', ['unknown/unknown']],
    ['linux/amd64', []],
  ])('%s is none of %j', (wanted, offered) => {
    expect(chosen(wanted, ...offered)).toBeUndefined();
  });

  it('is the first of equals, and gzip rather than zstd', () => {
    const platform = { os: 'linux', architecture: 'amd64' };
    const zstd = { platform, annotations: new Map([['io.github.containers.compression.zstd', 'true']]) };
    const gzip = { platform, annotations: new Map() };
    const [first, second] = [{ ...gzip }, { ...gzip }];
    expect(selectPlatform([zstd, first, second], platform)).toBe(first);
    expect(selectPlatform([zstd], platform)).toBe(zstd);
    const older = { platform: { ...platform, variant: 'v2' }, annotations: undefined };
    const newer = { ...zstd, platform: { ...platform, variant: 'v3' } };
    expect(selectPlatform([older, newer], { ...platform, variant: 'v3' })).toBe(newer);
  });

  it('heeds the version of Windows only where one is wanted: the same, else the same build', () => {
    const [a, b, c] = words.osVersion.map((osVersion) => ({
      platform: { os: 'windows', architecture: 'amd64', osVersion },
    }));
    const choices = [a, b, c].filter((choice) => choice !== undefined);
    const wanted = { os: 'windows', architecture: 'amd64' };
    expect(selectPlatform(choices, wanted)).toBe(a);
    expect(selectPlatform(choices, { ...wanted, osVersion: '10.0.17763.2' })).toBe(b);
    expect(selectPlatform(choices, { ...wanted, osVersion: '10.0.20348.9' })).toBe(c);
    expect(selectPlatform(choices, { ...wanted, osVersion: '10.0.14393.1' })).toBeUndefined();
  });

  it('passes over what tells no platform', () => {
    expect(selectPlatform([{}, { platform: undefined }], { os: 'linux', architecture: 'amd64' })).toBeUndefined();
  });

  it('is always one of those offered, of the same system and processor, and found where it is there', () => {
    fc.assert(
      fc.property(fc.array(platforms), platforms, (offered, wanted) => {
        const choices = offered.map((platform) => ({ platform }));
        const choice = selectPlatform(choices, wanted);
        if (choice === undefined) {
          const names = offered.map((platform) => formatPlatform(normalizePlatform(platform)));
          if (wanted.osVersion === undefined) expect(names).not.toContain(formatPlatform(normalizePlatform(wanted)));
          return;
        }
        expect(choices).toContain(choice);
        const { os, architecture } = normalizePlatform(wanted);
        expect(normalizePlatform(choice.platform)).toMatchObject({ os, architecture });
      }),
    );
  });
});
