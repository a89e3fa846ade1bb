/** The coerced variables of an operation. */
export type Variables = Readonly<Record<string, unknown>>;

/** A number that the variables of an operation may decide. */
export type Quantity = (variables: Variables) => number;

/** What `@skip` and `@include` ask of variables for a selection to count: all of it. Empty: it always counts. */
export type Guard = readonly { readonly variable: string; readonly is: boolean }[];

/**
 * What an operation needs of one object with an identity, and of the objects below it. Facts that several fields of the
 * object need stand here once: they are read once.
 */
export interface ObjectPlan {
  /** By what tells one fact from another; counts while any of its guards holds. */
  readonly needs: ReadonlyMap<string, { readonly requests: Quantity; readonly guards: readonly Guard[] }>;
  /** Pages and lists by key: their items are the product. */
  readonly lists: readonly { readonly items: readonly Quantity[]; readonly guards: readonly Guard[] }[];
  readonly children: readonly ChildPlan[];
}

/** Objects below another: how many, and what each needs, by the types that each may have. */
export interface ChildPlan {
  /** The factors that multiply requests: pages, keys and unpaged lists. */
  readonly each: readonly Quantity[];
  /** The factors that multiply nodes: unpaged lists are not among them. */
  readonly listed: readonly Quantity[];
  readonly types: readonly ObjectPlan[];
}

/** What an operation may come to. */
export interface OperationCost {
  /** Requests to registries with nothing cached; requests for tokens are not counted. */
  readonly requests: number;
  /** Items of connections, and of lists by key. */
  readonly nodes: number;
}

/** The cost of a plan with the given variables; of an object that may have several types, the dearest. */
export function costOf(plan: ObjectPlan, variables: Variables): OperationCost {
  let requests = 0;
  let nodes = 0;
  for (const need of plan.needs.values()) {
    if (holds(need.guards, variables)) requests += need.requests(variables);
  }
  for (const list of plan.lists) {
    if (holds(list.guards, variables)) nodes += product(list.items, variables);
  }
  for (const child of plan.children) {
    const costs = child.types.map((type) => costOf(type, variables));
    requests += product(child.each, variables) * Math.max(0, ...costs.map((cost) => cost.requests));
    nodes += product(child.listed, variables) * Math.max(0, ...costs.map((cost) => cost.nodes));
  }
  return { requests, nodes };
}

function holds(guards: readonly Guard[], variables: Variables): boolean {
  return guards.some((guard) => guard.every(({ variable, is }) => variables[variable] === is));
}

function product(factors: readonly Quantity[], variables: Variables): number {
  return factors.reduce((sum, factor) => sum * factor(variables), 1);
}
