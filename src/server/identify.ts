import type { ServerResponse } from 'node:http';
import type { Caller, Callers } from '../access/callers/callers.ts';
import { isGatewayError } from '../domain/errors.ts';
import { sendError } from './http.ts';

/** Who calls, or why nobody is let in. */
export type Identified =
  | ({ readonly kind: 'viewer' } & Caller)
  | {
      readonly kind: 'refused';
      readonly code: 'UNAUTHENTICATED' | 'AUTH_UNAVAILABLE';
      /** For the caller. */
      readonly message: string;
    };

/** Seconds after which it may be known again who calls. */
const retryAfter = 5;

/** Finds out who shows this. Rejects by faults of ours alone. */
export async function identify(callers: Callers, authorization: string | undefined): Promise<Identified> {
  try {
    return { kind: 'viewer', ...(await callers.identify(authorization)) };
  } catch (error) {
    if (isGatewayError(error, 'UNAUTHENTICATED') || isGatewayError(error, 'AUTH_UNAVAILABLE')) {
      return { kind: 'refused', code: error.code, message: error.message };
    }
    throw error;
  }
}

/** Answers who is not let in: 401 with the scheme that is wanted (RFC 6750 §3), or 503 and when to come again. */
export function sendRefusal(
  response: ServerResponse,
  { code, message }: Extract<Identified, { kind: 'refused' }>,
  requestId: string,
): void {
  // What was not read of the body would be taken for the next request.
  if (!response.req.complete) response.setHeader('connection', 'close');
  if (code === 'UNAUTHENTICATED') response.setHeader('www-authenticate', 'Bearer');
  else response.setHeader('retry-after', String(retryAfter));
  sendError(response, code === 'UNAUTHENTICATED' ? 401 : 503, code, message, requestId);
}
