import { isGatewayError, type GatewayError } from '../domain/errors.ts';

/** What observing tags came to. */
export interface Observed {
  /** How many events came of it. */
  readonly changes: number;
  /** How many tags could not be read, and why the first could not. */
  readonly failures: number;
  readonly failure: GatewayError | undefined;
  /** Whether the lease was another's by the time of writing. */
  readonly isLeaseLost: boolean;
}

/** Of nothing that was observed. */
export const nothing: Observed = { changes: 0, failures: 0, failure: undefined, isLeaseLost: false };

/** Two observations as one. */
export function plus(a: Observed, b: Observed): Observed {
  return {
    changes: a.changes + b.changes,
    failures: a.failures + b.failures,
    failure: a.failure ?? b.failure,
    isLeaseLost: a.isLeaseLost || b.isLeaseLost,
  };
}

/** Of tags that could not be read. Throws what is no answer of a registry's. */
export function failed(failures: readonly unknown[]): Observed {
  const known = failures.filter((failure) => isGatewayError(failure));
  // Whatever else is thrown is no answer of the registry's: we stop, or something is broken.
  const other = failures.find((failure) => !isGatewayError(failure));
  if (other !== undefined)
    throw other instanceof Error ? other : new Error('a question was given up', { cause: other });
  return { ...nothing, failures: failures.length, failure: known[0] };
}
