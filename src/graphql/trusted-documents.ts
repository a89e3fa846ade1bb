import { GatewayError } from '../domain/errors.ts';
import { field, isObject } from '../domain/json.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { watchFile } from '../lib/watched-file.ts';
import type { Admission } from './admit.ts';
import { hashIn, readManifest, sha256Of, type Documents } from './trusted-manifest.ts';

/** What of a request may say which document is meant, as it came: nothing is known of its types. */
export interface DocumentRequest {
  readonly query?: unknown;
  /** `sha256:` and hex digits (GraphQL over HTTP, "Persisted Documents"), or the digits alone. */
  readonly documentId?: unknown;
  /** With `persistedQuery.sha256Hash`, as Apollo Client sends it. */
  readonly extensions?: unknown;
}

/** The documents that may be run, where not every one may. */
export interface TrustedDocuments {
  /** The text of the document that a request means; `undefined` where that is none of them, or not the same by all that it says. */
  readonly find: (request: DocumentRequest) => Promise<string | undefined>;
}

export interface TrustedDocumentsOptions {
  /** The path of the list; see readManifest. */
  readonly file: string;
  readonly admission: Pick<Admission, 'parse' | 'validate'>;
  readonly clock: Clock;
  readonly log: Log;
}

const largestFile = 1024 * 1024;

/**
 * The documents of a file, which is read again when it changes. While it is broken, missing or cannot be read, what it said before
 * holds, and the log says so once. Rejects with CONFIG_INVALID where it says nothing good to begin with.
 */
export async function openTrustedDocuments(options: TrustedDocumentsOptions): Promise<TrustedDocuments> {
  const { file, admission, clock, log } = options;
  const watched = watchFile(file, (bytes) => read(bytes, admission), clock);
  let inForce = await watched.current().then(
    (manifest) => {
      if (manifest?.kind === 'good') return manifest.documents;
      throw unusable(file, manifest === undefined ? ['is missing'] : manifest.problems);
    },
    (error: unknown) => {
      throw unusable(file, [String(error)]);
    },
  );
  let complaint: string | undefined;

  function complain(problems: readonly string[]): void {
    const said = JSON.stringify(problems);
    if (said !== complaint) {
      const shown = problems.slice(0, 20);
      log.error({ file, problems: shown }, 'the file of trusted documents is broken; what it said before holds');
    }
    complaint = said;
  }

  async function current(): Promise<Documents> {
    try {
      const manifest = await watched.current();
      if (manifest?.kind === 'good') {
        inForce = manifest.documents;
        complaint = undefined;
      } else complain(manifest === undefined ? ['is missing'] : manifest.problems);
    } catch (error) {
      complain([String(error)]);
    }
    return inForce;
  }

  return {
    find: async (request) => {
      const [hash, ...others] = hashesOf(request);
      return hash === undefined || others.length > 0 ? undefined : (await current()).get(hash);
    },
  };
}

function read(bytes: Buffer, admission: TrustedDocumentsOptions['admission']): ReturnType<typeof readManifest> {
  if (bytes.length > largestFile) return { kind: 'broken', problems: ['is larger than 1 MiB'] };
  return readManifest(bytes.toString('utf8'), admission);
}

function unusable(file: string, problems: readonly string[]): GatewayError<'CONFIG_INVALID'> {
  return new GatewayError('CONFIG_INVALID', `server.trustedDocuments: ${file} ${problems.join('; it ')}`, {});
}

/** The hashes of all that a request says, each once. What could be no hash stands for itself: no document has it. */
function hashesOf({ query, documentId, extensions }: DocumentRequest): ReadonlySet<string> {
  const hashes = new Set<string>();
  if (isSaid(query)) hashes.add(typeof query === 'string' ? sha256Of(query) : 'no text');
  for (const identifier of [documentId, persistedHash(extensions)]) {
    if (isSaid(identifier)) hashes.add(typeof identifier === 'string' ? hashIn(identifier) : 'no text');
  }
  return hashes;
}

/** Whether a request names its document otherwise than by its text. */
export function isNamed({ documentId, extensions }: DocumentRequest): boolean {
  return isSaid(documentId) || isSaid(persistedHash(extensions));
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function persistedHash(extensions: unknown): unknown {
  return at(at(extensions, 'persistedQuery'), 'sha256Hash');
}

function at(value: unknown, key: string): unknown {
  return isObject(value) ? field(value, key) : undefined;
}

/** The error of a request that means none of the trusted documents. */
export function notTrusted(): GatewayError<'OPERATION_NOT_ALLOWED'> {
  const message =
    'only documents of a list may be run here (server.trustedDocuments), and this is none of them: send the SHA-256 of one as documentId, "sha256:…", or as extensions.persistedQuery.sha256Hash, or have yours added to the list';
  return new GatewayError('OPERATION_NOT_ALLOWED', message, {});
}
