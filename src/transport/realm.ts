import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import { addressKind, literalAddress } from './address.ts';

/** Which token endpoints a registry may send us to. */
export interface RealmPolicy {
  readonly registry: RegistryName;
  readonly origin: URL;
  /** Origins from the configuration. */
  readonly tokenRealms: readonly string[];
  readonly insecure: boolean;
}

/** Registries whose tokens come from another host of the same operator. Exact hosts: a look-alike gets nothing. */
const wellKnown: ReadonlyMap<string, string> = new Map([
  ['registry-1.docker.io', 'https://auth.docker.io'],
  ['index.docker.io', 'https://auth.docker.io'],
  ['docker.io', 'https://auth.docker.io'],
  ['registry.gitlab.com', 'https://gitlab.com'],
]);

/**
 * Throws UPSTREAM_UNAUTHORIZED unless a realm may be asked for tokens: its origin is the registry's own, a well-known
 * pair's or configured, it carries no user information, and it is https unless `insecure`. A realm is the registry's
 * word, and registries have been made to say `http://169.254.169.254/`; so this is asked before every use.
 */
export function checkRealm(realm: URL, policy: RealmPolicy): void {
  const { registry } = policy;
  const reason = refusalOf(realm, policy);
  if (reason === undefined) return;
  const message = `${registry}: token realm ${realm.origin} refused: ${reason}`;
  throw new GatewayError('UPSTREAM_UNAUTHORIZED', message, { registry });
}

function refusalOf(realm: URL, policy: RealmPolicy): string | undefined {
  if (realm.username !== '' || realm.password !== '') return 'it carries user information';
  const address = literalAddress(realm.hostname);
  if (address !== undefined && addressKind(address) === 'forbidden') return 'its address is never connected to';
  if (realm.protocol !== 'https:' && !(realm.protocol === 'http:' && policy.insecure)) {
    return 'it is not https; `insecure: true` would allow plain http';
  }
  return isKnown(realm, policy)
    ? undefined
    : "it is not the registry's own; add it to `tokenRealms` if it may be given this registry's credential";
}

function isKnown(realm: URL, { origin, tokenRealms }: RealmPolicy): boolean {
  if (realm.origin === origin.origin) return true;
  if (origin.protocol === 'https:' && wellKnown.get(origin.host) === realm.origin) return true;
  return tokenRealms.some((allowed) => URL.canParse(allowed) && new URL(allowed).origin === realm.origin);
}
