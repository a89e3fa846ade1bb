import type { Secret } from '../../lib/secret.ts';
import type { Credential, CredentialSource } from './credential.ts';

/** A token that a caller showed, and that a registry is to know them by. */
export interface ShownCredential {
  /** Tells credentials apart; not a secret itself. */
  readonly id: string;
  readonly token: Secret;
}

/**
 * The credential of one caller: with a user name, their token is the password of that user; without one, the registry takes it
 * as it is. `undefined`: a caller who has none for this registry.
 */
export function createCallersCredential(
  shown: ShownCredential | undefined,
  username: string | undefined,
): CredentialSource {
  const credential = shown && credentialOf(shown, username);
  return { whose: 'caller', find: () => Promise.resolve(credential) };
}

function credentialOf({ id, token }: ShownCredential, username: string | undefined): Credential {
  return username === undefined ? { kind: 'bearer', id, token } : { kind: 'basic', id, username, password: token };
}
