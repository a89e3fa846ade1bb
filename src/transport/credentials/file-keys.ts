import { hostAndPort } from '../address.ts';

/** Docker Hub's names for itself; `docker login` writes the first, podman the second. */
const hubHosts: readonly string[] = ['index.docker.io', 'docker.io', 'registry-1.docker.io'];

/** The hosts under which credential files may know a registry, as it is reached: the one that credentials go to. */
export function hostsOf(origin: URL): readonly string[] {
  const host = origin.host.toLowerCase();
  return hubHosts.includes(host) ? [...new Set(['docker.io', ...hubHosts])] : [...new Set([host, hostAndPort(origin)])];
}

/** What credential helpers are asked for: the host, or the address under which `docker login` keeps Docker Hub. */
export function serverOf(origin: URL): string {
  const host = origin.host.toLowerCase();
  return hubHosts.includes(host) ? 'https://index.docker.io/v1/' : host;
}

/**
 * Keys to look for, most specific first (containers-auth.json(5)): `host/a/b`, `host/a`, `host`, each under every name of
 * the host. Only whole path parts count.
 */
export function candidateKeys(hosts: readonly string[], repository: string | undefined): readonly string[] {
  const parts = repository?.split('/') ?? [];
  const paths = parts.map((_part, index) => `/${parts.slice(0, parts.length - index).join('/')}`);
  return [...paths, ''].flatMap((path) => hosts.map((host) => host + path));
}

/**
 * The entry for the first candidate: under just that key, else under one that means it. `https://host/v1/` and the like,
 * which `docker login` has written over the years, mean the host; a path without a scheme is a namespace.
 */
export function findEntry<T>(
  entries: ReadonlyMap<string, T>,
  candidates: readonly string[],
): { readonly key: string; readonly entry: T } | undefined {
  for (const candidate of candidates) {
    const exact = entries.get(candidate);
    if (exact !== undefined) return { key: candidate, entry: exact };
    for (const [key, entry] of entries) {
      if (meaning(key) === candidate) return { key, entry };
    }
  }
  return undefined;
}

function meaning(key: string): string {
  const bare = key.replace(/^https?:\/\//i, '');
  const slash = bare.indexOf('/');
  const host = (slash === -1 ? bare : bare.slice(0, slash)).toLowerCase();
  const path = slash === -1 ? '' : bare.slice(slash).replace(/\/+$/, '');
  const isAddress = bare !== key || path === '/v1' || path === '/v2';
  return isAddress ? host : host + path;
}
