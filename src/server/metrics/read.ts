import { Counter, Gauge, type Registry } from 'prom-client';

/** What a metric is called, and the labels that its series have. */
export interface MetricName {
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly string[];
}

/** One series, and its value now. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A gauge that is read at each scrape. */
export function readGauge(registers: Registry[], name: MetricName, read: () => Iterable<Sample>): void {
  new Gauge({
    ...name,
    labelNames: [...(name.labelNames ?? [])],
    registers,
    collect() {
      this.reset();
      for (const { labels = {}, value } of read()) this.set(labels, value);
    },
  });
}

/** A counter of what is counted where it happens, with a plain number, and only read at each scrape: for what happens often. */
export function readCounter(registers: Registry[], name: MetricName, read: () => Iterable<Sample>): void {
  new Counter({
    ...name,
    labelNames: [...(name.labelNames ?? [])],
    registers,
    collect() {
      this.reset();
      for (const { labels = {}, value } of read()) this.inc(labels, value);
    },
  });
}

/** Seconds that are worth telling apart, up to the time that an operation has. */
export const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];
