import { GraphQLError, getOperationAST, getVariableValues, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode, ParseOptions, ValidationRule } from 'graphql';
import type { Viewer } from '../access/access.ts';
import { isGatewayError } from '../domain/errors.ts';
import type { GatewayError } from '../domain/errors.ts';
import type { Budget } from './budget.ts';
import { costOf } from './cost.ts';
import type { ObjectPlan, OperationCost, Variables } from './cost.ts';
import { createPlanner } from './cost-plan.ts';
import { unwrap } from './errors.ts';
import { limitExceeded } from './limits.ts';
import type { OperationLimits } from './limits.ts';
import { noIntrospection } from './rules/no-introspection.ts';
import { withinLimits } from './rules/within-limits.ts';

/**
 * Decides which operations are executed: the same for every transport. HTTP leaves parsing and validation to Apollo
 * Server, which is given `parseOptions`, `validationRules` and `validationOptions`, and calls `admit` when it knows the
 * operation; the others call `parse`, `validate` and `admit` one after the other.
 */
export interface Admission {
  readonly limits: OperationLimits;
  readonly parseOptions: ParseOptions;
  /** The rules besides those of the specification. */
  readonly validationRules: readonly ValidationRule[];
  readonly validationOptions: { readonly maxErrors: number; readonly hideSuggestions: boolean };
  /** The document of a text; throws a GraphQLError with GRAPHQL_PARSE_FAILED, also for more tokens than are allowed. */
  parse(source: string): DocumentNode;
  /** What is wrong with a document, each with its code; empty where nothing is. A document without errors is looked at once. */
  validate(document: DocumentNode): readonly GraphQLError[];
  /**
   * Whether an operation of a validated document may be executed with these variables. One that may is paid for from the
   * viewer's budget, and has to be settled.
   */
  admit(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Readonly<Record<string, unknown>> | null | undefined,
    viewer: Viewer,
  ): Verdict;
}

export type Verdict = Admitted | Refused;

/** An operation that may be executed, with what it may come to. */
export interface Admitted extends OperationCost {
  readonly kind: 'admitted';
  readonly operation: OperationDefinitionNode;
  /** The variables with their types' values and defaults. */
  readonly variables: Variables;
  /** To be called once, with the requests that it led to: what it did not need is given back to the viewer's budget. */
  readonly settle: (used: number) => void;
}

/** An operation that is refused, and why: for the values of its variables, perhaps for several; or for itself. */
export type Refused =
  | { readonly kind: 'refused'; readonly reason: 'variables'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'refused'; readonly reason: 'operation' | 'limit'; readonly errors: readonly [GraphQLError] };

export interface AdmissionOptions {
  readonly schema: GraphQLSchema;
  readonly limits: OperationLimits;
  /** Whether `__schema` and `__type` may be asked, and error messages may suggest names. */
  readonly introspection: boolean;
  /** What callers may spend; without it, they may without end. */
  readonly budget?: Budget | undefined;
}

/** What stays the same from one request of an operation to the next. */
interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly plan: ObjectPlan;
  /** The cost, where no variable changes it. */
  readonly fixed: OperationCost | undefined;
}

const noVariables: Variables = {};

/** An admission for a schema. It remembers what it learnt of a document for as long as somebody holds the document. */
export function createAdmission({ schema, limits, introspection, budget }: AdmissionOptions): Admission {
  const hideSuggestions = !introspection;
  const parseOptions = { maxTokens: limits.tokens };
  const validationOptions = { maxErrors: limits.validationErrors, hideSuggestions };
  const validationRules = [withinLimits(limits), ...(introspection ? [] : [noIntrospection])];
  const plan = createPlanner(schema, limits);
  const pay = budget?.take ?? (() => () => undefined);
  const valid = new WeakSet<DocumentNode>();
  const prepared = new WeakMap<DocumentNode, Map<string, Prepared>>();

  function validateOnce(document: DocumentNode): readonly GraphQLError[] {
    if (valid.has(document)) return [];
    const errors = validate(schema, document, [...specifiedRules, ...validationRules], validationOptions);
    if (errors.length === 0) valid.add(document);
    return errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
  }

  function prepare(document: DocumentNode, operation: OperationDefinitionNode): Prepared {
    const byName = prepared.get(document) ?? new Map<string, Prepared>();
    prepared.set(document, byName);
    const name = operation.name?.value ?? '';
    const known = byName.get(name);
    if (known !== undefined) return known;
    const { root, usesVariables } = plan(document, operation);
    const made = { operation, plan: root, fixed: usesVariables ? undefined : costOf(root, noVariables) };
    byName.set(name, made);
    return made;
  }

  const admit: Admission['admit'] = (document, operationName, variables, viewer) => {
    const operation = getOperationAST(document, operationName);
    if (!operation) return { kind: 'refused', reason: 'operation', errors: [unknownOperation(operationName)] };
    const definitions = operation.variableDefinitions ?? [];
    const maxErrors = limits.coercionErrors;
    const { coerced = noVariables, errors } =
      definitions.length === 0
        ? {}
        : getVariableValues(schema, definitions, variables ?? {}, { maxErrors, hideSuggestions });
    if (errors)
      return { kind: 'refused', reason: 'variables', errors: errors.map((error) => coded(error, 'BAD_USER_INPUT')) };
    try {
      const { plan: root, fixed } = prepare(document, operation);
      const cost = fixed ?? costOf(root, coerced);
      if (cost.requests > limits.cost) throw limitExceeded('cost', cost.requests, limits.cost);
      if (cost.nodes > limits.nodes) throw limitExceeded('nodes', cost.nodes, limits.nodes);
      return { kind: 'admitted', operation, variables: coerced, ...cost, settle: pay(viewer, cost.requests) };
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      return { kind: 'refused', reason: 'limit', errors: [refusal(error, operation)] };
    }
  };

  return {
    limits,
    parseOptions,
    validationRules,
    validationOptions,
    parse: (source) => parseWithin(source, parseOptions),
    validate: validateOnce,
    admit,
  };
}

function parseWithin(source: string, options: ParseOptions): DocumentNode {
  try {
    return parse(source, options);
  } catch (error) {
    if (error instanceof GraphQLError) throw coded(error, 'GRAPHQL_PARSE_FAILED');
    // The parser recurses; how deep it can is nobody's business.
    throw new GraphQLError('the document nests too deep to be read', { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  }
}

function unknownOperation(name: string | null | undefined): GraphQLError {
  const message =
    name == null
      ? 'the document holds no operation, or several: say which one with operationName'
      : `the document holds no operation of the name that operationName says`;
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}

/** The error with a code; one that was raised with a code of its own keeps it. */
function coded(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, originalError, extensions } = error;
  const original = unwrap(error);
  const own = isGatewayError(original) ? original.code : code;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    originalError: originalError ?? null,
    extensions: { code: own, ...extensions },
  });
}

function refusal(error: GatewayError, operation: OperationDefinitionNode): GraphQLError {
  const extensions = { code: error.code, ...error.details };
  return new GraphQLError(error.message, { nodes: operation, originalError: error, extensions });
}
