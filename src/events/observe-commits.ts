import type { TagChange, TagEventCause } from '../domain/tag-event.ts';
import type { Store } from '../store/store.ts';

/** The same store; tells of each event that was committed through it. */
export function observeCommits(store: Store, onCommitted: (cause: TagEventCause) => void): Store {
  const { cursorKey, answered, tags, imageStreams, log, leases, close } = store;
  return {
    ...{ cursorKey, answered, tags, imageStreams, log, leases, close },
    // It may become another while the store is open.
    get epoch() {
      return store.epoch;
    },
    change: async (change) => {
      let events: readonly TagChange[] = [];
      const changed = await store.change({
        ...change,
        decide: (known) => {
          const decision = change.decide(known);
          // It is decided again where the transaction has to be repeated: the last time counts.
          events = decision.events ?? [];
          return decision;
        },
      });
      if (changed.kind === 'changed') for (const { cause } of events) onCommitted(cause);
      return changed;
    },
  };
}
