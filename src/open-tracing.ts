import type { Config } from './config.ts';
import type { Outside } from './open-registries.ts';
import type { Tracing } from './telemetry/tracing.ts';

/** Makes traces where the configuration wants them; its libraries are not even loaded where it does not. */
export async function openTracing(
  { telemetry }: Pick<Config, 'telemetry'>,
  { log, userAgent }: Outside,
): Promise<Tracing | undefined> {
  if (telemetry === undefined) return undefined;
  const { createTracing } = await import('./telemetry/tracing.ts');
  return createTracing({ ...telemetry, version: userAgent.replace(/^.*\//, ''), log });
}
