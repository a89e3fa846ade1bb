import { Kind } from 'graphql';
import type {
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from 'graphql';
import type { DocumentLimit } from '../limits.ts';

/** What an operation amounts to with its fragments unfolded. */
export type Measures = Readonly<Record<DocumentLimit, number>>;

const nothing: Measures = { depth: 0, aliases: 0, directives: 0, rootFields: 0, selections: 0 };

/**
 * Measures each operation of a document, in time linear in its text: a fragment is measured once, however often it is
 * spread. Documents that are not valid are safe too; a fragment within itself counts nothing there.
 */
export function measure(document: DocumentNode): ReadonlyMap<OperationDefinitionNode, Measures> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const known = new Map<string, Measures>();

  function ofFragment(name: string): Measures {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, nothing);
    const fragment = fragments.get(name);
    if (fragment === undefined) return nothing;
    const inside = ofSelections(fragment.selectionSet);
    const measures = { ...inside, directives: inside.directives + count(fragment.directives) };
    known.set(name, measures);
    return measures;
  }

  function ofSelections(set: SelectionSetNode): Measures {
    const sum = { ...nothing };
    for (const selection of set.selections) {
      const one = ofSelection(selection);
      sum.depth = Math.max(sum.depth, one.depth);
      sum.aliases += one.aliases;
      sum.directives += one.directives + count(selection.directives);
      sum.rootFields += one.rootFields;
      sum.selections += one.selections + 1;
    }
    return sum;
  }

  function ofSelection(node: SelectionNode): Measures {
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value);
    if (node.kind === Kind.INLINE_FRAGMENT) return ofSelections(node.selectionSet);
    const inside = node.selectionSet === undefined ? nothing : ofSelections(node.selectionSet);
    return {
      ...inside,
      depth: isIntrospection(node.name.value) ? 1 : inside.depth + 1,
      aliases: inside.aliases + (node.alias === undefined ? 0 : 1),
      rootFields: 1,
    };
  }

  function ofOperation(node: OperationDefinitionNode): Measures {
    const inside = ofSelections(node.selectionSet);
    const variables = (node.variableDefinitions ?? []).reduce((sum, variable) => sum + count(variable.directives), 0);
    return { ...inside, directives: inside.directives + count(node.directives) + variables };
  }

  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return new Map(operations.map((operation) => [operation, ofOperation(operation)]));
}

/** The fields through which a schema is asked about itself, besides `__typename`. */
export function isIntrospection(field: string): boolean {
  return field === '__schema' || field === '__type';
}

function count(nodes: readonly unknown[] | undefined): number {
  return nodes?.length ?? 0;
}
