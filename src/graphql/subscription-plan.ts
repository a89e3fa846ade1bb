import { Kind, print, separateOperations, visit } from 'graphql';
import type { DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Variables } from './cost.ts';
import { createCollector } from './collect.ts';

/** What is the same for all who subscribe with one operation, whatever their variables. */
export interface SubscriptionPlan {
  /** The operation alone, without what only says where a subscriber begins: this is executed, and shared. */
  readonly document: DocumentNode;
  /** The same as text, which tells operations apart. */
  readonly text: string;
  /** The variables that it still has. */
  readonly variables: readonly string[];
  /** The field at the root, as the caller wrote it; `undefined` where the variables leave it out. */
  readonly field: (variables: Variables) => FieldNode | undefined;
}

/** The arguments of a field at the root that are the subscriber's own: they decide which payloads it gets, not what is in them. */
const own: ReadonlySet<string> = new Set(['after', 'bookmarks']);

/** A plan for an operation of a validated document; `maxSelections` are visited at most. */
export function planSubscription(
  schema: GraphQLSchema,
  whole: DocumentNode,
  operation: OperationDefinitionNode,
  maxSelections: number,
): SubscriptionPlan {
  const alone = separateOperations(whole)[operation.name?.value ?? ''] ?? whole;
  const type = schema.getSubscriptionType();
  const scope = { selectionSet: operation.selectionSet, guard: [] };
  const uses = type ? [...createCollector(schema, whole, maxSelections).collect(type, [scope])].flat() : [];
  const roots = new Set(uses.map(({ node }) => node));
  const stripped = visit(alone, {
    Field: (node) => (roots.has(node) ? withoutOwn(node) : undefined),
  });
  const used = variablesIn(stripped);
  const document = visit(stripped, {
    VariableDefinition: (node) => (used.has(node.variable.name.value) ? undefined : null),
  });
  return {
    document,
    text: print(document),
    variables: [...used].sort(),
    field: (variables) => uses.find(({ guard }) => guard.every(({ variable, is }) => variables[variable] === is))?.node,
  };
}

function withoutOwn(node: FieldNode): FieldNode {
  return { ...node, arguments: (node.arguments ?? []).filter(({ name }) => !own.has(name.value)) };
}

/** Variables that are used anywhere, their definitions aside. */
function variablesIn(document: DocumentNode): ReadonlySet<string> {
  const used = new Set<string>();
  visit(document, {
    Variable: (node, _, parent) => {
      const isDefinition = parent !== undefined && 'kind' in parent && parent.kind === Kind.VARIABLE_DEFINITION;
      if (!isDefinition) used.add(node.name.value);
    },
  });
  return used;
}
