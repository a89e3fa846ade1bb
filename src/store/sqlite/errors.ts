import { GatewayError } from '../../domain/errors.ts';

/**
 * SQLite's codes for what is nobody's fault but the machine's: no space, no file, no memory, another's lock, bad content
 * (https://www.sqlite.org/rescode.html). Each is also the beginning of more exact ones.
 */
const ofTheMachine =
  /^SQLITE_(?:FULL|IOERR|CANTOPEN|READONLY|BUSY|LOCKED|NOMEM|PERM|AUTH|CORRUPT|NOTADB|PROTOCOL|NOLFS|INTERRUPT)/;

/** What is thrown for a failure of SQLite: UNAVAILABLE where the machine is the reason, else the fault as it is. */
export function sqliteFailure(error: unknown): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !ofTheMachine.test(code)) return error;
  return new GatewayError('UNAVAILABLE', `the store cannot be used now (SQLite: ${code})`, {}, error);
}
