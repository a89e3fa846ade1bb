import { circuitBreaker, CircuitState, handleWhen, isBrokenCircuitError, SamplingBreaker } from 'cockatiel';
import { GatewayError } from '../domain/errors.ts';
import type { RegistryName } from '../domain/reference.ts';
import type { Clock } from '../lib/clock.ts';
import { isOutage } from './failure.ts';
import type { TransportLog } from './options.ts';
import type { Transport } from './transport.ts';

export interface BreakerOptions {
  readonly registry: RegistryName;
  readonly clock: Clock;
  readonly log?: TransportLog | undefined;
  /** Told when it opens and when it closes again. */
  readonly onChange?: ((isOpen: boolean) => void) | undefined;
}

const probeAfterMs = 10_000;

/**
 * Stops asking a registry that is down: it opens when more than half of at least ten requests within 30 s ended in an
 * outage (no connection, timeout, 5xx), then lets one request through each 10 s to see, and closes when that is answered.
 * Open, it answers UPSTREAM_UNAVAILABLE at once. An answer of 4xx is an answer; a caller who leaves says nothing. One
 * breaker may stand around several transports to the same registry, which then open it together.
 */
export function createBreaker({ registry, clock, log, onChange }: BreakerOptions): (inner: Transport) => Transport {
  const abandonedProbes = new WeakSet<object>();
  const circuit = circuitBreaker(
    handleWhen((error) => isOutage(error) || abandonedProbes.has(error)),
    {
      halfOpenAfter: probeAfterMs,
      breaker: new SamplingBreaker({ threshold: 0.5, duration: 30_000, minimumRps: 10 / 30 }),
    },
  );
  let openedAt = 0;
  circuit.onBreak(() => {
    openedAt = clock.now();
    onChange?.(true);
    log?.warn({ registry }, 'too many failures; not asking for a while');
  });
  circuit.onReset(() => {
    onChange?.(false);
    log?.info({ registry }, 'answering again');
  });

  function isOpen(): GatewayError {
    const left = openedAt + probeAfterMs - clock.now();
    const retryAfterSeconds = Math.max(1, Math.ceil(left / 1000));
    const message = `${registry}: it has been failing and is not asked now; asking again makes sense in ${String(retryAfterSeconds)} s`;
    return new GatewayError('UPSTREAM_UNAVAILABLE', message, { registry, retryAfterSeconds });
  }

  return (inner) => async (request) => {
    // While one request probes, cockatiel would let the others wait for it.
    if (circuit.state === CircuitState.HalfOpen) throw isOpen();
    const isProbe = circuit.state === CircuitState.Open;
    try {
      return await circuit.execute(async () => {
        try {
          return await inner(request);
        } catch (error) {
          // A probe whose caller left has shown nothing: without this it would count as proof of health.
          if (isProbe && request.ask.signal.aborted && typeof error === 'object' && error !== null)
            abandonedProbes.add(error);
          throw error;
        }
      });
    } catch (error) {
      throw isBrokenCircuitError(error) ? isOpen() : error;
    }
  };
}
