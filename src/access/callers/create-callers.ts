import { GatewayError, isGatewayError } from '../../domain/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { anonymous } from '../access.ts';
import { credentialMissing, readBearer } from './bearer.ts';
import type { CallerKind, Finding } from './caller-kind.ts';
import type { CallerCredential, Callers } from './callers.ts';
import type { ShownToken } from './shown-token.ts';

export interface CallersOptions {
  /** In the order in which they are asked. */
  readonly kinds: readonly CallerKind[];
  /** Who shows no credential is let in as `anonymous`. Who shows one that is not accepted never is. */
  readonly anonymous: boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Finds out who calls by asking the kinds that a token concerns, one after another, until one knows it. Whatever was wrong with a
 * token that nobody takes, the caller is told the same; the log says more, at level `debug`.
 */
export function createCallers(options: CallersOptions): Callers {
  const { kinds, anonymous: takesAnonymous } = options;
  const ask = createAsking(options);

  return {
    async identify(authorization) {
      if (authorization === undefined) {
        if (takesAnonymous) return { viewer: anonymous };
        throw credentialMissing();
      }
      const token = readBearer(authorization);
      let isUnsure = false;
      for (const kind of concernedBy(token, kinds)) {
        const finding = await ask(kind, token);
        if (finding?.kind === 'viewer') return { viewer: finding.viewer, credential: credentialOf(kind, token) };
        isUnsure ||= finding === undefined;
      }
      if (!isUnsure) throw new GatewayError('UNAUTHENTICATED', 'the token is not accepted', {});
      throw new GatewayError('AUTH_UNAVAILABLE', 'who shows this token cannot be found out now; ask again later', {});
    },
  };
}

function credentialOf({ name }: CallerKind, { hash, text }: ShownToken): CallerCredential {
  return { callers: name, id: hash.toString('base64url'), token: text };
}

function concernedBy(token: ShownToken, kinds: readonly CallerKind[]): readonly CallerKind[] {
  const answers = kinds.map((kind) => ({ kind, concern: kind.concerns(token) }));
  const owning = answers.filter(({ concern }) => concern === 'only-mine');
  const asked = owning.length > 0 ? owning : answers.filter(({ concern }) => concern === 'maybe-mine');
  return asked.map(({ kind }) => kind);
}

/** How often an outage is worth a line, in milliseconds. */
const outageLineMs = 60_000;

/** Asks a kind; `undefined` where it cannot tell. What it remembers it may still tell, so outages are not seen to end. */
function createAsking({
  log,
  clock,
}: CallersOptions): (kind: CallerKind, token: ShownToken) => Promise<Finding | undefined> {
  const told = new Map<CallerKind, number>();

  return async function ask(kind, token) {
    const callers = kind.name;
    try {
      const finding = await kind.identify(token);
      if (finding.kind === 'refused') log.debug({ callers, why: finding.why }, 'a caller was refused');
      return finding;
    } catch (error) {
      const now = clock.now();
      // Whatever else goes wrong is a fault of ours, and lets nobody in either.
      if (!isGatewayError(error, 'AUTH_UNAVAILABLE')) log.error({ callers, error }, 'identifying a caller failed');
      else if (now - (told.get(kind) ?? -Infinity) >= outageLineMs) {
        told.set(kind, now);
        log.warn({ callers, error }, 'callers cannot be identified');
      }
      return undefined;
    }
  };
}
