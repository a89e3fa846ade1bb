import { functions, isGroup, isList, isTrue, shown, type Method, type Value } from './template-functions.ts';
import type { Command, Nodes, Pipeline, TemplateNode, Term } from './template-syntax.ts';

/** The variables of a block, and those of the blocks around it. */
interface Scope {
  readonly variables: Map<string, Value>;
  readonly outer: Scope | undefined;
}

/** Where an action stands: what `.` is, and which variables there are. */
interface Place {
  readonly dot: Value;
  readonly scope: Scope;
}

/** Renders templates that may include each other by the names that `define` gave. */
export function createRenderer(templates: readonly Nodes[]): (nodes: Nodes, dot: Value) => string {
  const defined = new Map(
    templates.flat().flatMap((node) => (node.kind === 'define' ? [[node.name, node.body] as const] : [])),
  );
  const known: Readonly<Record<string, Method>> = {
    ...functions,
    include: (name, dot) => {
      const body = typeof name === 'string' ? defined.get(name) : undefined;
      if (body === undefined) throw new Error(`a template includes ${JSON.stringify(name)}, which none defines`);
      return renderWhole(body, dot);
    },
  };

  function renderWhole(nodes: Nodes, dot: Value): string {
    return renderNodes(nodes, { dot, scope: { variables: new Map([['', dot]]), outer: undefined } });
  }

  function renderNodes(nodes: Nodes, { dot, scope }: Place): string {
    const place = { dot, scope: { variables: new Map<string, Value>(), outer: scope } };
    return nodes.map((node) => renderNode(node, place)).join('');
  }

  function renderNode(node: TemplateNode, place: Place): string {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'print':
        return shown(evaluate(node.value, place));
      case 'define':
        return '';
      case 'assign': {
        const { variables } = node.isNew ? place.scope : scopeOf(node.name, place.scope);
        variables.set(node.name, evaluate(node.value, place));
        return '';
      }
      case 'if':
      case 'with': {
        const value = evaluate(node.value, place);
        if (!isTrue(value)) return renderNodes(node.otherwise, place);
        return renderNodes(node.body, node.kind === 'with' ? { ...place, dot: value } : place);
      }
      case 'range':
        return entriesOf(evaluate(node.value, place))
          .map(([key, value]) => renderNodes(node.body, inside(node.names, key, value, place)))
          .join('');
    }
  }

  function inside(names: readonly string[], key: Value, value: Value, { scope }: Place): Place {
    const given = names.length === 2 ? [key, value] : [value];
    const variables = new Map(names.map((name, index) => [name, given[index]]));
    return { dot: value, scope: { variables, outer: scope } };
  }

  function evaluate(pipeline: Pipeline, place: Place): Value {
    return pipeline.reduce<{ readonly value: Value } | undefined>(
      (before, command) => ({ value: call(command, before === undefined ? [] : [before.value], place) }),
      undefined,
    )?.value;
  }

  function call([first, ...others]: Command, piped: readonly Value[], place: Place): Value {
    if (first === undefined) throw new Error('a template has an empty command');
    const given = [...others.map((term) => argument(term, place)), ...piped];
    const called = valueOf(first, place);
    if (typeof called === 'function') return called(...given);
    if (given.length > 0) throw new Error('a template gives arguments to what is no function');
    return called;
  }

  /** A function among the arguments is called, as in `default list`. */
  function argument(term: Term, place: Place): Value {
    const value = valueOf(term, place);
    return typeof value === 'function' ? value() : value;
  }

  function valueOf(term: Term, { dot, scope }: Place): Value {
    switch (term.kind) {
      case 'literal':
        return term.value;
      case 'group':
        return evaluate(term.value, { dot, scope });
      case 'path': {
        const { variable, fields } = term;
        return fields.reduce(fieldOf, variable === undefined ? dot : scopeOf(variable, scope).variables.get(variable));
      }
      case 'function': {
        const found = Object.hasOwn(known, term.name) ? known[term.name] : undefined;
        if (found === undefined) throw new Error(`a template calls ${term.name}, which is not known here`);
        return found;
      }
    }
  }

  return renderWhole;
}

function fieldOf(value: Value, field: string): Value {
  if (!isGroup(value)) throw new Error(`a template asks for ${field} of ${typeof value}`);
  return Object.hasOwn(value, field) ? value[field] : undefined;
}

function scopeOf(name: string, scope: Scope): Scope {
  if (scope.variables.has(name)) return scope;
  if (scope.outer === undefined) throw new Error(`a template has $${name}, which nothing set`);
  return scopeOf(name, scope.outer);
}

/** What `range` goes through: a list, a dictionary by its keys in order, or nothing. */
function entriesOf(value: Value): readonly (readonly [Value, Value])[] {
  if (value === undefined) return [];
  if (isList(value)) return value.map((item, index) => [BigInt(index), item]);
  if (isGroup(value))
    return Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : Number(left > right)));
  throw new Error(`a template ranges over ${typeof value}`);
}
