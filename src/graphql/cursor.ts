import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { GatewayError } from '../domain/errors.ts';

/** What a cursor may hold. */
export type CursorValue =
  string | number | boolean | null | readonly CursorValue[] | { readonly [name: string]: CursorValue | undefined };

/** Makes cursors that nobody else can read or make: a readable position would tell one team how busy another is. */
export interface CursorCodec {
  /**
   * Seals a position for one kind of list; each time another text. Throws UPSTREAM_INVALID where the position is too long
   * to be sealed, which only what a registry said can make it: the one of that name.
   */
  seal(kind: string, value: CursorValue, registry?: string): string;
  /** The position that a cursor of this kind holds, of the form that the guard asks for. Throws CURSOR_INVALID. */
  open<Value>(kind: string, text: string, guard: (value: unknown) => value is Value): Value;
}

/** The most characters that a cursor has. */
const maxLength = 4096;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A codec with AES-256-GCM (NIST SP 800-38D): the kind of list is authenticated with the position, so that a cursor of
 * one field means nothing to another. The key has 32 bytes; 96-bit random nonces bound it to 2^32 cursors (§8.3).
 */
export function createCursorCodec(key: Uint8Array): CursorCodec {
  if (key.length !== 32) throw new RangeError(`a cursor key has 32 bytes, not ${String(key.length)}`);

  function seal(kind: string, value: CursorValue, registry?: string): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(kind));
    const sealed = Buffer.concat([
      nonce,
      cipher.update(JSON.stringify(value), 'utf8'),
      cipher.final(),
      cipher.getAuthTag(),
    ]);
    const text = sealed.toString('base64url');
    if (text.length <= maxLength) return text;
    throw new GatewayError(
      'UPSTREAM_INVALID',
      'the registry marks the next page with a text too long for a cursor',
      registry === undefined ? {} : { registry },
    );
  }

  function open<Value>(kind: string, text: string, guard: (value: unknown) => value is Value): Value {
    const value = decipher(kind, parseCursorText(text));
    if (guard(value)) return value;
    throw invalid();
  }

  function decipher(kind: string, text: string): unknown {
    const sealed = Buffer.from(text, 'base64url');
    // Decoding forgives stray characters and unused bits; a cursor has one spelling.
    if (sealed.length < nonceBytes + tagBytes || sealed.toString('base64url') !== text) throw invalid();
    const end = sealed.length - tagBytes;
    try {
      const cipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(kind));
      cipher.setAuthTag(sealed.subarray(end));
      const plain = Buffer.concat([cipher.update(sealed.subarray(nonceBytes, end)), cipher.final()]);
      return JSON.parse(plain.toString('utf8')) as unknown;
    } catch {
      throw invalid();
    }
  }

  return { seal, open };
}

/** A text that may be a cursor; throws CURSOR_INVALID for one longer than any cursor. */
export function parseCursorText(text: string): string {
  if (text.length <= maxLength) return text;
  throw invalid();
}

/** One message for every way to be invalid, so that it hints at nothing. */
function invalid(): GatewayError<'CURSOR_INVALID'> {
  return new GatewayError(
    'CURSOR_INVALID',
    'the cursor was not made by this gateway for this field: pass one from its pageInfo or edges unchanged, or begin without one',
    {},
  );
}
