import type { Secret } from '../../lib/secret.ts';
import type { Viewer } from '../access.ts';

/** Who calls, and by what that was found out. */
export interface Caller {
  readonly viewer: Viewer;
  /** Apart from the viewer, who gets into logs and keys of caches; absent where nothing was shown. */
  readonly credential?: CallerCredential | undefined;
}

/** The token that a caller showed, for what is read in their own name. */
export interface CallerCredential {
  /** The configured name of those who know the caller by it. */
  readonly callers: string;
  /** Tells tokens apart: the SHA-256 of the token, in base64url. */
  readonly id: string;
  readonly token: Secret;
}

/** Finds out who calls. */
export interface Callers {
  /**
   * Who shows what stands in the header Authorization, `undefined` where there is none. Rejects with UNAUTHENTICATED where that is
   * nobody, or nobody who may call, and with AUTH_UNAVAILABLE where it cannot be told now: then nobody is taken for anybody.
   */
  readonly identify: (authorization: string | undefined) => Promise<Caller>;
}
