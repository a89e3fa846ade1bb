import { isDigest } from '../../domain/digest.ts';
import { quote } from '../../domain/quote.ts';
import { failure } from './failure.ts';

/** Reads `Legacy` or `PreserveOriginal`, as OpenShift writes import modes. Throws a failure of usage. */
export function parseImportMode(word: string): 'LEGACY' | 'PRESERVE_ORIGINAL' {
  const plain = word.toLowerCase().replace('_', '');
  if (plain === 'legacy') return 'LEGACY';
  if (plain === 'preserveoriginal') return 'PRESERVE_ORIGINAL';
  throw failure(2, `${quote(word)} is no import mode: expected Legacy or PreserveOriginal`);
}

/** Reads `source` or `local`. Throws a failure of usage. */
export function parseReferencePolicy(word: string): 'SOURCE' | 'LOCAL' {
  const upper = word.toUpperCase();
  if (upper === 'SOURCE' || upper === 'LOCAL') return upper;
  throw failure(2, `${quote(word)} is no reference policy: expected source or local`);
}

/** Reads what a tag is expected to point at: a digest, or `none` (`null`) where it must not exist. Throws a failure of usage. */
export function parseExpectedDigest(text: string): string | null {
  if (text === 'none') return null;
  if (isDigest(text)) return text;
  throw failure(2, `${quote(text)} is no digest: --expected-digest is sha256: and 64 hex digits, or none`);
}
