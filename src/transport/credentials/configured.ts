import { GatewayError } from '../../domain/errors.ts';
import type { RegistryName } from '../../domain/reference.ts';
import { systemClock, type Clock } from '../../lib/clock.ts';
import { createSecret } from '../../lib/secret.ts';
import { watchFile } from '../../lib/watched-file.ts';
import type { Credential, CredentialSource } from './credential.ts';

/** A credential as the configuration names it; the secret itself is always in a file. */
export type ConfiguredCredential =
  { readonly username: string; readonly passwordFile: string } | { readonly tokenFile: string };

/** Reads the configured secret, and reads it again when its file changes. One trailing line break is not part of it. */
export function createConfiguredCredentials(
  registry: RegistryName,
  configured: ConfiguredCredential,
  clock: Clock = systemClock,
): CredentialSource {
  const path = 'tokenFile' in configured ? configured.tokenFile : configured.passwordFile;

  const file = watchFile(
    path,
    (bytes, version): Credential => {
      const text = bytes.toString('utf8').replace(/\r?\n$/, '');
      if (text === '') throw unusable(registry, path, 'is empty');
      const id = `${path}#${String(version)}`;
      if ('tokenFile' in configured) return { kind: 'bearer', id, token: createSecret(text.trim()) };
      return {
        kind: 'basic',
        id: `${configured.username}@${id}`,
        username: configured.username,
        password: createSecret(text),
      };
    },
    clock,
  );

  return {
    async find() {
      let credential: Credential | undefined;
      try {
        credential = await file.current();
      } catch (error) {
        throw error instanceof GatewayError ? error : unusable(registry, path, 'cannot be read', error);
      }
      if (credential === undefined) throw unusable(registry, path, 'does not exist');
      return credential;
    },
  };
}

function unusable(registry: RegistryName, path: string, what: string, cause?: unknown): GatewayError {
  return new GatewayError(
    'UPSTREAM_UNAUTHORIZED',
    `${registry}: its credential file ${path} ${what}`,
    { registry },
    cause,
  );
}
