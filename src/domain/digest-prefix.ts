import type { Digest } from './digest.ts';
import { GatewayError } from './errors.ts';
import { quote } from './quote.ts';

/** Fewer hex digits would soon name several images. */
const fewestDigits = 7;
const prefixPattern = /^(?:sha(?:256|384|512):)?([0-9a-f]{7,128})$/;
/** How many candidates a message names. */
const mostCandidates = 5;

/**
 * The digest that a text means among some: the digest itself, or what it begins with, at least 7 hex digits, with its
 * algorithm or without. `undefined` where there is none. Throws REFERENCE_INVALID for what cannot be such a text, and
 * ARGUMENT_INVALID where it means several.
 */
export function matchDigest(text: string, digests: Iterable<Digest>): Digest | undefined {
  const hex = prefixPattern.exec(text)?.[1];
  if (hex === undefined) {
    throw new GatewayError(
      'REFERENCE_INVALID',
      `${quote(text)} is neither a digest nor the beginning of one: expected at least ${fewestDigits} lower-case hex digits, with or without sha256: before them`,
      {},
    );
  }
  const matching = [...new Set(digests)].filter((digest) => digest.startsWith(text) || hexOf(digest).startsWith(text));
  if (matching.length < 2) return matching[0];
  throw new GatewayError(
    'ARGUMENT_INVALID',
    `${quote(text)} is the beginning of ${matching.length} digests: ${candidates(matching, hex.length)}; write more of it`,
    {},
  );
}

function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

/** Shortened, but longer than what they have in common by the question. */
function candidates(digests: readonly Digest[], asked: number): string {
  const shown = digests.toSorted().slice(0, mostCandidates);
  const more = digests.length > shown.length ? ', …' : '';
  return `${shown.map((digest) => `${hexOf(digest).slice(0, Math.max(12, asked + 4))}…`).join(', ')}${more}`;
}
