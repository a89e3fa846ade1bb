import type { EventFilter } from '../events/filter.ts';
import type { HistoryPage, HistoryQuery } from '../events/history.ts';
import type { GraphQLContext } from './context.ts';
import { openPosition, sealPosition } from './event-cursor.ts';
import { eventModel } from './event-model.ts';
import type { TagEventConnectionModel, TagEventModel } from './models.ts';

/** A page of events, as arguments ask for it. */
export interface EventPageQuery {
  readonly filter: EventFilter;
  readonly order: HistoryQuery['order'];
  readonly first: number;
  /** A cursor of any event field. */
  readonly after: string | null | undefined;
}

/** A page of events as a connection. Rejects with CURSOR_INVALID, and with CURSOR_EXPIRED where something may be missing. */
export async function eventPage(
  { cursors, history }: GraphQLContext,
  { filter, order, first, after }: EventPageQuery,
): Promise<TagEventConnectionModel> {
  const position = after == null ? undefined : openPosition(cursors, after);
  const page = await history.page({ filter, order, first, after: position });
  return connection(page, after == null, (at) => sealPosition(cursors, at));
}

function connection(
  { events, epoch, end, hasNext }: HistoryPage,
  isFirstPage: boolean,
  seal: (position: TagEventModel['position']) => string,
): TagEventConnectionModel {
  const nodes = events.map((event) => eventModel(epoch, event));
  return {
    get edges() {
      return nodes.map((node) => ({ cursor: seal(node.position), node }));
    },
    nodes,
    pageInfo: {
      hasNextPage: hasNext,
      hasPreviousPage: !isFirstPage,
      startCursor: nodes[0] && seal(nodes[0].position),
      endCursor: end && seal(end),
    },
    totalCount: undefined,
  };
}
