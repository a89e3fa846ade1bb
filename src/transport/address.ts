import ipaddr from 'ipaddr.js';

/**
 * What an address is to us. `public` is always fine, `private` (loopback and private networks) where the configuration
 * names host and port, `forbidden` (link-local with the clouds' metadata, unspecified, multicast) never.
 */
export type AddressKind = 'public' | 'private' | 'forbidden';

/** Metadata endpoints of clouds that lie in ranges which may be allowed otherwise (AWS over IPv6, Alibaba Cloud). */
const metadata: ReadonlySet<string> = new Set(['fd00:ec2::254', '100.100.100.200']);

const kinds: Readonly<Record<string, AddressKind>> = {
  unicast: 'public',
  as112: 'public',
  as112v6: 'public',
  amt: 'public',
  unspecified: 'forbidden',
  broadcast: 'forbidden',
  multicast: 'forbidden',
  linkLocal: 'forbidden',
  teredo: 'forbidden',
  discard: 'forbidden',
};

/** Says what an address is by the special-purpose registries of RFC 6890; IPv6 forms that carry an IPv4 address are as good as that. */
export function addressKind(address: string): AddressKind {
  if (!ipaddr.isValid(address)) return 'forbidden';
  const parsed = ipaddr.process(address);
  if (metadata.has(parsed.toString())) return 'forbidden';
  const range = parsed.range();
  if (parsed instanceof ipaddr.IPv6) {
    const carried = carriedIPv4(parsed, range);
    if (carried !== undefined) return addressKind(carried);
  }
  // What is neither known to be public nor forbidden is private: it takes a line of configuration to reach it.
  return kinds[range] ?? 'private';
}

/** The address that a URL's hostname is, without the brackets of IPv6; `undefined` for a name, which has to be looked up. */
export function literalAddress(hostname: string): string | undefined {
  const bare = hostname.startsWith('[') && hostname.endsWith(']') ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : undefined;
}

/** `host:port` of a URL, the scheme's own port where it names none. */
export function hostAndPort(url: URL): string {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.hostname.toLowerCase()}:${port}`;
}

function carriedIPv4(address: ipaddr.IPv6, range: string): string | undefined {
  const bytes = address.toByteArray();
  if (range === '6to4') return bytes.slice(2, 6).join('.');
  if (range === 'rfc6052' || range === 'rfc6145') return bytes.slice(12).join('.');
  // "IPv4-compatible" addresses (RFC 4291 §2.5.5.1), deprecated, but some stacks still route them.
  const isCompatible = bytes.slice(0, 12).every((byte) => byte === 0);
  return isCompatible && range === 'unicast' ? bytes.slice(12).join('.') : undefined;
}
