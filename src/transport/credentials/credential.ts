import type { RepositoryName } from '../../domain/reference.ts';
import type { Secret } from '../../lib/secret.ts';

/** What a registry knows us by. */
export type Credential = BasicCredential | IdentityTokenCredential | BearerCredential;

/** A user and a password, or what a registry takes in their place: a robot account, a personal access token. */
export interface BasicCredential {
  readonly kind: 'basic';
  /** Tells credentials apart and changes when the secret does; not a secret itself. */
  readonly id: string;
  readonly username: string;
  readonly password: Secret;
}

/** A refresh token, exchanged at the token endpoint (distribution's "oauth2" token flow). */
export interface IdentityTokenCredential {
  readonly kind: 'identity-token';
  readonly id: string;
  /** For token endpoints that know only the older way, in which the token stands for a password. */
  readonly username?: string;
  readonly token: Secret;
}

/** A token that the registry itself takes, such as a service account's. */
export interface BearerCredential {
  readonly kind: 'bearer';
  readonly id: string;
  readonly token: Secret;
}

/**
 * Where credentials for one registry come from. `find` resolves to `undefined` where there is none; where there should be
 * one and it cannot be had (unreadable file, failing helper), it rejects with UPSTREAM_UNAUTHORIZED and nobody goes on
 * with another credential, or with none.
 */
export interface CredentialSource {
  /** Whose they are. Default: those of the gateway, which the configuration or the user's own files have. */
  readonly whose?: 'caller';
  find(repository: RepositoryName | undefined): Promise<Credential | undefined>;
}

/** Where there is no credential, and none is looked for. */
export const noCredential: CredentialSource = { find: () => Promise.resolve(undefined) };

/** The first of several sources that has a credential. A source that fails ends the search. */
export function firstCredential(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async find(repository) {
      for (const source of sources) {
        const credential = await source.find(repository);
        if (credential !== undefined) return credential;
      }
      return undefined;
    },
  };
}
