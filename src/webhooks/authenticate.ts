import { createHmac } from 'node:crypto';
import { isSameText } from '../lib/same-text.ts';
import type { Secret } from '../lib/secret.ts';
import { header, type Headers } from './delivery.ts';
import { standardSignature } from './standard-signature.ts';

/**
 * How a sender proves that it knows the secret:
 * - `authorization`: the header Authorization is the secret, or `Bearer` and the secret
 * - `hub-signature`: X-Hub-Signature-256, an HMAC of the body (docs.github.com, "Validating webhook deliveries")
 * - `standard-signature`: webhook-signature, an HMAC of id, time and body (Standard Webhooks 1.0)
 * - `path`: the secret is the last part of the path, for those who can neither sign nor send headers
 */
export type Proof = 'authorization' | 'hub-signature' | 'standard-signature' | 'path';

/** What stands before the body of a request. */
export interface Claim {
  readonly headers: Headers;
  /** The part of the path after the registry's name; `undefined` where there is none. */
  readonly pathSecret: string | undefined;
}

/** Whoever did not prove to know the secret: nothing tells what was wrong. */
export interface Stranger {
  readonly kind: 'stranger';
}

/** Who knows the secret. */
export interface Authentic {
  readonly kind: 'authentic';
  /** What no other delivery has, and the same one sent again has; `undefined` where the proof tells none from the other. */
  readonly once: string | undefined;
}

/** What can be said before the body is read: where it is signed, its bytes decide. */
export type Verdict =
  Stranger | Authentic | { readonly kind: 'signed'; readonly verify: (body: Uint8Array) => Stranger | Authentic };

const stranger: Stranger = { kind: 'stranger' };
const authentic: Authentic = { kind: 'authentic', once: undefined };

/** Judges a claim. A secret in the path counts for every proof, and a wrong one against it. `now` in milliseconds. */
export function authenticate(proof: Proof, { headers, pathSecret }: Claim, secret: Secret, now: number): Verdict {
  if (pathSecret !== undefined) return isSameText(pathSecret, secret.reveal()) ? authentic : stranger;
  switch (proof) {
    case 'path':
      return stranger;
    case 'authorization': {
      const given = header(headers, 'authorization');
      if (given === undefined) return stranger;
      const known = [secret.reveal(), `Bearer ${secret.reveal()}`].map((expected) => isSameText(given, expected));
      return known.includes(true) ? authentic : stranger;
    }
    case 'hub-signature': {
      const given = header(headers, 'x-hub-signature-256');
      if (given === undefined) return stranger;
      const verify = (body: Uint8Array) => {
        const expected = `sha256=${createHmac('sha256', secret.reveal()).update(body).digest('hex')}`;
        return isSameText(given, expected) ? authentic : stranger;
      };
      return { kind: 'signed', verify };
    }
    case 'standard-signature': {
      const signature = standardSignature(headers, now);
      if (signature === undefined) return stranger;
      const verify = (body: Uint8Array): Stranger | Authentic => {
        const once = signature.verify(secret, body);
        return once === undefined ? stranger : { kind: 'authentic', once };
      };
      return { kind: 'signed', verify };
    }
  }
}
