import { failure, type CommandFailure, type FailureCode } from './failure.ts';

/** An error as a gateway answers it (GraphQL specification, "Errors"), as far as a command looks at it. */
export interface AnswerError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryable?: boolean } | undefined;
}

/** What the caller would have to ask otherwise. */
const callersFaults: ReadonlySet<string> = new Set([
  'REFERENCE_INVALID',
  'ARGUMENT_INVALID',
  'CURSOR_INVALID',
  'CURSOR_EXPIRED',
  'REGISTRY_UNKNOWN',
  'SOURCE_AMBIGUOUS',
  'UNSUPPORTED',
  'NOT_WATCHED',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'OPERATION_NOT_ALLOWED',
  'LIMIT_EXCEEDED',
  'BAD_USER_INPUT',
]);

/** What a command and a gateway of different versions make of each other. */
const otherVersion: ReadonlySet<string> = new Set(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

/** How a command ends that a gateway answers with these errors: by the first, in the gateway's own words. */
export function failureOfErrors([first, ...more]: readonly AnswerError[]): CommandFailure {
  const code = first?.extensions?.code ?? 'INTERNAL';
  const hint = otherVersion.has(code) ? '; is the gateway of another version than this command?' : '';
  const others = more.length === 0 ? '' : `; and ${more.length} more`;
  return failure(exitCodeOf(code), `${code}: ${(first?.message ?? 'no message').replace(/\.$/, '')}${hint}${others}`);
}

function exitCodeOf(code: string): FailureCode {
  if (code === 'NOT_FOUND' || code === 'CONFLICT') return 1;
  return callersFaults.has(code) ? 2 : 3;
}

/** What another input would mend, as mutations answer it. */
export interface UserError {
  readonly code: string;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** How a command ends whose input was refused: with all that was wrong with it, and a hint for what was not found. */
export function failureOfUserErrors(errors: readonly UserError[], hint?: string): CommandFailure {
  const isMissing = errors.some(({ code }) => code === 'NOT_FOUND');
  const words = errors.map(({ code, message }) => `${code}: ${message}`);
  return failure(1, [...words, ...(isMissing && hint !== undefined ? [hint] : [])].join('; '));
}
