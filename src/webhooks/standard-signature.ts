import { createHmac } from 'node:crypto';
import { isSameText } from '../lib/same-text.ts';
import type { Secret } from '../lib/secret.ts';
import { header, type Headers } from './delivery.ts';

/** How far the sender's clock may be from ours, in either direction (Standard Webhooks, "Verifying signatures"). */
export const signatureWindowMs = 5 * 60_000;

/** Secrets change hands: a sender may sign with several at once. More than these are no sender's. */
const mostSignatures = 10;

/** The signature that the headers of a request carry, its body still to come. */
export interface StandardSignature {
  /** The HMAC, the same for the same delivery alone; `undefined` where no signature is by this secret. */
  readonly verify: (secret: Secret, body: Uint8Array) => string | undefined;
}

/**
 * Reads webhook-id, webhook-timestamp (seconds) and webhook-signature (`v1,` and base64, several with spaces between), as
 * Standard Webhooks 1.0 has them. `undefined` where one is missing or the time is not within the window around `now`
 * (milliseconds). Ids have no dot, so that no two deliveries are signed as the same text.
 */
export function standardSignature(headers: Headers, now: number): StandardSignature | undefined {
  const id = header(headers, 'webhook-id') ?? '';
  const seconds = header(headers, 'webhook-timestamp') ?? '';
  const given = (header(headers, 'webhook-signature') ?? '').split(' ').slice(0, mostSignatures);
  if (!/^[!-\-/-~]{1,256}$/.test(id) || !/^\d{1,11}$/.test(seconds)) return undefined;
  if (Math.abs(now - Number(seconds) * 1000) > signatureWindowMs) return undefined;
  return {
    verify(secret, body) {
      const expected = createHmac('sha256', signingKey(secret))
        .update(`${id}.${seconds}.`)
        .update(body)
        .digest('base64');
      return given.map((one) => isSameText(one, `v1,${expected}`)).includes(true) ? expected : undefined;
    },
  };
}

/** The bytes of `whsec_` and base64, as the scheme writes secrets; any other text is taken as it is. */
function signingKey(secret: Secret): Buffer {
  const coded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret.reveal())?.[1];
  return coded === undefined ? Buffer.from(secret.reveal()) : Buffer.from(coded, 'base64');
}
