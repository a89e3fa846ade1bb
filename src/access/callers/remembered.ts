import type { Clock } from '../../lib/clock.ts';
import { createRememberedAnswers } from '../remembered-answers.ts';
import type { Finding } from './caller-kind.ts';
import type { ShownToken } from './shown-token.ts';

/** What was found out about tokens, for a while. Knows tokens by their hash alone. */
export interface Remembered {
  readonly get: (token: ShownToken) => Finding | undefined;
  /** Remembers a finding until some moment, milliseconds since the epoch. */
  readonly put: (token: ShownToken, finding: Finding, until: number) => void;
}

/** How many callers are kept, and how many tokens that were refused. */
const most = 10_000;

export function createRemembered(clock: Clock): Remembered {
  const findings = createRememberedAnswers<Finding>({ isGood: ({ kind }) => kind === 'viewer', most, clock });
  return {
    get: ({ hash }) => findings.get(hash.toString('base64')),
    put: ({ hash }, finding, until) => {
      findings.put(hash.toString('base64'), finding, until);
    },
  };
}
