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
  // Sealing costs a cipher each, so an edge's cursor is made only when it is asked for.
  const edges = listing.items.map(({ position }, index) => ({
    get cursor() {
      return cursorOf(position);
    },
    get node() {
      return nodes[index] as Node;
    },
  }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: listing.hasNext,
      hasPreviousPage: !isFirstPage,
      get startCursor() {
        return edges[0]?.cursor;
      },
      get endCursor() {
        return listing.end === undefined ? undefined : cursorOf(listing.end);
      },
    },
    totalCount: listing.total,
    truncated: listing.truncated,
  };
}
