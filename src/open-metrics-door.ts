import type { Config } from './config.ts';
import type { Clock } from './lib/clock.ts';
import type { Door } from './server/http.ts';
import { createMetricsDoor, type MetricsReaders } from './server/metrics-door.ts';
import type { Metrics } from './server/metrics.ts';

/** Makes the door of `/metrics`, for those whom the configuration lets read it. */
export function openMetricsDoor(config: Pick<Config, 'server' | 'access'>, { read }: Metrics, clock: Clock): Door {
  return createMetricsDoor(read, readersOf(config), clock);
}

/** Where rules hide things, what names them is shown to nobody without a token. */
function readersOf({ server: { metrics }, access }: Pick<Config, 'server' | 'access'>): MetricsReaders {
  if (metrics.tokenFile !== undefined) return { kind: 'token', tokenFile: metrics.tokenFile };
  return access.mode === 'open' ? { kind: 'everyone' } : { kind: 'nobody' };
}
