import { Kind, print, valueFromAST } from 'graphql';
import type { FieldNode, GraphQLArgument, ValueNode } from 'graphql';
import type { Variables } from './cost.ts';

/** Reads arguments as execution would (GraphQL §6.4.1), once where no variable decides them. */
export interface ArgumentReader {
  /** The value of an argument of a field; `undefined` where it is neither given nor has a default. */
  read(argument: GraphQLArgument, field: FieldNode): (variables: Variables) => unknown;
  /** Those of the arguments that are given, as text that tells two uses of a field apart; empty where none is. */
  text(field: FieldNode, args: readonly GraphQLArgument[]): string;
  /** Whether anything that was read depends on a variable. */
  usesVariables(): boolean;
}

/** A reader for the arguments of one operation. */
export function createArgumentReader(): ArgumentReader {
  let variable = false;

  return {
    read(argument, field) {
      const node = find(argument, field);
      if (node === undefined) return () => argument.defaultValue;
      if (mentionsVariable(node)) {
        variable = true;
        return (variables) => valueFromAST(node, argument.type, variables) ?? absent(argument, node, variables);
      }
      const value: unknown = valueFromAST(node, argument.type);
      return () => value;
    },
    text(field, args) {
      const given = args.flatMap((argument) => {
        const node = find(argument, field);
        return node === undefined ? [] : [`${argument.name}:${print(node)}`];
      });
      return given.length === 0 ? '' : ` ${field.name.value}(${given.join(',')})`;
    },
    usesVariables: () => variable,
  };
}

/** An argument whose variable is not given takes its default; one whose variable is null is null. */
function absent(argument: GraphQLArgument, node: ValueNode, variables: Variables): unknown {
  const isGiven = node.kind !== Kind.VARIABLE || variables[node.name.value] !== undefined;
  return isGiven ? null : argument.defaultValue;
}

function find(argument: GraphQLArgument, field: FieldNode): ValueNode | undefined {
  return field.arguments?.find(({ name }) => name.value === argument.name)?.value;
}

function mentionsVariable(node: ValueNode): boolean {
  if (node.kind === Kind.LIST) return node.values.some(mentionsVariable);
  if (node.kind === Kind.OBJECT) return node.fields.some(({ value }) => mentionsVariable(value));
  return node.kind === Kind.VARIABLE;
}
