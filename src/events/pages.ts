import type { EventLog } from '../store/store.ts';
import type { EventFilter } from './filter.ts';
import type { RecentEvents, RecentPage } from './recent.ts';

/** The log up to where this process has read it: from memory where that reaches back far enough, else from the store. */
export interface LogPages {
  readonly epoch: () => string;
  readonly position: () => number;
  /** Whether the log has got as far as a position: one beyond it is of a store that was restored since. */
  readonly reaches: (sequence: number) => Promise<boolean>;
  /** The next events that match after a position, at most so many; `expired` where some may not be kept any more. */
  readonly read: (filter: EventFilter, after: number, limit: number) => Promise<RecentPage | 'expired'>;
}

export interface LogPagesOptions {
  readonly epoch: () => string;
  readonly log: EventLog;
  readonly recent: RecentEvents;
  readonly position: () => number;
}

export function createLogPages({ epoch, log, recent, position }: LogPagesOptions): LogPages {
  return {
    epoch,
    position,
    reaches: async (sequence) => sequence <= position() || (await log.bounds()).head >= sequence,
    read: async (filter, after, limit) => {
      // One page a turn: whoever reads much lets others have theirs.
      await new Promise((resolve) => setImmediate(resolve));
      if (recent.hasAllAfter(after)) return recent.read(filter, after, limit);
      const through = position();
      if (after >= through) return { events: [], through: after };
      const page = await log.read({ order: 'OLDEST_FIRST', after, through, limit, filter: filter.log });
      if (page.floor > after) return 'expired';
      return { events: page.events, through: page.hasMore ? page.through : through };
    },
  };
}
