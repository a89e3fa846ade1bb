import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { onAbort } from '../lib/on-abort.ts';
import { untilAborted } from '../lib/wait.ts';
import type { Transport } from './transport.ts';

/**
 * Gives one call, with all that it takes (tokens, redirects, retries), a total time, then UPSTREAM_TIMEOUT. The caller's
 * own abort goes through with its reason untouched.
 */
export function createDeadline(
  inner: Transport,
  {
    registry,
    clock,
    timeoutMs,
  }: { readonly registry: RegistryName; readonly clock: Clock; readonly timeoutMs: number },
): Transport {
  return async function send(request) {
    const { signal } = request.ask;
    signal.throwIfAborted();
    const controller = new AbortController();
    const stay = onAbort(signal, () => {
      controller.abort(signal.reason);
    });
    const cancel = clock.setTimeout(() => {
      const message = `${registry}: no answer from ${request.url.host} within ${String(timeoutMs)} ms`;
      controller.abort(new GatewayError('UPSTREAM_TIMEOUT', message, { registry }));
    }, timeoutMs);
    try {
      const ask = { signal: controller.signal, cost: request.ask.cost };
      return await untilAborted(inner({ ...request, ask }), controller.signal);
    } finally {
      cancel();
      stay();
    }
  };
}
