import { HeaderMap, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, OperationTypeNode } from 'graphql';
import type { Viewer } from '../access/access.ts';
import type { Cost } from '../domain/registry.ts';
import type { Admission, Admitted } from './admit.ts';

/** What Apollo Server must be told so that its parsing, validation and coercion are those of the admission. */
export function apolloOptions(
  admission: Admission,
): Pick<
  ApolloServerOptions<object>,
  'parseOptions' | 'validationRules' | 'validationOptions' | 'executionOptions' | 'introspection'
> {
  return {
    parseOptions: admission.parseOptions,
    validationRules: [...admission.validationRules],
    validationOptions: admission.validationOptions,
    executionOptions: { maxCoercionErrors: admission.limits.coercionErrors },
    // The admission's own rule decides, for all transports; Apollo's would repeat it with other words.
    introspection: true,
  };
}

/**
 * Refuses operations over HTTP that the admission does not admit, before anything is resolved, with status 400; settles what the
 * others cost.
 */
export function admissionPlugin<
  Context extends { readonly viewer: Viewer; readonly cost: Pick<Cost, 'upstreamRequests'> },
>(admission: Admission): ApolloServerPlugin<Context> {
  return {
    requestDidStart: () => {
      let admitted: Admitted | undefined;
      return Promise.resolve({
        didResolveOperation({ document, request, operation, contextValue }) {
          if (operation?.operation === OperationTypeNode.SUBSCRIPTION)
            return Promise.reject(asBadRequest(notOverHttp()));
          const verdict = admission.admit(document, request.operationName, request.variables, contextValue.viewer);
          // Execution coerces variables again and reports what is wrong with all of them; a plugin can report one error.
          if (verdict.kind === 'admitted') admitted = verdict;
          if (verdict.kind === 'admitted' || verdict.reason === 'variables') return Promise.resolve();
          const [error] = verdict.errors;
          return Promise.reject(asBadRequest(error));
        },
        willSendResponse({ contextValue }) {
          // A mutation is not settled: what it began may go on, and ask, after its answer.
          if (admitted?.operation.operation === OperationTypeNode.QUERY)
            admitted.settle(contextValue.cost.upstreamRequests);
          return Promise.resolve();
        },
      });
    },
  };
}

function notOverHttp(): GraphQLError {
  const message =
    'subscriptions are not answered here: connect a WebSocket (subprotocol graphql-transport-ws) to /graphql, or ask /graphql/stream for Server-Sent Events';
  return new GraphQLError(message, { extensions: { code: 'OPERATION_NOT_ALLOWED' } });
}

function asBadRequest({ message, nodes, originalError, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    originalError: originalError ?? null,
    extensions: { ...extensions, http: { status: 400, headers: retryAfter(extensions) } },
  });
}

/** For clients that read nothing but the head (RFC 9110 §10.2.3). */
function retryAfter({ retryAfterSeconds }: GraphQLError['extensions']): HeaderMap {
  return new HeaderMap(typeof retryAfterSeconds === 'number' ? [['retry-after', String(retryAfterSeconds)]] : []);
}
