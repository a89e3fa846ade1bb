import { Kind, isAbstractType } from 'graphql';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLObjectType,
  GraphQLSchema,
  NamedTypeNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import type { Guard } from './cost.ts';
import { limitExceeded } from './limits.ts';

/** A selection set, and what must hold for it to be executed. */
export interface Scope {
  readonly selectionSet: SelectionSetNode;
  readonly guard: Guard;
}

/** A field where it stands in the document, and what must hold for it to be executed. */
export interface FieldUse {
  readonly node: FieldNode;
  readonly guard: Guard;
}

/** Collects the fields of selection sets as execution does (GraphQL §6.3.2), before variables are known. */
export interface Collector {
  /** The uses of fields, those with one response name together. Throws LIMIT_EXCEEDED beyond the selections allowed. */
  collect(type: GraphQLObjectType, scopes: readonly Scope[]): Iterable<[FieldUse, ...FieldUse[]]>;
  /** Whether a variable decides what is executed. */
  usesVariables(): boolean;
}

/** A collector for one document, which visits at most so many selections. */
export function createCollector(schema: GraphQLSchema, document: DocumentNode, maxSelections: number): Collector {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  let visited = 0;
  let variable = false;

  function collect(type: GraphQLObjectType, scopes: readonly Scope[]): Iterable<[FieldUse, ...FieldUse[]]> {
    const uses = new Map<string, [FieldUse, ...FieldUse[]]>();
    const spread = new Set<string>();

    function visitAll(selectionSet: SelectionSetNode, guard: Guard): void {
      for (const selection of selectionSet.selections) {
        visited += 1;
        if (visited > maxSelections) throw limitExceeded('selections', visited, maxSelections);
        const narrowed = narrow(guard, selection);
        if (narrowed !== undefined) visit(selection, narrowed);
      }
    }

    function visit(selection: SelectionNode, guard: Guard): void {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const use = { node: selection, guard };
        const known = uses.get(name);
        if (known === undefined) uses.set(name, [use]);
        else known.push(use);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(type, selection.typeCondition)) visitAll(selection.selectionSet, guard);
      } else {
        const fragment = fragments.get(selection.name.value);
        const key = JSON.stringify([selection.name.value, guard]);
        if (fragment === undefined || spread.has(key) || !applies(type, fragment.typeCondition)) return;
        spread.add(key);
        visitAll(fragment.selectionSet, guard);
      }
    }

    for (const { selectionSet, guard } of scopes) visitAll(selectionSet, guard);
    return uses.values();
  }

  function applies(type: GraphQLObjectType, condition: NamedTypeNode | undefined): boolean {
    if (condition === undefined || condition.name.value === type.name) return true;
    const wanted = schema.getType(condition.name.value);
    return isAbstractType(wanted) && schema.isSubType(wanted, type);
  }

  /** The guard of a selection within another; `undefined` where it is never executed. */
  function narrow(guard: Guard, selection: SelectionNode): Guard | undefined {
    let narrowed = guard;
    for (const { name, arguments: args } of selection.directives ?? []) {
      if (name.value !== 'skip' && name.value !== 'include') continue;
      const is = name.value === 'include';
      const condition = args?.find((argument) => argument.name.value === 'if')?.value;
      if (condition?.kind === Kind.BOOLEAN && condition.value !== is) return undefined;
      if (condition?.kind !== Kind.VARIABLE) continue;
      variable = true;
      narrowed = [...narrowed, { variable: condition.name.value, is }];
    }
    return narrowed;
  }

  return { collect, usesVariables: () => variable };
}
