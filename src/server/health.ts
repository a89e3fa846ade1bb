import { sendJson, type Door } from './http.ts';

/** Where orchestrators ask how the process is. */
export interface Health {
  readonly livez: Door;
  readonly readyz: Door;
  /** From now on the process is not ready, since it is going away. */
  readonly drain: () => void;
}

/**
 * Alive as long as the process answers; ready until it drains. A registry that is down never changes either, since taking
 * the gateway out would only take away the registries that are up.
 */
export function createHealth(): Health {
  let isDraining = false;
  return {
    livez: (_, response) => {
      sendJson(response, 200, { status: 'ok' });
    },
    readyz: (_, response) => {
      if (isDraining) sendJson(response, 503, { status: 'draining' });
      else sendJson(response, 200, { status: 'ok' });
    },
    drain: () => {
      isDraining = true;
    },
  };
}
