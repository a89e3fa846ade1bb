import { randomUUID } from 'node:crypto';
import { digestAlgorithm, isDigest } from '../../src/domain/digest.ts';
import { empty, failure, readBody } from './exchange.ts';
import type { Answer, RegistryRequest } from './exchange.ts';
import { isDigestOf } from './store.ts';
import type { RegistryStore } from './store.ts';

/** Uploads of blobs, whole or in chunks (OCI distribution specification, "Pushing Blobs"). */
export interface Uploads {
  /** Bytes of uploads that are not finished. */
  bytes(): number;
  /** Answers `POST`, `PATCH`, `PUT`, `GET` and `DELETE` below `/v2/<name>/blobs/uploads/`. */
  answer(request: RegistryRequest, repository: string, id: string | undefined): Promise<Answer>;
}

interface Upload {
  readonly id: string;
  readonly repository: string;
  pieces: readonly Uint8Array[];
  size: number;
}

/** An unfinished upload costs memory, and clients that went away never finish theirs: the oldest makes room. */
const maxUploads = 64;

/** Uploads into a store that may hold at most so many bytes, theirs included. */
export function createUploads(store: RegistryStore, maxBytes: number): Uploads {
  const open = new Map<string, Upload>();
  let pending = 0;

  function begin(repository: string): Upload {
    const oldest = open.size >= maxUploads ? open.values().next().value : undefined;
    if (oldest !== undefined) discard(oldest);
    const upload: Upload = { id: randomUUID(), repository, pieces: [], size: 0 };
    open.set(upload.id, upload);
    return upload;
  }

  function discard(upload: Upload): void {
    if (open.delete(upload.id)) pending -= upload.size;
  }

  async function receive(request: RegistryRequest, upload: Upload): Promise<Answer | undefined> {
    let received = 0;
    const admit = (bytes: number): boolean => {
      if (store.bytes() + pending + bytes > maxBytes) return false;
      received += bytes;
      pending += bytes;
      return true;
    };
    try {
      const piece = await readBody(request.body, admit);
      if (piece === undefined)
        return failure(413, 'SIZE_INVALID', 'the sample registry is full', { maxBytes }, { connection: 'close' });
      if (open.get(upload.id) !== upload) return unknown(upload.id);
      upload.pieces = [...upload.pieces, piece];
      upload.size += piece.byteLength;
      received = 0;
      return undefined;
    } finally {
      pending -= received;
    }
  }

  function finish(request: RegistryRequest, upload: Upload): Answer {
    const digest = request.query.get('digest') ?? '';
    const bytes = Buffer.concat(upload.pieces);
    discard(upload);
    if (!isDigest(digest) || !isDigestOf(bytes, digest))
      return failure(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content', { digest });
    store.putBlob(upload.repository, bytes, digestAlgorithm(digest));
    return created(upload.repository, digest);
  }

  async function start(request: RegistryRequest, repository: string): Promise<Answer> {
    const [mount, from] = [request.query.get('mount') ?? '', request.query.get('from')];
    if (isDigest(mount) && from !== null && store.mountBlob(repository, from, mount)) return created(repository, mount);
    const upload = begin(repository);
    if (!request.query.has('digest')) return progress(202, upload);
    return (await receive(request, upload)) ?? finish(request, upload);
  }

  async function append(request: RegistryRequest, upload: Upload): Promise<Answer> {
    const range = /^(?:bytes )?(\d+)-(\d+)/.exec(request.headers['content-range'] ?? '');
    if (range !== null && Number(range[1]) !== upload.size) return progress(416, upload);
    return (await receive(request, upload)) ?? progress(202, upload);
  }

  return {
    bytes: () => pending,
    async answer(request, repository, id) {
      if (id === undefined) return request.method === 'POST' ? start(request, repository) : notAllowed();
      const upload = open.get(id);
      if (upload?.repository !== repository) return unknown(id);
      switch (request.method) {
        case 'PATCH':
          return append(request, upload);
        case 'PUT':
          return (await receive(request, upload)) ?? finish(request, upload);
        case 'GET':
          return progress(204, upload);
        case 'DELETE':
          discard(upload);
          return empty(204);
        default:
          return notAllowed();
      }
    },
  };
}

function progress(status: number, upload: Upload): Answer {
  return empty(status, {
    location: `/v2/${upload.repository}/blobs/uploads/${upload.id}`,
    range: `0-${String(Math.max(0, upload.size - 1))}`,
    'docker-upload-uuid': upload.id,
  });
}

function created(repository: string, digest: string): Answer {
  return empty(201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
}

function unknown(id: string): Answer {
  return failure(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry', { id });
}

function notAllowed(): Answer {
  return failure(405, 'UNSUPPORTED', 'The operation is unsupported.');
}
