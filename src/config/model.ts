import type { RegistryName } from '../domain/reference.ts';
import type { AccessConfig } from './access.ts';
import type { Limits } from './limits.ts';
import type { RegistryKind, WebhookFormat } from './registries.ts';
import type { ConfigFile } from './schema.ts';
import type { StreamSourceConfig } from './streams.ts';

/** The configuration as the program uses it: complete, checked, durations in milliseconds, sizes in bytes, paths absolute. */
export interface Config {
  readonly server: ServerConfig;
  /** Who may read and write what. */
  readonly access: AccessConfig;
  /** Whether mutations are allowed. */
  readonly writes: boolean;
  /** Where it is kept who changed what; `-` is standard output. `undefined` where it is not. */
  readonly audit: { readonly file: string } | undefined;
  readonly store: Readonly<ConfigFile['store']>;
  readonly cache: CacheConfig;
  readonly limits: Limits;
  readonly registries: readonly RegistryConfig[];
  readonly streams: readonly StreamSourceConfig[];
  /** Where traces go; `undefined` where there are none. */
  readonly telemetry: Readonly<ConfigFile['telemetry']>;
}

/** Where the gateway listens, and to whom. */
export interface ServerConfig extends Readonly<Omit<ConfigFile['server'], 'trustedDocuments'>> {
  /** The file of the only documents that may be run; `undefined` where every document may. */
  readonly trustedDocuments: string | undefined;
}

/** What is remembered of registries. */
export interface CacheConfig extends Readonly<Omit<ConfigFile['cache'], 'folder'>> {
  /** Where bytes are kept on disk; `undefined` where they are not. */
  readonly folder: string | undefined;
}

/** A registry to read. */
export interface RegistryConfig {
  readonly name: RegistryName;
  readonly kind: RegistryKind;
  /** Where it is reached: an origin, without a slash at its end. */
  readonly url: string;
  /** Where the REST API of Docker Hub is, an origin; `undefined` for other kinds. */
  readonly hubUrl: string | undefined;
  /** Other hosts that mean this registry in references, those of Docker Hub included. */
  readonly aliases: readonly RegistryName[];
  readonly credentials: RegistryCredentials | undefined;
  /** A PEM file of certificates that this registry alone is trusted by. */
  readonly caFile: string | undefined;
  /** Whether plain http is allowed. */
  readonly insecure: boolean;
  /** Whether this very host and port may be at a private or loopback address. */
  readonly allowPrivateNetwork: boolean;
  /** Origins besides its own that may be given the credential. */
  readonly tokenRealms: readonly string[];
  /** Private hosts, with a port where one was given, that blobs may come from. */
  readonly redirectHosts: readonly string[];
  /** Requests that may be under way at once. */
  readonly concurrency: number;
  /** Whether it is told which trace a request belongs to. */
  readonly propagateTrace: boolean;
  readonly watch: { readonly interval: number; readonly repositories: readonly string[] } | undefined;
  readonly webhook: { readonly format: WebhookFormat; readonly secretFile: string } | undefined;
}

/** A cluster whose image streams are shown. */
export type ClusterConfig = Extract<StreamSourceConfig, { readonly kind: 'openshift' }>;

/** What a registry is logged in to with. A secret of the gateway's own stays in its file, to be read when it is needed. */
export type RegistryCredentials =
  { readonly username: string; readonly passwordFile: string } | { readonly tokenFile: string } | CallersCredentials;

/** The token of whoever asks. */
export interface CallersCredentials {
  /** The names of the callers whose tokens the registry is shown. */
  readonly fromCallers: readonly string[];
  /** The user whose password their token is; `undefined` where the registry takes it as it is. */
  readonly username: string | undefined;
}

/** Something in the file that keeps the gateway from starting, or, as a warning, that deserves a look. */
export interface ConfigProblem {
  /** The key it is about, as in `registries[2].caFile`; empty where it is about the whole file. */
  readonly path: string;
  /** What is wrong and what to do, written to follow the path. Never holds a secret. */
  readonly message: string;
  /** Where in the file, counted from 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** What became of a configuration file. */
export type LoadedConfig =
  | { readonly kind: 'valid'; readonly config: Config; readonly warnings: readonly ConfigProblem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };
