import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Cross-origin rules of the Fetch standard: a browser lets pages of the allowed origins read our answers, of no others.
 * Returns whether the request was a preflight, which is then answered.
 */
export type Cors = (request: IncomingMessage, response: ServerResponse) => boolean;

/** What pages may read besides what every page may: who is told to wait, or to say who they are, is told how by a header. */
const exposedHeaders = 'x-request-id, retry-after, www-authenticate';
const allowedHeaders = 'content-type, apollo-require-preflight, x-apollo-operation-name, x-request-id, authorization';

export function createCors(allowedOrigins: readonly string[]): Cors {
  const allowed = new Set(allowedOrigins);
  return function cors(request, response) {
    response.setHeader('vary', 'origin');
    const { origin } = request.headers;
    const isAllowed = origin !== undefined && allowed.has(origin);
    if (isAllowed) {
      response.setHeader('access-control-allow-origin', origin);
      response.setHeader('access-control-expose-headers', exposedHeaders);
    }
    if (request.method !== 'OPTIONS') return false;
    if (isAllowed) {
      response.setHeader('access-control-allow-methods', 'GET, POST');
      response.setHeader('access-control-allow-headers', allowedHeaders);
      response.setHeader('access-control-max-age', '600');
    }
    response.writeHead(204).end();
    return true;
  };
}
