import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Log } from '../lib/log.ts';
import { createTraceExporter } from './exporter.ts';

export interface TracingOptions {
  /** Where the collector is, without `/v1/traces`. */
  readonly otlp: string;
  /** The share of traces that is kept where the caller has not decided: 0 to 1. */
  readonly share: number;
  readonly version: string;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

/** Traces operations and the requests that they lead to. Nothing of it is global, so several may stand side by side. */
export interface Tracing {
  /** Runs what answers a request within a span; continues the trace that its `traceparent` names. */
  readonly run: <T>(
    headers: Readonly<Record<string, unknown>>,
    requestId: string,
    answer: () => Promise<T>,
  ) => Promise<T>;
  /** Says what the operation was that is being answered. */
  readonly describe: (operation: DescribedOperation) => void;
  /** Begins the span of a request to a registry; `undefined` where it belongs to no operation. */
  readonly exchange: (sending: Sending) => Traced | undefined;
  /** Sends what is left, for three seconds at most. */
  readonly close: () => Promise<void>;
}

export interface DescribedOperation {
  /** `query` or `mutation`; `unknown` where the document could not be read. */
  readonly type: string;
  readonly name: string | undefined;
  readonly outcome: string;
}

export interface Sending {
  readonly registry: string | undefined;
  readonly method: string;
  readonly url: URL;
}

export interface Traced {
  /** What tells the receiver which span it belongs to (W3C Trace Context). */
  readonly headers: Readonly<Record<string, string>>;
  readonly end: (ended: { readonly status: number | undefined; readonly code: string | undefined }) => void;
}

/** Of the name of an operation, which callers choose. */
const longestName = 100;

/**
 * Makes traces by OpenTelemetry's conventions: spans are named by the type of the operation, and by the method of a request.
 * Documents, variables, paths and queries are not recorded; `baggage` is neither read nor sent.
 */
export function createTracing({ otlp, share, version, log }: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'tributary', 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: createTraceExporter(otlp, log), exportTimeoutMillis: 3_000 })],
  });
  const tracer = provider.getTracer('tributary', version);
  const propagator = new W3CTraceContextPropagator();
  /** The operation that what runs now belongs to. */
  const current = new AsyncLocalStorage<Context>();

  return {
    run: (headers, requestId, answer) => {
      const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      const span = tracer.startSpan(
        'graphql',
        { kind: SpanKind.SERVER, attributes: { 'tributary.request_id': requestId } },
        parent,
      );
      return current.run(trace.setSpan(parent, span), async () => {
        try {
          return await answer();
        } finally {
          span.end();
        }
      });
    },

    describe: ({ type, name, outcome }) => {
      const span = trace.getSpan(current.getStore() ?? ROOT_CONTEXT);
      if (span === undefined) return;
      if (type !== 'unknown') span.updateName(type).setAttribute('graphql.operation.type', type);
      span.setAttribute('tributary.outcome', outcome);
      if (name !== undefined) span.setAttribute('graphql.operation.name', name.slice(0, longestName));
      if (outcome === 'failed') span.setStatus({ code: SpanStatusCode.ERROR });
    },

    exchange: ({ registry, method, url }) => {
      const parent = current.getStore();
      if (parent === undefined) return undefined;
      const attributes = {
        'http.request.method': method,
        'server.address': url.hostname,
        ...(registry !== undefined && { 'tributary.registry': registry }),
      };
      const span = tracer.startSpan(method, { kind: SpanKind.CLIENT, attributes }, parent);
      const headers: Record<string, string> = {};
      propagator.inject(trace.setSpan(parent, span), headers, defaultTextMapSetter);
      return {
        headers,
        end: ({ status, code }) => {
          if (status !== undefined) span.setAttribute('http.response.status_code', status);
          if (code !== undefined) span.setAttribute('error.type', code);
          if (code !== undefined || (status ?? 0) >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },

    close: () => provider.shutdown().catch(() => undefined),
  };
}
