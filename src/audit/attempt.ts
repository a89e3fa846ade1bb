import { isGatewayError, type ErrorCode } from '../domain/errors.ts';
import type { Audit, Begun, Came, MutationAsked } from './audit.ts';

/** A mutation on its way. Whoever does it says so first. */
export interface Attempt {
  /** To be called once all rights are there, before anything is done. Rejects with UNAVAILABLE: then nothing may be done. */
  readonly begin: (what: Pick<Begun, 'imageStreams' | 'tags'>) => Promise<void>;
  /** To be called when it is done. */
  readonly end: (outcome: 'done' | 'unchanged', came: Came) => void;
}

/** What lies with the viewer's rights, or with the configuration. Names alone are looked at before anything begins. */
const denials: ReadonlySet<ErrorCode> = new Set([
  'FORBIDDEN',
  'NOT_FOUND',
  'REGISTRY_UNKNOWN',
  'OPERATION_NOT_ALLOWED',
  'AUTH_UNAVAILABLE',
]);

/**
 * Does a mutation and keeps rows of it: one where it is refused before it begins; else one before and one after. A refusal
 * that cannot be kept is answered with UNAVAILABLE too, so that nobody tries in the dark what he may. What was done stays done
 * where the last row cannot be kept.
 */
export async function attempted<Answer>(
  audit: Audit,
  asked: MutationAsked,
  work: (attempt: Attempt) => Promise<Answer>,
): Promise<Answer> {
  const progress: Progress = { hasBegun: false, ended: undefined };
  const attempt: Attempt = {
    begin: async (what) => {
      await audit.record({ ...asked, step: 'begun', decision: 'allowed', ...what });
      progress.hasBegun = true;
    },
    end: (outcome, came) => {
      progress.ended = { outcome, ...came };
    },
  };

  async function recordEnd(end: End): Promise<void> {
    // That it cannot be kept is in the log.
    await audit.record({ ...asked, step: 'ended', decision: 'allowed', ...end }).catch(() => undefined);
  }

  let answer: Answer;
  try {
    answer = await work(attempt);
  } catch (error) {
    const code = isGatewayError(error) ? error.code : 'INTERNAL';
    if (progress.hasBegun) await recordEnd(progress.ended ?? { outcome: 'failed', code });
    else {
      const decision = code !== 'INTERNAL' && denials.has(code) ? 'denied' : 'refused';
      await audit.record({ ...asked, step: 'refused', decision, code });
    }
    throw error;
  }
  if (progress.ended !== undefined) await recordEnd(progress.ended);
  return answer;
}

/** As far as a mutation has come. */
interface Progress {
  hasBegun: boolean;
  ended: Done | undefined;
}

type Done = { readonly outcome: 'done' | 'unchanged' } & Came;
type End = Done | { readonly outcome: 'failed'; readonly code: ErrorCode | 'INTERNAL' };
