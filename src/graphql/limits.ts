import { GatewayError } from '../domain/errors.ts';

/** What one operation may be, whatever transport brings it. */
export interface OperationLimits {
  /** Lexical tokens of the document. */
  readonly tokens: number;
  /** Levels of fields; what lies below `__schema` and `__type` is held by graphql's own rule. */
  readonly depth: number;
  /** Fields with an alias, fragments counted wherever they are spread, as in all the following. */
  readonly aliases: number;
  readonly directives: number;
  /** Fields of the operation itself. */
  readonly rootFields: number;
  /** Fields, spreads and inline fragments: what fragments within fragments may unfold to. */
  readonly selections: number;
  /** Requests to registries that may become necessary with nothing cached. */
  readonly cost: number;
  /** Items of connections, `images` and `nodes`. */
  readonly nodes: number;
  /** Errors of validation that are reported. */
  readonly validationErrors: number;
  /** Errors in the values of variables that are reported. */
  readonly coercionErrors: number;
}

/** The limits where the configuration says nothing. They admit 100 tags with the platforms of each, and config and layers of every platform. */
export const defaultLimits: OperationLimits = {
  tokens: 1000,
  depth: 15,
  aliases: 15,
  directives: 50,
  rootFields: 10,
  selections: 10_000,
  cost: 2500,
  nodes: 10_000,
  validationErrors: 10,
  coercionErrors: 10,
};

/** The limits that the document alone decides, in the order in which they are checked. */
export const documentLimits = ['depth', 'aliases', 'directives', 'rootFields', 'selections'] as const;

export type DocumentLimit = (typeof documentLimits)[number];

const explanations: Readonly<Record<DocumentLimit | 'cost' | 'nodes', (value: string) => string>> = {
  depth: (value) => `the operation nests fields ${value} deep`,
  aliases: (value) => `the operation uses ${value} aliases`,
  directives: (value) => `the operation uses ${value} directives`,
  rootFields: (value) => `the operation asks ${value} fields of the root`,
  selections: (value) => `the operation unfolds to ${value} selections`,
  cost: (value) => `the operation may take ${value} requests to registries`,
  nodes: (value) => `the operation asks for ${value} nodes`,
};

/** The error of an operation beyond a limit: LIMIT_EXCEEDED with the limit's name, the value and the most that is allowed. */
export function limitExceeded(
  limit: keyof typeof explanations,
  value: number,
  max: number,
): GatewayError<'LIMIT_EXCEEDED'> {
  // Beyond 2^53 only the order of magnitude is known, and Infinity would be null in JSON.
  const shown = Math.min(value, Number.MAX_SAFE_INTEGER);
  const message = `${explanations[limit](String(shown))}, and at most ${String(max)} are allowed: ${
    limit === 'cost' || limit === 'nodes' ? 'ask for fewer items, or for less of each' : 'split it into several'
  }`;
  return new GatewayError('LIMIT_EXCEEDED', message, { limit, value: shown, max });
}

/** The error of an operation that its caller has not enough left for: LIMIT_EXCEEDED of `budget`, which gives way with time. */
export function budgetExceeded(
  needed: number,
  left: number,
  retryAfterSeconds: number,
): GatewayError<'LIMIT_EXCEEDED'> {
  const message = `the operation may take ${String(needed)} requests to registries, and ${String(left)} are left of your budget now: ask again in ${String(retryAfterSeconds)} s, or for less`;
  return new GatewayError('LIMIT_EXCEEDED', message, { limit: 'budget', value: needed, max: left, retryAfterSeconds });
}

/** A page size within 1 to 100; throws ARGUMENT_INVALID for any other, also for null. Never clamped: a client would take it for the whole. */
export function pageSize(first: number | null | undefined, argument = 'first'): number {
  if (typeof first === 'number' && Number.isInteger(first) && first >= 1 && first <= 100) return first;
  throw new GatewayError('ARGUMENT_INVALID', `${argument} is ${String(first)}: ask for 1 to 100`, { argument });
}

/** The items of an argument that takes at most 100; throws ARGUMENT_INVALID for more. */
export function atMost100<Item>(items: readonly Item[], argument: string): readonly Item[] {
  if (items.length <= 100) return items;
  throw new GatewayError(
    'ARGUMENT_INVALID',
    `${argument} has ${String(items.length)} items: ask for at most 100 at a time`,
    { argument },
  );
}
