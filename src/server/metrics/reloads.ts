import { Counter, Gauge, type Registry } from 'prom-client';

/** What is counted of the configuration while the gateway runs. */
export interface ReloadMetrics {
  /** The configuration was read anew; whether it is in force. */
  readonly reload: (isGood: boolean) => void;
}

export function createReloadMetrics(registers: Registry[]): ReloadMetrics {
  const reloads = new Counter({
    name: 'tributary_config_reloads_total',
    help: 'Configurations that replaced another while the gateway ran',
    registers,
  });
  const failures = new Counter({
    name: 'tributary_config_reload_failures_total',
    help: 'Configurations that could not, so that the one before stayed in force',
    registers,
  });
  const isCurrent = new Gauge({
    name: 'tributary_config_current',
    help: 'Whether the configuration that was read last is in force: 1 or 0',
    registers,
  });
  isCurrent.set(1);
  return {
    reload: (isGood) => {
      (isGood ? reloads : failures).inc();
      isCurrent.set(isGood ? 1 : 0);
    },
  };
}
