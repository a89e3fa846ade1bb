import { execute } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import type { Viewer } from '../access/access.ts';
import type { Caller } from '../access/callers/callers.ts';
import type { Delivery, Soon } from '../events/delivery.ts';
import type { Operation } from './context.ts';
import { deliveryModel } from './event-model.ts';

/** What makes the payloads of all subscriptions. */
export interface PayloadOptions {
  readonly schema: GraphQLSchema;
  readonly epoch: () => string;
  /** Begins the making of one payload: with less time than an operation, after which its late fields are errors. */
  readonly begin: (caller: Caller, requestId: string) => Operation;
  readonly format: (errors: readonly GraphQLError[], requestId: string) => readonly GraphQLFormattedError[];
}

/** One subscription, without anything of the one who subscribed. */
export interface SharedOperation {
  readonly document: DocumentNode;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Stands for the access scope. */
  readonly viewer: Viewer;
}

/**
 * Makes the serialized payloads of one subscription: of the delivery alone, with a context that knows nobody
 * and has nobody's credential, and without extensions, so that they may be given to everyone in the scope. Never rejects.
 */
export function createPayloads(
  { schema, epoch, begin, format }: PayloadOptions,
  { document, operationName, variables, viewer }: SharedOperation,
): (delivery: Delivery) => Soon<string> {
  return (delivery) => {
    const requestId = randomUUID();
    const operation = begin({ viewer }, requestId);

    function finish({ data, errors }: ExecutionResult): string {
      operation.end();
      return JSON.stringify({ data, ...(errors && { errors: format(errors, requestId) }) });
    }

    const result = execute({
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables,
      rootValue: deliveryModel(epoch(), delivery),
      contextValue: operation.context,
    });
    return 'then' in result ? result.then(finish) : finish(result);
  };
}
