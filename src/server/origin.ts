import type { IncomingMessage } from 'node:http';

/**
 * Whether the page that a request comes from may have answers that no CORS header would keep from it: those of WebSockets
 * and of streams. No origin at all is no page. Origins are compared whole, so that neither a longer name nor `null` passes.
 */
export type OriginRule = (request: IncomingMessage) => boolean;

export function createOriginRule(allowedOrigins: readonly string[]): OriginRule {
  const allowed = new Set(allowedOrigins);
  return ({ headers: { origin, host } }) => {
    if (origin === undefined || allowed.has(origin)) return true;
    // Behind a proxy that ends TLS, which of the two schemes the page has is not known here.
    return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
  };
}
