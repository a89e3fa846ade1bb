import { isDigest } from './digest.ts';
import { field, invalid, isObject, list, optionalText, readJsonObject, unexpected, type JsonObject } from './json.ts';
import type { SchemaOneManifest } from './manifest.ts';

const what = 'manifest';

/**
 * The bytes that the digest of a signed schema 1 manifest is over, and that its signatures vouch for: the document as it
 * was before the signatures were put in (distribution manifest-v2-1.md; libtrust's JSON signatures). `undefined` where it
 * is not signed; throws UPSTREAM_INVALID where it cannot be told.
 */
export function schemaOnePayload(bytes: Uint8Array): Uint8Array | undefined {
  const signatures = field(readJsonObject(bytes, what), 'signatures');
  if (signatures === undefined) return undefined;
  if (!Array.isArray(signatures) || signatures.length === 0)
    throw unexpected(`${what}.signatures`, 'a list of signatures', signatures);
  const [first, ...others] = new Set(signatures.map(protectedHeader));
  if (first === undefined || others.length > 0)
    throw invalid(`${what} is ambiguous: its signatures are of different documents`);
  const { length, tail } = parseCut(first);
  if (length > bytes.length)
    throw invalid(`${what}.signatures tell of ${String(length)} bytes: there are ${String(bytes.length)}`);
  const payload = new Uint8Array(length + tail.length);
  payload.set(bytes.subarray(0, length));
  payload.set(tail, length);
  return payload;
}

/** Where a signature cuts the document, as text, so that signatures can be compared. */
function protectedHeader(signature: unknown, index: number): string {
  const at = `${what}.signatures[${String(index)}]`;
  const text = isObject(signature) ? optionalText(signature, 'protected', at) : undefined;
  if (text === undefined) throw invalid(`${at} has no protected header`);
  const header = readJsonObject(base64Url(text, `${at}.protected`), `${at}.protected`);
  const length = field(header, 'formatLength');
  const tail = optionalText(header, 'formatTail', `${at}.protected`);
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0 || tail === undefined) {
    throw invalid(`${at}.protected does not tell what was signed: expected formatLength and formatTail`);
  }
  return `${String(length)} ${tail}`;
}

function parseCut(text: string): { readonly length: number; readonly tail: Uint8Array } {
  const space = text.indexOf(' ');
  return { length: Number(text.slice(0, space)), tail: base64Url(text.slice(space + 1), `${what}.formatTail`) };
}

function base64Url(text: string, at: string): Uint8Array {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    throw unexpected(at, 'base64url', text);
  }
}

/** Reads what a schema 1 document says: the document that was signed, where it was. Throws UPSTREAM_INVALID. */
export function readSchemaOne(document: JsonObject, at: string): SchemaOneManifest {
  const layers = list(document, 'fsLayers', at).map((layer, index) => {
    const blobSum = isObject(layer) ? field(layer, 'blobSum') : undefined;
    if (typeof blobSum === 'string' && isDigest(blobSum)) return blobSum;
    throw unexpected(`${at}.fsLayers[${String(index)}].blobSum`, 'a digest', blobSum);
  });
  return { kind: 'SCHEMA_1', architecture: optionalText(document, 'architecture', at), layers: layers.toReversed() };
}
