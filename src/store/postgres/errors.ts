import { GatewayError, isGatewayError } from '../../domain/errors.ts';

/** What to do about some failures, by SQLSTATE or the class that it begins with (PostgreSQL documentation, appendix A). */
const advice: readonly (readonly [state: string, text: string])[] = [
  ['28', 'the user or the password is refused: passwords are read from PGPASSFILE or PGPASSWORD'],
  ['3D000', 'there is no such database: create it'],
  ['42501', 'the user may not do that: it must be able to make tables in the schema public, or in one of its own name'],
  ['25006', 'it is read-only: name the primary'],
  ['53100', 'its disk is full'],
  ['53300', 'it has too many connections'],
];

/** Classes of SQLSTATE that tell of a fault of ours: wrong data, a wrong statement, a limit of the language. */
const faults = /^(?:0A|0L|2[1-467]|34|42|54)/;

/** A transaction that was broken off for the sake of another, or met another that was first: it may be begun again. */
const conflicts: ReadonlySet<string> = new Set(['40001', '40P01', '23505']);

/** What is thrown for a failure of PostgreSQL or of the way to it: UNAVAILABLE, or a fault of ours as it is. Holds no secret. */
export function postgresFailure(error: unknown): unknown {
  if (isGatewayError(error)) return error;
  const code = codeOf(error);
  const [, text] = advice.find(([state]) => code?.startsWith(state) === true) ?? [];
  if (text === undefined && code !== undefined && !conflicts.has(code) && isState(code) && faults.test(code))
    return error;
  const reason = text ?? (code === undefined ? 'the connection was lost' : `it said ${code}`);
  return new GatewayError('UNAVAILABLE', `the store cannot be used now (PostgreSQL: ${reason})`, {}, error);
}

/** Why work may be tried again: it was in another's way, or its connection was lost. Of a {@link postgresFailure}. */
export function retryReason(failure: unknown): 'conflict' | 'connection' | undefined {
  if (!isGatewayError(failure, 'UNAVAILABLE')) return undefined;
  const code = codeOf(failure.cause);
  if (code !== undefined && conflicts.has(code)) return 'conflict';
  // 57P01 to 57P05 and class 08 end the connection; so does what has no SQLSTATE at all, which is of the socket.
  return code === undefined || !isState(code) || /^(?:08|57P|25P03)/.test(code) ? 'connection' : undefined;
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}

/** Whether a code is of PostgreSQL, not of Node.js. */
function isState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code);
}
