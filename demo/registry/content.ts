import { digestAlgorithm, isDigest } from '../../src/domain/digest.ts';
import { empty, failure, readSmallBody } from './exchange.ts';
import type { Answer, RegistryRequest } from './exchange.ts';
import { isTag } from './routes.ts';
import { digestOf, isDigestOf } from './store.ts';
import type { RegistryStore, StoredManifest } from './store.ts';
import { readManifestDocument } from './documents.ts';
import type { ManifestDocument, Reference } from './documents.ts';

/** The most bytes of a manifest that may be pushed, as the CNCF distribution has it. */
const maxManifestBytes = 4 * 1024 * 1024;

/** `GET` and `HEAD` of a manifest, with `ETag` as the CNCF distribution sends it. */
export function readManifest(request: RegistryRequest, manifest: StoredManifest): Answer {
  const headers = { 'docker-content-digest': manifest.digest, etag: `"${manifest.digest}"` };
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^"(.*)"$/, '$1'));
  if (known?.includes(manifest.digest) === true) return empty(304, headers);
  return { status: 200, headers: { 'content-type': manifest.mediaType, ...headers }, body: manifest.bytes };
}

/** `GET` and `HEAD` of a blob. */
export function readBlob(store: RegistryStore, repository: string, digest: string): Answer {
  if (!isDigest(digest)) return failure(400, 'DIGEST_INVALID', 'invalid digest', digest);
  const bytes = store.blob(repository, digest);
  if (bytes === undefined) return failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest, etag: `"${digest}"` };
  return { status: 200, headers, body: bytes };
}

/** `PUT` of a manifest (OCI distribution specification, "Pushing Manifests"); what it refers to must be there. */
export async function writeManifest(
  request: RegistryRequest,
  store: RegistryStore,
  repository: string,
  reference: string,
  allowed: { readonly bytes: number; readonly referrers: boolean; readonly now: number },
): Promise<Answer> {
  if (!isDigest(reference) && !isTag(reference))
    return failure(400, 'TAG_INVALID', 'neither a tag nor a digest', reference);
  const bytes = await readSmallBody(request.body, Math.min(maxManifestBytes, allowed.bytes));
  if (bytes === undefined)
    return failure(413, 'SIZE_INVALID', 'the manifest is too large', undefined, { connection: 'close' });
  if (isDigest(reference) && !isDigestOf(bytes, reference))
    return failure(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content', {
      digest: digestOf(bytes),
    });
  const document = readManifestDocument(bytes);
  if (document === undefined) return failure(400, 'MANIFEST_INVALID', 'the manifest is no JSON object');
  const mediaType = agreedType(request.headers['content-type'], document.mediaType);
  if (mediaType === undefined)
    return failure(400, 'MANIFEST_INVALID', 'Content-Type and mediaType differ', { mediaType: document.mediaType });
  const missing = missingContent(store, repository, document);
  if (missing.length > 0)
    return failure(404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry', { digests: missing });

  const { digest } = keep(store, repository, reference, mediaType, bytes, allowed.now);
  return accepted(repository, digest, allowed.referrers ? document.subject?.digest : undefined);
}

function keep(
  store: RegistryStore,
  repository: string,
  reference: string,
  mediaType: string,
  bytes: Uint8Array,
  now: number,
): StoredManifest {
  if (isDigest(reference)) return store.putManifest(repository, mediaType, bytes, digestAlgorithm(reference));
  const stored = store.putManifest(repository, mediaType, bytes);
  store.tag(repository, reference, stored.digest, now);
  return stored;
}

/** The type of a manifest by its header and by itself; `undefined` where they differ or both are silent. */
function agreedType(header: string | undefined, field: string | undefined): string | undefined {
  const declared = header?.split(';', 1)[0]?.trim();
  return declared === undefined || field === undefined || declared === field ? (declared ?? field) : undefined;
}

function accepted(repository: string, digest: string, subject: string | undefined): Answer {
  return empty(201, {
    location: `/v2/${repository}/manifests/${digest}`,
    'docker-content-digest': digest,
    ...(subject !== undefined && { 'oci-subject': subject }),
  });
}

function missingContent(store: RegistryStore, repository: string, document: ManifestDocument): readonly string[] {
  const isMissingBlob = ({ digest, isForeign }: Reference) =>
    !isForeign && store.blob(repository, digest) === undefined;
  const isMissingManifest = ({ digest }: Reference) => store.manifest(repository, digest) === undefined;
  const blobs = document.config === undefined ? document.layers : [document.config, ...document.layers];
  return [...blobs.filter(isMissingBlob), ...document.manifests.filter(isMissingManifest)].map(({ digest }) => digest);
}

/** `DELETE` of a tag or manifest. */
export function deleteManifest(store: RegistryStore, repository: string, reference: string): Answer {
  const isDone = isDigest(reference) ? store.deleteManifest(repository, reference) : store.untag(repository, reference);
  return isDone ? empty(202) : failure(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { reference });
}

/** `DELETE` of a blob. */
export function deleteBlob(store: RegistryStore, repository: string, digest: string): Answer {
  return store.deleteBlob(repository, digest)
    ? empty(202)
    : failure(404, 'BLOB_UNKNOWN', 'blob unknown to registry', { digest });
}
