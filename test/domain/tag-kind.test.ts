import { describe, expect, it } from '@jest/globals';
import { isArtifactTag } from '../../src/domain/tag-kind.ts';

const hex = '0123456789abcdef'.repeat(4);

describe('a tag for machines', () => {
  it.each([
    `sha256-${hex}`,
    `sha256-${hex}.sig`,
    `sha256-${hex}.att`,
    `sha256-${hex}.sbom`,
    `sha512-${hex}`,
    `sha512-${hex}${hex}.sig`,
    hex,
    `sha256:${hex}`,
  ])('is %s', (name) => {
    expect(isArtifactTag(name)).toBe(true);
  });

  it.each([
    'latest',
    '1.0',
    'sha-0a1b2c3',
    'sha256-abc',
    `sha256-${hex}sig`,
    `sha1-${hex}`,
    `v${hex}`,
    hex.toUpperCase(),
    hex.slice(1),
  ])('is not %s', (name) => {
    expect(isArtifactTag(name)).toBe(false);
  });
});
