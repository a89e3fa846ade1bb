import type { RegistryName, RepositoryName, TagName } from '../domain/reference.ts';

/** Who asks. */
export interface Viewer {
  /**
   * The name that decisions and logs know the viewer by. Whoever says who somebody is comes first in it, `oidc:corp:alice`, so
   * that nobody can give names that others give; `anonymous` is the one name without that.
   */
  readonly id: string;
  /** Named in the same way, `oidc:corp:devs`. */
  readonly groups: readonly string[];
  /** When what the viewer showed is not good any more, milliseconds since the epoch; `undefined` where it does not end. */
  readonly expiresAt: number | undefined;
  /**
   * What else the cluster that knows the viewer said of what they showed, such as the scopes that a token is limited to. Only that
   * cluster understands it, and is told of it again when it is to decide.
   */
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** A viewer of whom nothing is known but a name. */
export function viewerNamed(id: string): Viewer {
  return { id, groups: [], expiresAt: undefined };
}

/** A viewer of whom nothing is known. */
export const anonymous: Viewer = viewerNamed('anonymous');

/**
 * What a viewer may do: know that a thing exists, see tags and digests, see manifests and configuration, be told of changes; and with image
 * streams say what tags are to be, have them imported, take them away.
 */
export type Verb = 'list' | 'get' | 'inspect' | 'tag' | 'import' | 'delete' | 'watch';

/** What a decision is about. Names alone, so that it is taken before anything is read. */
export type Resource = RegistryResource | ImageStreamResource;

/** A registry, a repository of it, a tag of that. */
export interface RegistryResource {
  readonly registry: RegistryName;
  readonly repository?: RepositoryName;
  readonly tag?: TagName;
}

/** A source of image streams, a namespace of it, an image stream of that, a tag of it. */
export interface ImageStreamResource {
  readonly source: string;
  readonly namespace?: string;
  readonly imageStream?: string;
  readonly tag?: string;
}

/** Decides what a viewer may do. Asked by every capability before the cache and before any upstream call. */
export interface Access {
  /**
   * Decides at once where it can: it is asked for every field of every object. Rejects with AUTH_UNAVAILABLE where somebody else decides who
   * cannot be asked now: then nobody may do it, and nobody is told that it is not there.
   */
  may(viewer: Viewer, verb: Verb, resource: Resource): boolean | Promise<boolean>;
  /**
   * Names what a viewer's decisions depend on: viewers of one scope are always decided alike, so what is delivered to them
   * is made once. Without it, or where it is `undefined`, a viewer is a scope of their own. A viewer whose `id` is a scope is
   * decided as its members are.
   */
  scopeOf?(viewer: Viewer): string | undefined;
}

/** The decider of `access.mode: open`: everyone who reaches the port may do everything. */
export const openAccess: Access = { may: () => true, scopeOf: () => 'everyone' };
