import type { Credential } from './credential.ts';

/** The value of `authorization` by which a credential is sent as user and password (RFC 7617); `undefined` for a bearer token. */
export function basicAuthorization(credential: Credential): string | undefined {
  switch (credential.kind) {
    case 'basic':
      return encode(credential.username, credential.password.reveal());
    case 'identity-token':
      return encode(credential.username ?? '<token>', credential.token.reveal());
    case 'bearer':
      return undefined;
  }
}

function encode(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
