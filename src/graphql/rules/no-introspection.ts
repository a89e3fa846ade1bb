import { GraphQLError } from 'graphql';
import type { ValidationContext, ASTVisitor } from 'graphql';
import { GatewayError } from '../../domain/errors.ts';
import { isIntrospection } from './measure.ts';

/** Refuses `__schema` and `__type` with OPERATION_NOT_ALLOWED. `__typename` stays, since clients add it by themselves. */
export function noIntrospection(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (!isIntrospection(node.name.value)) return;
      const originalError = new GatewayError(
        'OPERATION_NOT_ALLOWED',
        `introspection is switched off here (server.introspection), and the operation asks for ${node.name.value}`,
        {},
      );
      const extensions = { code: originalError.code };
      context.reportError(new GraphQLError(originalError.message, { nodes: node, originalError, extensions }));
    },
  };
}
