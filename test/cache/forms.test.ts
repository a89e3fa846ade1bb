import { describe, expect, it } from '@jest/globals';
import { blobForm, manifestForm } from '../../src/cache/forms.ts';
import { readManifest } from '../../src/domain/read-manifest.ts';
import { digestOf } from '../../src/transport/verify.ts';

/** A document of Docker's first schema, signed as libtrust signs: the signatures are put in before its last brace. */
function signedManifest() {
  const document = { schemaVersion: 1, architecture: 'amd64', fsLayers: [], history: [] };
  const payload = JSON.stringify(document, undefined, 3);
  const head = payload.slice(0, -2);
  const header = { formatLength: head.length, formatTail: Buffer.from('\n}').toString('base64url') };
  const signature = { protected: Buffer.from(JSON.stringify(header)).toString('base64url') };
  return { payload, bytes: Buffer.from(`${head},\n   "signatures": ${JSON.stringify([signature])}\n}`) };
}

describe('a manifest', () => {
  it('that is signed is kept with its signatures, though its digest is that of what was signed', () => {
    const { payload, bytes } = signedManifest();
    const mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    const digest = digestOf(Buffer.from(payload));
    const manifest = { digest, bytes, ...readManifest(bytes, mediaType) };
    const kept = manifestForm.keep(manifest);
    expect(kept).toEqual({ mediaType, bytes });
    expect(manifestForm.read(digest, kept)).toEqual(manifest);
    expect(manifestForm.read(digestOf(Buffer.from('other')), kept)).toBeUndefined();
  });
});

describe('a blob', () => {
  it.each(['sha256', 'sha384', 'sha512'] as const)('is verified by its digest of %s', (algorithm) => {
    const bytes = Buffer.from('{}');
    const kept = blobForm.keep(bytes);
    expect(blobForm.read(digestOf(bytes, algorithm), kept)).toBe(bytes);
    expect(blobForm.read(digestOf(Buffer.from('other'), algorithm), kept)).toBeUndefined();
  });
});
