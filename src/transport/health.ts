import { isGatewayError, type ErrorCode } from '../domain/errors.ts';
import type { RegistryState } from '../domain/registry.ts';
import type { Clock } from '../lib/clock.ts';
import type { Transport } from './transport.ts';

/** What is learnt from traffic. */
export type Health = Omit<RegistryState, 'rateLimit'>;

/** A transport that remembers how it went. */
export interface Observed {
  readonly transport: Transport;
  health(): Health;
}

/** Codes that say that the registry does not work for us at all. */
const outages: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_TLS',
  'UPSTREAM_REDIRECT_REFUSED',
]);
/** Codes that say that it works, but not well. */
const complaints: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['UPSTREAM_RATE_LIMITED', 'UPSTREAM_INVALID']);

type Outcome = 'good' | 'poor' | 'outage';

const remembered = 20;
const memoryMs = 5 * 60_000;
const downAfter = 5;
/** Weight of the newest latency in the moving average. */
const weight = 0.2;

/**
 * Learns a registry's health from what is asked of it anyway, by whichever of the transports that it is put around. DOWN: the
 * last five requests, or all there were, ended in an outage. DEGRADED: the last one failed, or two of the last twenty within
 * five minutes did. Answers of 4xx are answers. Each transport knows the last failure of its own requests alone: its message
 * may name what was asked for.
 */
export function createHealth({ clock }: { readonly clock: Clock }): (inner: Transport) => Observed {
  let outcomes: { readonly outcome: Outcome; readonly at: number }[] = [];
  let latencyMs: number | undefined;

  function record(outcome: Outcome): void {
    outcomes = [...outcomes.slice(1 - remembered), { outcome, at: clock.now() }];
  }

  function succeed(took: number): void {
    latencyMs = latencyMs === undefined ? took : latencyMs + weight * (took - latencyMs);
    record('good');
  }

  function status(): Health['status'] {
    const last = outcomes.at(-1);
    if (last === undefined) return 'UNKNOWN';
    if (outcomes.slice(-downAfter).every(({ outcome }) => outcome === 'outage')) return 'DOWN';
    const since = clock.now() - memoryMs;
    const failed = outcomes.filter(({ outcome, at }) => outcome !== 'good' && at > since).length;
    return last.outcome !== 'good' || failed >= 2 ? 'DEGRADED' : 'UP';
  }

  return (inner) => {
    let lastError: Health['lastError'];

    async function send(request: Parameters<Transport>[0]): ReturnType<Transport> {
      const startedAt = clock.now();
      try {
        const response = await inner(request);
        lastError = undefined;
        succeed(clock.now() - startedAt);
        return response;
      } catch (error) {
        if (request.ask.signal.aborted || !isGatewayError(error)) throw error;
        if (!outages.has(error.code) && !complaints.has(error.code)) {
          lastError = undefined;
          succeed(clock.now() - startedAt);
        } else {
          lastError = { code: error.code, message: error.message, at: clock.now() };
          record(outages.has(error.code) ? 'outage' : 'poor');
        }
        throw error;
      }
    }

    return { transport: send, health: () => ({ status: status(), latencyMs, lastError }) };
  };
}
