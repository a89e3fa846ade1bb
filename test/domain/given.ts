import { isGatewayError, type ErrorCode } from '../../src/domain/errors.ts';

/** Bytes of a document. */
export function bytesOf(document: unknown): Uint8Array {
  return new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document));
}

/** A digest of one digit. */
export function digestOf(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** The code and the message of what is thrown; fails for anything but a GatewayError. */
export function failureOf(action: () => unknown): { readonly code: ErrorCode; readonly message: string } {
  try {
    action();
  } catch (error) {
    if (isGatewayError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The code of what is thrown, or what is returned. */
export function outcomeOf<T>(action: () => T): T | ErrorCode {
  try {
    return action();
  } catch (error) {
    if (isGatewayError(error)) return error.code;
    throw error;
  }
}
