import { failure } from './exchange.ts';
import type { Answer, RegistryRequest } from './exchange.ts';

/** A limit on pulls, in the manner of Docker Hub: a `GET` of a manifest counts, a `HEAD` does not. */
export interface PullLimit {
  readonly limit: number;
  readonly windowSeconds: number;
}

export interface PullCounter {
  /** Counts a request for a manifest: the headers for its answer, and the answer itself where the limit is used up. */
  count(request: RegistryRequest): { readonly headers: Answer['headers']; readonly refusal: Answer | undefined };
}

interface Window {
  readonly endsAt: number;
  used: number;
}

/** Counts by client address. Docker's documentation ("Docker Hub pull usage and limits") names the headers. */
export function createPullCounter(pulls: PullLimit, now: () => number): PullCounter {
  const windows = new Map<string, Window>();

  function currentWindow(client: string): Window {
    const found = windows.get(client);
    if (found !== undefined && found.endsAt > now()) return found;
    const fresh = { endsAt: now() + pulls.windowSeconds * 1000, used: 0 };
    windows.set(client, fresh);
    return fresh;
  }

  return {
    count(request) {
      const window = currentWindow(request.client);
      const isOver = request.method === 'GET' && window.used >= pulls.limit;
      if (request.method === 'GET' && !isOver) window.used += 1;
      const headers = {
        'ratelimit-limit': `${String(pulls.limit)};w=${String(pulls.windowSeconds)}`,
        'ratelimit-remaining': `${String(pulls.limit - window.used)};w=${String(pulls.windowSeconds)}`,
        'docker-ratelimit-source': request.client,
      };
      const retryAfter = String(Math.max(1, Math.ceil((window.endsAt - now()) / 1000)));
      const message = 'You have reached your pull rate limit.';
      const refusal = isOver
        ? failure(429, 'TOOMANYREQUESTS', message, undefined, { ...headers, 'retry-after': retryAfter })
        : undefined;
      return { headers, refusal };
    },
  };
}
