import type { Store } from '../../src/store/store.ts';

/** Where a store is kept. */
export interface Place {
  /** As the store's URL. */
  readonly url: string;
  /** Opens the store; closed by {@link Place.remove} if not before. */
  readonly open: () => Promise<Store>;
  /** Closes what is open, and removes the store. */
  readonly remove: () => Promise<void>;
}

/** What an engine can do that another cannot. */
export interface Abilities {
  readonly name: string;
  /** Whether what was stored is there when it is opened again. */
  readonly isKept: boolean;
  /** Whether two may have it open at once. */
  readonly isShared: boolean;
  /** How many stores are held against a model. */
  readonly modelRuns: number;
  readonly makePlace: () => Promise<Place>;
}

/** A place whose stores are opened by a function, and whose remains are removed by another. */
export function createPlace(url: string, openAt: (url: string) => Promise<Store>, remove: () => void): Place {
  const stores: Store[] = [];
  return {
    url,
    open: async () => {
      const store = await openAt(url);
      stores.push(store);
      return store;
    },
    remove: async () => {
      await Promise.all(stores.map((store) => store.close()));
      remove();
    },
  };
}
