/** What a secret must have to be looked for: a shorter one stands in other words by chance. */
const leastLength = 12;

/**
 * A secret as it might be given out: plain, within JSON, within a URL, in hexadecimal, and in base64 and base64url at any
 * place of what was encoded. None for one that is too short to be told from other text.
 */
export function formsOf(secret: string): readonly string[] {
  if (secret.length < leastLength) return [];
  const hex = Buffer.from(secret).toString('hex');
  const base64 = [0, 1, 2].map((offset) => encodedAt(offset, secret));
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const json = JSON.stringify(secret).slice(1, -1);
  const plain = [secret, json, encodeURIComponent(secret), encodeURI(secret), hex, hex.toUpperCase()];
  return [...new Set([...plain, ...base64, ...base64.map(encodeURIComponent), ...url])];
}

/** The signs of base64 that depend on the secret alone, where it stands so many bytes into what is encoded. */
function encodedAt(offset: number, secret: string): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  return bytes
    .subarray(0, bytes.length - (bytes.length % 3))
    .toString('base64')
    .slice(Math.ceil((offset * 4) / 3));
}
