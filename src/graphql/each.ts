/**
 * Answers for a list whose items fail, or are absent, each for itself. Executors await the items of a list (graphql-js,
 * "completeListValue"); the generated types know promises of items there, but not promises of absent ones.
 */
export function each<Item>(items: readonly Promise<Item | undefined>[]): Promise<Item>[] {
  return items as Promise<Item>[];
}
