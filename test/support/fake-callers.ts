import type { Viewer } from '../../src/access/access.ts';
import { viewerNamed } from '../../src/access/access.ts';
import type { Callers } from '../../src/access/callers/callers.ts';
import { GatewayError } from '../../src/domain/errors.ts';

/** Callers who are known by their token, as a test says. */
export interface FakeCallers extends Callers {
  /** What was shown so far, in its order. */
  readonly shown: readonly (string | undefined)[];
  /** Lets in who shows a token: `Bearer alice` is `token:test:alice`. */
  readonly know: (token: string, viewer?: Partial<Viewer>) => void;
  readonly forget: (token: string) => void;
  /** While set, nobody can be found out: to be thrown as it is, or for UNAVAILABLE. */
  outage: Error | boolean;
}

export function createFakeCallers(...tokens: readonly string[]): FakeCallers {
  const known = new Map<string, Viewer>();
  const shown: (string | undefined)[] = [];
  const callers: FakeCallers = {
    shown,
    outage: false,
    know: (token, viewer = {}) => {
      known.set(`Bearer ${token}`, { ...viewerNamed(`token:test:${token}`), ...viewer });
    },
    forget: (token) => {
      known.delete(`Bearer ${token}`);
    },
    identify: async (authorization) => {
      await Promise.resolve();
      shown.push(authorization);
      if (callers.outage instanceof Error) throw callers.outage;
      if (callers.outage) throw new GatewayError('AUTH_UNAVAILABLE', 'the issuer does not answer', {});
      const viewer = known.get(authorization ?? '');
      if (viewer === undefined) throw new GatewayError('UNAUTHENTICATED', 'show a token: Authorization: Bearer …', {});
      return { viewer };
    },
  };
  for (const token of tokens) callers.know(token);
  return callers;
}

/** The headers of who shows a token. */
export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}
