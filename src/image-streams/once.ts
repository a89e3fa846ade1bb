import { createHash } from 'node:crypto';
import type { Viewer } from '../access/access.ts';
import { GatewayError } from '../domain/errors.ts';
import type { WriteMode } from '../domain/image-stream-source.ts';

/** The longest key that a caller may choose, in UTF-16 code units. */
const longestKey = 255;

/**
 * The key under which a mutation is done once only: the viewer's own, so that nobody meets the keys of others, with a
 * fingerprint of all the rest that was asked for. `undefined` where no key was given. Throws ARGUMENT_INVALID.
 */
export function onceOf(
  viewer: Viewer,
  mutation: string,
  { idempotencyKey, ...asked }: { readonly idempotencyKey?: string | null | undefined },
): WriteMode['once'] {
  if (idempotencyKey == null) return undefined;
  if (idempotencyKey.length === 0 || idempotencyKey.length > longestKey) {
    throw new GatewayError(
      'ARGUMENT_INVALID',
      `idempotencyKey has ${idempotencyKey.length} characters: choose one of 1 to ${longestKey}`,
      { argument: 'idempotencyKey' },
    );
  }
  // Coerced inputs have their fields in the order of the schema, and null differs from what was left out.
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([mutation, asked]))
    .digest('base64url');
  return { key: JSON.stringify([viewer.id, idempotencyKey]), fingerprint };
}
