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
  const { statusCode: status, headers, body } = answer;
  const isSuccess = status < 300;
  const { maxBytes } = request;
  const tooLarge = (bytes: string): GatewayError<'UPSTREAM_TOO_LARGE'> =>
    new GatewayError(
      'UPSTREAM_TOO_LARGE',
      `${registry}: ${request.url.host} answered with ${bytes}, above the ${maxBytes} that are read`,
      {
        registry,
        status,
        maxBytes,
      },
    );

  const declared = Number(headers['content-length'] ?? 0);
  if (isSuccess && request.method !== 'HEAD' && declared > maxBytes) {
    throw discard(body, tooLarge(`${declared} bytes`));
  }

  const decoder = request.method === 'HEAD' ? undefined : createDecoder(registry, request, answer);
  // pipeline carries errors and early ends both ways, so that leaving the loop ends the connection too.
  const source: AsyncIterable<Uint8Array> = decoder === undefined ? body : pipeline(body, decoder, () => undefined);
  const chunks: Uint8Array[] = [];
  let size = 0;
  const limit = isSuccess ? maxBytes : maxErrorBytes;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit && isSuccess) throw tooLarge('more bytes');
    chunks.push(chunk);
    if (size > limit) break;
  }
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
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
