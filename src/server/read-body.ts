import type { IncomingMessage } from 'node:http';

/** Why a body was not read. */
interface RefusedBody {
  readonly kind: 'refused';
  readonly status: 400 | 413 | 415;
  readonly message: string;
}

/** What became of a request's body. */
export type ReadBody = { readonly kind: 'json'; readonly document: unknown } | RefusedBody;

const justJson: readonly string[] = ['application/json'];

/** Reads a JSON body of at most so many bytes. Compressed bodies and other types are refused before a byte is read. */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  const body = await readBody(request, maxBytes, justJson);
  if (body.kind === 'refused') return body;
  try {
    return { kind: 'json', document: JSON.parse(utf8.decode(body.bytes)) };
  } catch {
    return { kind: 'refused', status: 400, message: 'the body is not JSON' };
  }
}

/** Reads the bytes of a body that says it is one of these types, in UTF-8 and not compressed. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  types: readonly string[],
): Promise<{ readonly kind: 'bytes'; readonly bytes: Buffer } | RefusedBody> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return { kind: 'refused', status: 415, message: 'the body is compressed; send it as it is' };
  }
  if (!isUtf8Of(types, request.headers['content-type'])) {
    const message = `the body is not ${types[0] ?? ''} in UTF-8; say so in content-type`;
    return { kind: 'refused', status: 415, message };
  }
  if (Number(request.headers['content-length']) > maxBytes) return tooLarge(maxBytes);
  const bytes = await collect(request, maxBytes);
  return bytes === undefined ? tooLarge(maxBytes) : { kind: 'bytes', bytes };
}

/** The whole body; `undefined` where it has more bytes. By events, since an iterator costs as much as all else done here. */
function collect(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.pause();
      resolve(undefined);
    });
    request.once('end', () => {
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    request.once('error', reject);
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8Of(types: readonly string[], contentType: string | undefined): boolean {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return types.includes(type) && (charset === undefined || /^"?utf-8"?$/.test(charset));
}

function tooLarge(maxBytes: number): RefusedBody {
  return { kind: 'refused', status: 413, message: `the body has more than ${maxBytes} bytes` };
}
