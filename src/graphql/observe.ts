import type { Admission } from './admit.ts';
import type { OperationCost } from './cost.ts';
import type { ErrorFormatter } from './errors.ts';

/** The same admission; tells what each operation that is admitted may come to. */
export function observeAdmission(admission: Admission, onAdmitted: (cost: OperationCost) => void): Admission {
  return {
    ...admission,
    admit: (...asked) => {
      const verdict = admission.admit(...asked);
      if (verdict.kind === 'admitted') onAdmitted(verdict);
      return verdict;
    },
  };
}

/** The same formatter; tells of each limit that a caller is told to have met. */
export function observeLimits(formatError: ErrorFormatter, onLimit: (name: string) => void): ErrorFormatter {
  return (formatted, error) => {
    const shown = formatError(formatted, error);
    const { code, limit } = shown.extensions ?? {};
    if (code === 'LIMIT_EXCEEDED' && typeof limit === 'string') onLimit(limit);
    return shown;
  };
}
