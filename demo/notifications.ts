import { randomUUID } from 'node:crypto';
import type { Exchange } from './registry-server.ts';

/** Where a sample registry tells of its changes, and what it says in the header Authorization. */
export interface Listener {
  readonly url: string;
  readonly authorization: string;
}

/** Tells of pushes and deletions as Docker's registry does (distribution, notifications.md), but once only, heard or not. */
export interface Notifications {
  /** Stands in the way of a registry's exchanges, and tells of those that changed something. */
  readonly intercept: (exchange: Exchange) => Promise<void>;
  /** From now on to this listener. */
  readonly tellTo: (listener: Listener) => void;
  /** Tells that a tag was pushed. */
  readonly pushed: (repository: string, tag: string) => void;
}

const mediaType = 'application/vnd.docker.distribution.events.v1+json';
const manifestPath = /^\/v2\/(.+)\/manifests\/([^/]+)$/;

export function createNotifications(): Notifications {
  let listener: Listener | undefined;

  function tell(
    action: 'push' | 'delete',
    repository: string,
    target: { readonly tag?: string; readonly digest?: string },
  ): void {
    if (listener === undefined) return;
    const timestamp = new Date().toISOString();
    const body = JSON.stringify({
      events: [{ id: randomUUID(), timestamp, action, target: { repository, ...target } }],
    });
    const headers = { 'content-type': mediaType, authorization: listener.authorization };
    fetch(listener.url, { method: 'POST', headers, body }).then(
      (answer) => answer.body?.cancel(),
      () => undefined,
    );
  }

  return {
    intercept: async (exchange) => {
      const answer = await exchange.answer();
      exchange.send(answer);
      const { method, path } = exchange.request;
      const [, repository, reference] = manifestPath.exec(path) ?? [];
      if (repository === undefined || reference === undefined || answer.status >= 300) return;
      const target = reference.includes(':') ? { digest: reference } : { tag: reference };
      if (method === 'PUT') tell('push', repository, target);
      if (method === 'DELETE') tell('delete', repository, target);
    },
    tellTo: (to) => {
      listener = to;
    },
    pushed: (repository, tag) => {
      tell('push', repository, { tag });
    },
  };
}
