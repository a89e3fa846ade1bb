import { request } from 'undici';

/** An answer to a query, and what it took. */
export interface TimedAnswer {
  /** Milliseconds from sending the query to the end of its answer. */
  readonly ms: number;
  readonly data: unknown;
  /** Upstream requests, as the answer itself tells. */
  readonly upstreamRequests: number;
}

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: { readonly cost?: { readonly upstreamRequests: number } };
}

/** Sends a query and reads the answer; throws where it holds errors. */
export async function ask(url: string, query: string, variables?: object): Promise<TimedAnswer> {
  const body = JSON.stringify({ query, variables });
  const startedAt = performance.now();
  const answer = await request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await answer.body.text();
  const ms = performance.now() - startedAt;
  const { data, errors, extensions } = JSON.parse(text) as Body;
  if (answer.statusCode !== 200 || errors !== undefined) {
    throw new Error(`the query failed with ${answer.statusCode}: ${errors?.[0]?.message ?? text.slice(0, 200)}`);
  }
  return { ms, data, upstreamRequests: extensions?.cost?.upstreamRequests ?? 0 };
}
