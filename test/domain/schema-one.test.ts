import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mediaTypes } from '../../src/domain/media-type.ts';
import { readManifest } from '../../src/domain/read-manifest.ts';
import { schemaOnePayload } from '../../src/domain/schema-one.ts';
import { bytesOf, digestOf, failureOf, outcomeOf } from './given.ts';

const plain = {
  schemaVersion: 1,
  name: 'library/é',
  tag: 'latest',
  architecture: 'amd64',
  fsLayers: [{ blobSum: digestOf('2') }, { blobSum: digestOf('1') }],
  history: [{ v1Compatibility: '{}' }],
};

function base64Url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function signature(length: unknown, tail: unknown): object {
  return { signature: 'x', protected: base64Url(JSON.stringify({ formatLength: length, formatTail: tail })) };
}

/** A document signed as libtrust signs: the signatures are put in before its last brace. */
function signed(document: unknown, ...more: readonly object[]): string {
  const text = JSON.stringify(document, undefined, 3);
  const head = text.slice(0, -2);
  const signatures = JSON.stringify([signature(bytesOf(head).length, base64Url('\n}')), ...more]);
  return `${head},\n   "signatures": ${signatures}\n}`;
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

describe('a schema 1 manifest', () => {
  it('has its layers lowest first, and an architecture', () => {
    const { mediaType, content } = readManifest(bytesOf(plain), undefined);
    expect(mediaType).toBe(mediaTypes.dockerSchemaOne);
    expect(content).toEqual({ kind: 'SCHEMA_1', architecture: 'amd64', layers: [digestOf('1'), digestOf('2')] });
  });

  it('that is signed is read alike, and known to be signed', () => {
    const { mediaType, content } = readManifest(bytesOf(signed(plain)), mediaTypes.dockerSchemaOneSigned);
    expect(mediaType).toBe(mediaTypes.dockerSchemaOneSigned);
    expect(content).toMatchObject({ layers: [digestOf('1'), digestOf('2')] });
    expect(readManifest(bytesOf(signed(plain)), 'text/plain').mediaType).toBe(mediaTypes.dockerSchemaOneSigned);
  });

  it('has the digest of the bytes that were signed', () => {
    expect(textOf(schemaOnePayload(bytesOf(signed(plain))))).toBe(JSON.stringify(plain, undefined, 3));
    expect(schemaOnePayload(bytesOf(plain))).toBeUndefined();
  });

  it('is read from what was signed, not from what stands beside it', () => {
    const other = JSON.stringify({ ...plain, fsLayers: [{ blobSum: digestOf('e') }] });
    const forged = `${other.slice(0, -1)},"signatures":${JSON.stringify([signature(0, base64Url(JSON.stringify(plain)))])}}`;
    expect(readManifest(bytesOf(forged), undefined).content).toMatchObject({ layers: [digestOf('1'), digestOf('2')] });
  });

  it.each([
    ['another form', { schemaVersion: 2, manifests: [] }],
    ['another version', { ...plain, schemaVersion: 2 }],
    ['signatures of its own', { ...plain, signatures: [signature(1, '')] }],
  ])('is refused where %s was signed', (_what, document) => {
    const text = JSON.stringify({ ...plain, signatures: [signature(0, base64Url(JSON.stringify(document)))] });
    expect(failureOf(() => readManifest(bytesOf(text), undefined)).code).toBe('UPSTREAM_INVALID');
  });

  it.each([
    ['1', 1],
    ['none', []],
    ['text', ['x']],
    ['without a protected header', [{ signature: 'x' }]],
    ['with a header that is no base64url', [{ protected: '%' }]],
    ['with a header that is no JSON', [{ protected: base64Url('x') }]],
    ['with a negative length', [signature(-1, '')]],
    ['with a length beyond the bytes', [signature(1e9, '')]],
    ['without a tail', [signature(1, undefined)]],
    ['with a tail that is no base64url', [signature(1, '%')]],
    ['of different documents', [signature(1, ''), signature(2, '')]],
  ])('is refused with signatures that are %s', (_what, signatures) => {
    const bytes = bytesOf({ ...plain, signatures });
    expect(failureOf(() => schemaOnePayload(bytes)).code).toBe('UPSTREAM_INVALID');
    expect(failureOf(() => readManifest(bytes, undefined)).code).toBe('UPSTREAM_INVALID');
  });

  it('is refused with layers that have no digest', () => {
    expect(failureOf(() => readManifest(bytesOf({ ...plain, fsLayers: [{}] }), undefined)).message).toBe(
      'manifest.fsLayers[0].blobSum is missing: expected a digest',
    );
  });

  it('of whatever bytes yields a payload, none or UPSTREAM_INVALID', () => {
    const document = fc.record({
      signatures: fc.oneof(
        fc.jsonValue(),
        fc.tuple(fc.integer(), fc.string()).map(([length, tail]) => [signature(length, tail)]),
      ),
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), document.map(bytesOf)), (bytes) => {
        const outcome = outcomeOf(() => schemaOnePayload(bytes));
        if (typeof outcome === 'string') expect(outcome).toBe('UPSTREAM_INVALID');
      }),
    );
  });
});
