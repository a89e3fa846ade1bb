import type { Listing } from '../images/listing.ts';

/** A listing in the form of a connection (Relay's cursor connections), its positions sealed as cursors. */
export function connectionOf<Item, Position, Node>(
  listing: Listing<Item, Position>,
  isFirstPage: boolean,
  cursorOf: (position: Position) => string,
  nodeOf: (item: Item) => Node,
): {
  edges: { cursor: string; node: Node }[];
  nodes: Node[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | undefined;
    endCursor: string | undefined;
  };
  totalCount: number | undefined;
  truncated: boolean;
} {
  const nodes = listing.items.map(({ item }) => nodeOf(item));
  return {
    // Sealing costs a cipher each, so an edge's cursor is made only when it is asked for.
    get edges() {
      return listing.items.map(({ position }, index) => ({
        get cursor() {
          return cursorOf(position);
        },
        node: nodes[index] as Node,
      }));
    },
    nodes,
    pageInfo: {
      hasNextPage: listing.hasNext,
      hasPreviousPage: !isFirstPage,
      get startCursor() {
        const [first] = listing.items;
        return first && cursorOf(first.position);
      },
      get endCursor() {
        return listing.end === undefined ? undefined : cursorOf(listing.end);
      },
    },
    totalCount: listing.total,
    truncated: listing.truncated,
  };
}
