import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import type { CredentialSource } from './credentials/credential.ts';
import type { Ended } from './exchange.ts';

/** What the transport to one registry needs to know. Only `registry` and `origin` are required. */
export interface RegistryTransportOptions {
  /** The configured name; every error carries it. */
  readonly registry: RegistryName;
  /** Where it is reached: `https://host[:port]`. Every request must be for this origin. */
  readonly origin: URL;
  /** Default: anonymous. */
  readonly credentials?: CredentialSource | undefined;
  /** Certificates in PEM form that are trusted besides the system's, for this registry only. */
  readonly ca?: string | undefined;
  /** Plain http is allowed. Certificates are verified all the same. Default false. */
  readonly insecure?: boolean | undefined;
  /** The registry's own host and port may be a private or loopback address. Default false. */
  readonly allowPrivateNetwork?: boolean | undefined;
  /** Origins besides the registry's own and the well-known ones that may be given its credentials. */
  readonly tokenRealms?: readonly string[] | undefined;
  /** `host:port` pairs with private addresses that redirects may lead to; never with a credential. */
  readonly redirectHosts?: readonly string[] | undefined;
  /** Requests in flight. Default 32. */
  readonly concurrency?: number | undefined;
  /** Operations that may wait for a slot. Default 100. */
  readonly queue?: number | undefined;
  /** For a whole exchange with its tokens, redirects and retries, from sending on. Default 5,000. */
  readonly timeoutMs?: number | undefined;
  /** Share (0 to 1) of the registry's pull limit that we leave to others. Default 0. */
  readonly reserve?: number | undefined;
  /** Default: no proxy. */
  readonly proxy?: ProxyEnvironment | undefined;
  /** How names become addresses. Default: the system's resolver. */
  readonly lookup?: Lookup | undefined;
  readonly clock?: Clock | undefined;
  /** 0 to 1, for jitter. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** The `user-agent` header. Default `tributary`. */
  readonly userAgent?: string | undefined;
  readonly log?: TransportLog | undefined;
  /** Called for each request that was really sent, tokens, redirects and retries included. */
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
  /** Called before each request; `undefined`: this one is not traced. */
  readonly trace?: ((sending: Sending) => TracedExchange | undefined) | undefined;
  /** The registry itself is told which trace a request belongs to. Default false. */
  readonly propagateTrace?: boolean | undefined;
  /** Called for each request that is sent once more. */
  readonly onRetry?: ((registry: RegistryName) => void) | undefined;
}

/** Proxies as the environment names them; upper and lower case mean the same, lower case holds. */
export interface ProxyEnvironment {
  readonly HTTPS_PROXY?: string | undefined;
  readonly https_proxy?: string | undefined;
  readonly HTTP_PROXY?: string | undefined;
  readonly http_proxy?: string | undefined;
  readonly NO_PROXY?: string | undefined;
  readonly no_proxy?: string | undefined;
}

/** Every address of a name, of both families. */
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Where the transport says what operators should know; pino's shape. Never given a secret. */
export interface TransportLog {
  warn(details: Readonly<Record<string, unknown>>, message: string): void;
  info(details: Readonly<Record<string, unknown>>, message: string): void;
}

/** A request that is about to be sent, for traces. */
export interface Sending {
  readonly registry: RegistryName | undefined;
  readonly method: string;
  readonly url: URL;
}

/** A request that is traced. */
export interface TracedExchange {
  /** What tells the receiver which trace it belongs to. */
  readonly headers: Readonly<Record<string, string>>;
  readonly end: (ended: Ended) => void;
}

/** One request to a registry that was sent, for metrics. */
export interface Exchange extends Ended {
  readonly registry: RegistryName;
}
