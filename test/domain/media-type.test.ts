import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  isArtifactLayerType,
  isImageConfigType,
  isIndexType,
  isManifestType,
  isMediaType,
  isSchemaOneType,
  mediaTypes,
  parseMediaType,
} from '../../src/domain/media-type.ts';

describe('a media type', () => {
  it('of a Content-Type is read without parameters and in lower case', () => {
    expect(parseMediaType('Application/VND.oci.image.index.v1+JSON; charset=utf-8')).toBe(mediaTypes.ociIndex);
    expect(parseMediaType(' text/plain ;a=b')).toBe('text/plain');
  });

  it.each([
    undefined,
    '',
    ';',
    'text',
    'text/',
    '/plain',
    'a/b/c',
    'text/pl ain',
    '.a/b',
    'a/.b',
    `a/${'b'.repeat(128)}`,
  ])('is not read from %j', (text) => {
    expect(parseMediaType(text)).toBeUndefined();
  });

  it('may have the parameters that tools for bills of materials write', () => {
    expect(isMediaType('application/vnd.cyclonedx+json;version=1.4')).toBe(true);
    expect(isMediaType('text/plain; charset=utf-8')).toBe(true);
    expect(isMediaType('text/plain;a\nb')).toBe(false);
  });

  it('is read from any text without failing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const type = parseMediaType(text);
        expect(type === undefined || isMediaType(type)).toBe(true);
      }),
    );
  });

  it('of a manifest is of one kind', () => {
    const kinds = [isManifestType, isIndexType, isSchemaOneType, isImageConfigType];
    expect(Object.entries(mediaTypes).map(([name, type]) => [name, kinds.findIndex((is) => is(type))])).toEqual([
      ['ociManifest', 0],
      ['ociIndex', 1],
      ['ociArtifactManifest', -1],
      ['dockerManifest', 0],
      ['dockerManifestList', 1],
      ['dockerSchemaOne', 2],
      ['dockerSchemaOneSigned', 2],
      ['ociConfig', 3],
      ['dockerConfig', 3],
      ['buildkitAttestation', -1],
    ]);
  });

  it.each([
    ['application/vnd.dev.cosign.simplesigning.v1+json', true],
    ['application/vnd.cyclonedx+json', true],
    ['application/spdx+json', true],
    ['application/vnd.oci.image.layer.v1.tar+gzip', false],
    ['application/vnd.docker.image.rootfs.diff.tar.gzip', false],
    ['application/octet-stream', false],
  ])('%s is of a layer for artifacts only: %s', (mediaType, expected) => {
    expect(isArtifactLayerType(mediaType)).toBe(expected);
  });
});
