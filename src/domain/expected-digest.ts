import type { Digest } from './digest.ts';
import { GatewayError } from './errors.ts';
import type { ImageStream } from './image-stream.ts';
import { quote } from './quote.ts';

/**
 * Sees to it that a tag points at what the caller expects: `null` for a tag that must not be there, `undefined` for no
 * expectation. Throws CONFLICT, which says what was expected and what is.
 */
export function checkExpected(stream: ImageStream | undefined, tag: string, expected: Digest | null | undefined): void {
  if (expected === undefined) return;
  const current = stream?.tags.get(tag);
  const digest = current?.history[0]?.digest;
  if (expected === null ? current === undefined : digest === expected) return;
  const wanted = expected === null ? 'not to exist' : `to point at ${expected}`;
  const is = current === undefined ? 'there is none' : `it points at ${digest ?? 'no image'}`;
  throw new GatewayError('CONFLICT', `the tag ${quote(tag)} was expected ${wanted}, but ${is}`, {});
}
