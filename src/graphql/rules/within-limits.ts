import { GraphQLError } from 'graphql';
import type { ValidationRule } from 'graphql';
import { documentLimits, limitExceeded } from '../limits.ts';
import type { OperationLimits } from '../limits.ts';
import { measure } from './measure.ts';

/** Refuses operations beyond the limits that the document alone decides: LIMIT_EXCEEDED, once for each limit. */
export function withinLimits(limits: OperationLimits): ValidationRule {
  return (context) => ({
    Document(document) {
      for (const [operation, measures] of measure(document)) {
        for (const limit of documentLimits) {
          if (measures[limit] <= limits[limit]) continue;
          const originalError = limitExceeded(limit, measures[limit], limits[limit]);
          const extensions = { code: originalError.code, ...originalError.details };
          context.reportError(new GraphQLError(originalError.message, { nodes: operation, originalError, extensions }));
        }
      }
    },
  });
}
