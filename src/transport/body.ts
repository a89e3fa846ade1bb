import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { UpstreamRequest, UpstreamResponse } from './transport.ts';

/** What is read of the body of an answer that is not a success; the rest says no more. */
const maxErrorBytes = 64 * 1024;

/** An answer whose body has not been read. */
export interface Answer {
  readonly statusCode: number;
  readonly headers: UpstreamResponse['headers'];
  readonly body: Readable;
}

/**
 * Reads a body whole, decoded, counting decoded bytes as they come: a body above the request's `maxBytes` ends its
 * connection and rejects with UPSTREAM_TOO_LARGE. The body of an error is cut off at 64 KiB instead.
 */
export async function readBody(registry: RegistryName, request: UpstreamRequest, answer: Answer): Promise<Uint8Array> {
  const { statusCode, headers, body } = answer;
  const isHead = request.method === 'HEAD';
  const isSuccess = statusCode < 300;
  const limit = isSuccess ? request.maxBytes : maxErrorBytes;
  const declared = Number(headers['content-length'] ?? 0);
  if (isSuccess && !isHead && declared > limit) {
    throw discard(body, tooLarge(registry, request, statusCode, `${String(declared)} bytes`));
  }
  const decoder = isHead ? undefined : createDecoder(registry, request, answer);
  // pipeline carries errors and early ends both ways, so that leaving the loop ends the connection too.
  const source = decoder === undefined ? body : pipeline(body, decoder, () => undefined);
  const { bytes, isCut } = await readUpTo(limit, source);
  if (isCut && isSuccess) throw tooLarge(registry, request, statusCode, 'more bytes');
  return bytes;
}

/** Reads until a chunk goes above the limit; what was read till then ends with that chunk. */
async function readUpTo(
  limit: number,
  source: AsyncIterable<Uint8Array>,
): Promise<{ bytes: Uint8Array; isCut: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  const [only] = chunks;
  const bytes = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
  return { bytes, isCut: size > limit };
}

function tooLarge(
  registry: RegistryName,
  { url, maxBytes }: UpstreamRequest,
  status: number,
  what: string,
): GatewayError {
  const message = `${registry}: ${url.host} answered with ${what}, above the ${String(maxBytes)} that are read`;
  return new GatewayError('UPSTREAM_TOO_LARGE', message, { registry, status, maxBytes });
}

/** We ask for no coding, but some registries compress all the same (registry.access.redhat.com). */
function createDecoder(registry: RegistryName, request: UpstreamRequest, answer: Answer): Transform | undefined {
  const header = answer.headers['content-encoding'];
  const coding = (typeof header === 'object' ? header.join(',') : (header ?? '')).trim().toLowerCase();
  switch (coding) {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default: {
      const message = `${registry}: ${request.url.host} answered in a content coding that nobody asked for`;
      throw discard(
        answer.body,
        new GatewayError('UPSTREAM_INVALID', message, { registry, status: answer.statusCode }),
      );
    }
  }
}

/** Ends the connection that a body comes over; answers with the error to throw. */
function discard<E extends Error>(body: Readable, error: E): E {
  body.on('error', () => undefined);
  body.destroy();
  return error;
}
