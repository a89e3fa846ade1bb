import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { GraphQLContext, StaleAnswer } from './context.ts';

/** Completes answers over HTTP: what they cost, what in them is stale, and the status that clients of plain JSON expect. */
export function answerPlugin(): ApolloServerPlugin<GraphQLContext> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        willSendResponse({ request, response, contextValue }) {
          if (response.body.kind !== 'single') return Promise.resolve();
          const result = response.body.singleResult;
          if (result.data !== undefined) {
            const { upstreamRequests, cacheHits, coalesced } = contextValue.cost;
            const cost = { upstreamRequests, cacheHits, coalesced };
            result.extensions = { ...result.extensions, cost, stale: contextValue.stale.map(formatStale) };
          }
          // Without a document there was no GraphQL request at all, which every client is told by the status.
          if (
            response.http.status === 400 &&
            (request.query ?? '') !== '' &&
            !acceptsGraphQLResponse(request.http?.headers.get('accept')) &&
            result.errors?.every(isAboutTheRequest)
          ) {
            response.http.status = 200;
          }
          return Promise.resolve();
        },
      }),
  };
}

function formatStale({ path, freshness }: StaleAnswer): object {
  return { path, fetchedAt: new Date(freshness.fetchedAt).toISOString(), reason: freshness.reason };
}

/** A client that knows `application/graphql-response+json` reads the status, one of `application/json` the body alone. */
function acceptsGraphQLResponse(accept: string | undefined): boolean {
  return accept?.includes('application/graphql-response+json') ?? false;
}

const aboutTheRequest = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

function isAboutTheRequest({ extensions }: GraphQLFormattedError): boolean {
  return aboutTheRequest.has(extensions?.['code']);
}
