import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../lib/log.ts';

/** How long the collector may take for some spans, in milliseconds. */
const timeoutMs = 3_000;

/**
 * Sends spans to a collector by OTLP over HTTP, as JSON. What it does not take is dropped; the log is told once, when that begins
 * and when it is over.
 */
export function createTraceExporter(otlp: string, log: Pick<Log, 'info' | 'warn'>): SpanExporter {
  const url = `${otlp.replace(/\/$/, '')}/v1/traces`;
  const inner = new OTLPTraceExporter({ url, timeoutMillis: timeoutMs });
  let isFailing = false;
  return {
    export: (spans, done) => {
      inner.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS;
        if (failed && !isFailing) log.warn({ url, error: result.error }, 'traces cannot be sent, and are dropped');
        if (!failed && isFailing) log.info({ url }, 'traces are sent again');
        isFailing = failed;
        done({ code: ExportResultCode.SUCCESS });
      });
    },
    shutdown: () => inner.shutdown(),
    forceFlush: () => inner.forceFlush(),
  };
}
