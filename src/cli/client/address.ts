import { quote } from '../../domain/quote.ts';
import { failure } from './failure.ts';

/** Where a running gateway is asked. */
export interface ServerAddress {
  /** Of queries and mutations. */
  readonly http: string;
  /** Of subscriptions. */
  readonly webSocket: string;
}

/**
 * Reads the URL of a gateway, `https://images.example` or with `/graphql` behind it, below any path that a proxy puts before
 * it. Throws a failure of usage.
 */
export function parseServerAddress(text: string): ServerAddress {
  if (!URL.canParse(text)) throw wrong(text, 'is no URL');
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw wrong(text, 'is neither http nor https');
  // Nor shown again: what stands before the @ may be a password.
  if (url.username !== '' || url.password !== '') throw failure(2, 'the URL of the gateway must hold no credentials');
  if (url.search !== '' || url.hash !== '') throw wrong(text, 'has a query or fragment');
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/graphql$/, '')}/graphql`;
  const http = url.href;
  return { http, webSocket: http.replace(/^http/, 'ws') };
}

function wrong(text: string, how: string): Error {
  return failure(2, `${quote(text)} ${how}: --server is the URL of a gateway, as http://127.0.0.1:4000`);
}
