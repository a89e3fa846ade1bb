import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Callers } from '../access/callers/callers.ts';
import { admissionPlugin, apolloOptions } from '../graphql/admission-plugin.ts';
import type { Admission } from '../graphql/admit.ts';
import { answerPlugin } from '../graphql/answer-plugin.ts';
import type { GraphQLContext, Operation } from '../graphql/context.ts';
import { createDocumentStore } from '../graphql/documents.ts';
import type { ErrorFormatter } from '../graphql/errors.ts';
import { notTrusted, type TrustedDocuments } from '../graphql/trusted-documents.ts';
import { loopTurn } from '../lib/loop-turn.ts';
import { authorizationOf } from './authorization.ts';
import type { Cors } from './cors.ts';
import { sendError, type Door } from './http.ts';
import { identify, sendRefusal } from './identify.ts';
import type { Metrics } from './metrics.ts';
import type { OperationOutcome } from './metrics/operations.ts';
import { readJsonBody } from './read-body.ts';
import { withTrustedDocument, type Parameters } from './trusted-request.ts';

export interface GraphQLHttpOptions {
  readonly schema: GraphQLSchema;
  readonly admission: Admission;
  /** Without it, every document may be run. */
  readonly documents?: TrustedDocuments | undefined;
  readonly formatError: ErrorFormatter;
  readonly plugins: readonly ApolloServerPlugin<GraphQLContext>[];
  readonly callers: Callers;
  readonly begin: (caller: Caller, requestId: string) => Operation;
  readonly cors: Cors;
  readonly metrics: CountedOverHttp;
  /** `undefined` where nothing is traced. */
  readonly tracing?: OperationTracing | undefined;
  readonly bodyBytes: number;
  readonly responseBytes: number;
}

/** Traces operations. */
export interface OperationTracing {
  /** Runs what answers a request, as one trace with what it leads to. */
  readonly run: <T>(headers: IncomingHttpHeaders, requestId: string, answer: () => Promise<T>) => Promise<T>;
  /** Says what the operation was that is being answered. */
  readonly describe: (operation: {
    readonly type: string;
    readonly name: string | undefined;
    readonly outcome: OperationOutcome;
  }) => void;
}

type CountedOverHttp = Pick<Metrics, 'operation' | 'staleAnswer' | 'limit'>;

export interface GraphQLHttp {
  readonly door: Door;
  readonly stop: () => Promise<void>;
}

/**
 * GraphQL over HTTP (graphql-over-http draft) by Apollo Server behind node:http. What costs each request and serves nobody
 * here is off: cache hints, which wrap every resolver, and all reporting. Kept: the document store, without which every
 * request is parsed anew, and CSRF prevention.
 */
export async function startGraphQLHttp(options: GraphQLHttpOptions): Promise<GraphQLHttp> {
  const { admission, documents, callers, begin, cors } = options;
  const apollo = new ApolloServer<GraphQLContext>({
    schema: options.schema,
    ...apolloOptions(admission),
    formatError: options.formatError,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: admission.validationOptions.hideSuggestions,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    documentStore: createDocumentStore(),
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      admissionPlugin(admission),
      answerPlugin(),
      ...options.plugins,
      metricsPlugin(options.metrics, options.tracing),
    ],
  });
  await apollo.start();

  async function door(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    if (cors(request, response)) return;
    // Before the body: strangers have nothing read for them.
    const caller = await identify(callers, authorizationOf(request));
    if (response.destroyed) return;
    if (caller.kind === 'refused') {
      sendRefusal(response, caller, requestId);
      return;
    }
    const parameters = await readParameters(request, response, requestId);
    if (parameters === undefined) return;
    // Clients that come back together ask together.
    await loopTurn();
    await execute(caller, parameters, request, response, requestId);
  }

  /** What is asked; `undefined` where that was refused, and answered. */
  async function readParameters(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<Parameters | undefined> {
    let body: unknown;
    if (request.method === 'POST') {
      const read = await readJsonBody(request, options.bodyBytes);
      if (read.kind === 'refused') {
        if (read.status === 413) options.metrics.limit('bodyBytes');
        // What was not read of the body would be taken for the next request.
        response.setHeader('connection', 'close');
        sendError(response, read.status, 'BAD_USER_INPUT', read.message, requestId);
        return undefined;
      }
      body = read.document;
    }
    const asked = { search: searchOf(request), body };
    if (documents === undefined) return asked;
    const parameters = await withTrustedDocument(documents, request.method, asked);
    if (parameters === undefined) {
      const { code, message } = notTrusted();
      options.metrics.operation('unknown', 'refused', 0);
      sendError(response, 400, code, message, requestId);
    }
    return parameters;
  }

  async function execute(
    caller: Caller,
    parameters: Parameters,
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> {
    if (response.destroyed) return;
    const operation = begin(caller, requestId);
    response.once('close', () => {
      if (response.writableFinished) operation.end();
      else operation.abandon();
    });
    const answering = () =>
      apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method ?? 'GET',
          headers: headerMap(request),
          ...parameters,
        },
        context: () => Promise.resolve(operation.context),
      });
    const { tracing } = options;
    const answer = await (tracing === undefined ? answering() : tracing.run(request.headers, requestId, answering));
    if (answer.body.kind === 'chunked') throw new Error('an answer in parts, which this schema never asks for');
    send(response, answer.status ?? 200, answer.headers, answer.body.string, requestId);
  }

  function send(response: ServerResponse, status: number, headers: HeaderMap, text: string, requestId: string): void {
    // A character of text is at most three bytes of UTF-8: short answers need no counting.
    const bytes = 3 * text.length > options.responseBytes ? Buffer.byteLength(text) : 0;
    if (bytes > options.responseBytes) {
      options.metrics.limit('responseBytes');
      const message = `the answer has ${bytes} bytes, of at most ${options.responseBytes}; ask for fewer items or fields`;
      const limit = { limit: 'responseBytes', value: bytes, max: options.responseBytes };
      const extensions = { code: 'LIMIT_EXCEEDED', ...limit, requestId };
      send(response, 200, headers, JSON.stringify({ errors: [{ message, extensions }] }), requestId);
      return;
    }
    for (const [name, value] of headers) response.setHeader(name, value);
    response.setHeader('cache-control', 'no-store');
    response.statusCode = status;
    // As text, which node:http measures for content-length: a Buffer of this size is memory outside of the heap, for which
    // the garbage collector is hurried.
    response.end(text);
  }

  return { door, stop: () => apollo.stop() };
}

function headerMap(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return headers;
}

function searchOf(request: IncomingMessage): string {
  const url = request.url ?? '';
  const query = url.indexOf('?');
  return query === -1 ? '' : url.slice(query);
}

function metricsPlugin(
  metrics: CountedOverHttp,
  tracing: OperationTracing | undefined,
): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart() {
      const startedAt = performance.now();
      return Promise.resolve({
        willSendResponse({ operation, response, errors, contextValue }) {
          const data = response.body.kind === 'single' ? response.body.singleResult.data : undefined;
          const outcome = errors === undefined ? 'ok' : outcomeWithErrors(data);
          const type = operation?.operation ?? 'unknown';
          metrics.operation(type, outcome, (performance.now() - startedAt) / 1000);
          tracing?.describe({ type, name: operation?.name?.value, outcome });
          if (contextValue.stale.length > 0) metrics.staleAnswer();
          return Promise.resolve();
        },
      });
    },
  };
}

/** Refused operations have no data at all; where execution began there is some, or null. */
function outcomeWithErrors(data: object | null | undefined): OperationOutcome {
  if (data === undefined) return 'refused';
  return data === null ? 'failed' : 'partial';
}
