import type { Descriptor } from '../../domain/descriptor.ts';
import { digestAlgorithm, type Digest } from '../../domain/digest.ts';
import { GatewayError } from '../../domain/errors.ts';
import type { RepositoryName } from '../../domain/reference.ts';
import type { Ask } from '../../domain/registry.ts';
import { digestOf, matchesDigest } from '../../transport/verify.ts';
import { refusal, repositoryRequest, type OciClient } from './client.ts';

/**
 * The bytes of a small blob, such as an image's configuration. Only from the repository itself and where it redirects to:
 * a descriptor's `urls` are never asked (CVE-2020-15157).
 */
export async function fetchBlob(
  client: OciClient,
  repository: RepositoryName,
  descriptor: Descriptor,
  ask: Ask,
): Promise<Uint8Array | undefined> {
  const { digest } = descriptor;
  const maxBytes = client.limits.blobBytes;
  if (descriptor.size > maxBytes) {
    const message = `${repository}@${digest} on ${client.name} has ${descriptor.size} bytes; at most ${maxBytes} are read`;
    throw new GatewayError('UPSTREAM_TOO_LARGE', message, { registry: client.name, maxBytes });
  }
  const request = { method: 'GET', headers: { accept: '*/*' }, maxBytes } as const;
  const response = await client.transport(repositoryRequest(client, repository, `blobs/${digest}`, request, ask));
  if (response.status === 404) return undefined;
  if (response.status !== 200) throw refusal(client, response, `blob ${repository}@${digest}`);
  if (!matchesDigest(response.body, digest)) {
    const actual = digestOf(response.body, digestAlgorithm(digest));
    const message = `${client.name} served ${actual} for ${digest}`;
    throw new GatewayError('UPSTREAM_DIGEST_MISMATCH', message, { registry: client.name, expected: digest, actual });
  }
  return response.body;
}

/** Whether a repository holds a blob. */
export async function holdsBlob(
  client: OciClient,
  repository: RepositoryName,
  digest: Digest,
  ask: Ask,
): Promise<boolean> {
  const request = { method: 'HEAD', headers: { accept: '*/*' }, maxBytes: client.limits.blobBytes } as const;
  const response = await client.transport(repositoryRequest(client, repository, `blobs/${digest}`, request, ask));
  if (response.status === 200) return true;
  if (response.status === 404) return false;
  throw refusal(client, response, `blob ${repository}@${digest}`);
}
