import { isDigest, type Digest } from '../../domain/digest.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { Manifest } from '../../domain/manifest.ts';
import { readManifest, schemaOnePayload } from '../../domain/read-manifest.ts';
import { parseMediaType } from '../../domain/media-type.ts';
import type { RepositoryName, TagName } from '../../domain/reference.ts';
import type { Ask, TagTarget } from '../../domain/registry.ts';
import { header, type UpstreamResponse } from '../../transport/transport.ts';
import { digestOf, matchesDigest } from '../../transport/verify.ts';
import { fresh, refusal, repositoryRequest, type OciClient } from './client.ts';

/**
 * Every form of manifest that exists, to be sent with each request for one: a registry that is not told of a form converts
 * to another, and then a tag has another digest.
 */
const manifestAccept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1',
  'application/vnd.docker.distribution.manifest.v1+json;q=0.1',
].join(', ');

const manifestTypes: ReadonlySet<string> = new Set(manifestAccept.split(', ').map((type) => type.replace(/;.*/, '')));

/**
 * What a tag points at, by HEAD: cheap everywhere, and no pull on Docker Hub. A registry that does not say the digest
 * (older ones need not, distribution-spec 1.1 "Pulling manifests") is asked for the manifest, and its bytes are hashed.
 */
export async function resolveTag(
  client: OciClient,
  repository: RepositoryName,
  tag: TagName,
  ask: Ask,
): Promise<TagTarget | undefined> {
  const response = await askForManifest(client, 'HEAD', repository, tag, ask);
  if (response.status === 404) return undefined;
  if (response.status !== 200 && response.status !== 405) throw refusal(client, response, `${repository}:${tag}`);
  const digest = header(response, 'docker-content-digest');
  if (response.status === 200 && digest !== undefined && isDigest(digest)) {
    return { digest, mediaType: saidMediaType(response), freshness: fresh(client) };
  }
  const manifest = await fetchByTag(client, repository, tag, ask);
  if (manifest === undefined) return undefined;
  return { digest: manifest.digest, mediaType: manifest.mediaType, manifest, freshness: manifest.freshness };
}

/** The media type that an answer names, if it is one of manifests; servers send others for anything. */
function saidMediaType(response: UpstreamResponse): string | undefined {
  const said = parseMediaType(header(response, 'content-type'));
  return said !== undefined && manifestTypes.has(said) ? said : undefined;
}

/** The manifest that a tag points at, its digest computed here. `undefined` where there is none. */
export async function fetchByTag(
  client: OciClient,
  repository: RepositoryName,
  tag: TagName | string,
  ask: Ask,
): Promise<Manifest | undefined> {
  const response = await askForManifest(client, 'GET', repository, tag, ask);
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw refusal(client, response, `${repository}:${tag}`);
  const digest = digestOf(signedBytes(client, response));
  checkSaidDigest(client, response, digest);
  return found(client, response, digest);
}

/** The manifest with a digest. `undefined` where the repository does not hold it. */
export async function fetchByDigest(
  client: OciClient,
  repository: RepositoryName,
  digest: Digest,
  ask: Ask,
): Promise<Manifest | undefined> {
  const response = await askForManifest(client, 'GET', repository, digest, ask);
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw refusal(client, response, `${repository}@${digest}`);
  if (!matchesDigest(response.body, digest) && !matchesDigest(signedBytes(client, response), digest)) {
    throw mismatch(client, digest, digestOf(response.body));
  }
  checkSaidDigest(client, response, digest);
  return found(client, response, digest);
}

/** Whether a repository holds the manifest with a digest. */
export async function holdsManifest(
  client: OciClient,
  repository: RepositoryName,
  digest: Digest,
  ask: Ask,
): Promise<boolean> {
  const response = await askForManifest(client, 'HEAD', repository, digest, ask);
  if (response.status === 200) return true;
  if (response.status === 404) return false;
  throw refusal(client, response, `${repository}@${digest}`);
}

function askForManifest(
  client: OciClient,
  method: 'GET' | 'HEAD',
  repository: RepositoryName,
  tagOrDigest: string,
  ask: Ask,
): Promise<UpstreamResponse> {
  const headers = { accept: manifestAccept };
  const request = { method, headers, maxBytes: client.limits.manifestBytes, isPull: method === 'GET' };
  return client.transport(repositoryRequest(client, repository, `manifests/${tagOrDigest}`, request, ask));
}

/** The digest of a signed manifest of Docker's first schema is that of what was signed. */
function signedBytes(client: OciClient, response: UpstreamResponse): Uint8Array {
  return read(client, response, () => schemaOnePayload(response.body) ?? response.body);
}

function found(client: OciClient, response: UpstreamResponse, digest: Digest): Manifest {
  const { mediaType, content } = read(client, response, () =>
    readManifest(response.body, header(response, 'content-type')),
  );
  return { digest, mediaType, bytes: response.body, content, freshness: fresh(client) };
}

/** Says of what cannot be read who sent it. */
function read<T>(client: OciClient, response: UpstreamResponse, reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const message = `${client.name} answered ${response.url.pathname} with an invalid manifest: ${error.message}`;
    throw new GatewayError('UPSTREAM_INVALID', message, { registry: client.name }, error);
  }
}

/** A registry that names another digest than its bytes have is not to be trusted with either. */
function checkSaidDigest(client: OciClient, response: UpstreamResponse, digest: Digest): void {
  const said = header(response, 'docker-content-digest');
  const algorithm = digest.slice(0, digest.indexOf(':') + 1);
  if (said !== undefined && said.startsWith(algorithm) && said !== digest) throw mismatch(client, digest, said);
}

function mismatch(client: OciClient, expected: Digest, actual: string): GatewayError {
  return new GatewayError('UPSTREAM_DIGEST_MISMATCH', `${client.name} served ${actual.slice(0, 140)} for ${expected}`, {
    registry: client.name,
    expected,
    actual: actual.slice(0, 140),
  });
}
