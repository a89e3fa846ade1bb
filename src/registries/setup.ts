import type { RegistryName } from '../domain/reference.ts';
import type { PageRequest, RepositoryPage } from '../domain/registry.ts';
import type { RegistryConnection } from '../transport/registry-transport.ts';
import type { AnswerLimits } from './oci/client.ts';

/** What a vendor's folder makes a registry from. */
export interface RegistrySetup {
  readonly name: RegistryName;
  /** Where the registry is reached: an origin. */
  readonly url: URL;
  /** Where the vendor's own API is, for those that have one at another place. */
  readonly hubUrl: URL | undefined;
  readonly limits: AnswerLimits;
  /** The time, in milliseconds since the epoch. */
  readonly now: () => number;
  /**
   * A page of the repositories that image streams stand for, of those that this registry serves; `undefined` where no source
   * of image streams leads to it. For registries whose repositories they are.
   */
  readonly imageStreams?: ((page: PageRequest) => Promise<RepositoryPage>) | undefined;
  /** Opens the way to an origin, with what the configuration says of trust, credentials and limits. */
  readonly connect: (origin: URL, way?: Way) => RegistryConnection;
}

/** What a vendor says of a way to one of its origins. */
export interface Way {
  /** Share (0 to 1) of the pull limit that is left to others. */
  readonly reserve?: number;
  /** Origins of the vendor's own token servers. */
  readonly tokenRealms?: readonly string[];
  /** No credential goes this way. */
  readonly anonymous?: boolean;
}
