import { GatewayError } from './errors.ts';
import { quote } from './quote.ts';

declare const brand: unique symbol;

/** `algorithm:hex` in lower case, of a registered algorithm. Made only by {@link parseDigest}, so it is safe in a URL's path. */
export type Digest = string & { readonly [brand]: 'Digest' };

/** The algorithms that image-spec registers and the hex digits of their encodings (descriptor.md, "Registered algorithms"). */
const hexDigits: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** Whether a text is a digest that can be verified. */
export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(':');
  const encoded = text.slice(colon + 1);
  return hexDigits.get(text.slice(0, colon)) === encoded.length && /^[0-9a-f]+$/.test(encoded);
}

/** Reads a digest; throws REFERENCE_INVALID. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new GatewayError(
    'REFERENCE_INVALID',
    `${quote(text)} is not a digest: expected sha256: and 64 hex digits in lower case (or sha384, sha512)`,
    {},
  );
}

export type DigestAlgorithm = 'sha256' | 'sha384' | 'sha512';

/** The algorithm of a digest. */
export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.slice(0, digest.indexOf(':')) as DigestAlgorithm;
}

/** The first 12 hex digits, as docker and podman show them. */
export function shortDigest(digest: Digest): string {
  const colon = digest.indexOf(':');
  return digest.slice(colon + 1, colon + 13);
}
