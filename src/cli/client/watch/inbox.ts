/** What came and is not handled yet. */
export interface Inbox<Item> {
  readonly put: (item: Item) => void;
  /** Takes no more, and waits for what is being handled. */
  readonly close: () => Promise<void>;
}

export interface InboxOptions<Item> {
  /** Handles one item; the next waits for it. What it throws ends the inbox. */
  readonly handle: (item: Item) => Promise<void>;
  /** How many may wait. */
  readonly limit: number;
  /** Told when that many wait, and when none does after that. */
  readonly onFull: () => void;
  readonly onEmpty: () => void;
  readonly onError: (error: unknown) => void;
}

/** Hands items on, one at a time and in their order. */
export function createInbox<Item>({ handle, limit, onFull, onEmpty, onError }: InboxOptions<Item>): Inbox<Item> {
  const waiting: Item[] = [];
  let isClosed = false;
  let isFull = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    try {
      for (let item = waiting.shift(); item !== undefined && !isOver(); item = waiting.shift()) await handle(item);
    } catch (error) {
      isClosed = true;
      onError(error);
    } finally {
      running = undefined;
    }
    if (isClosed || !isFull) return;
    isFull = false;
    onEmpty();
  }

  function isOver(): boolean {
    return isClosed;
  }

  return {
    put: (item) => {
      if (isClosed) return;
      waiting.push(item);
      running ??= run();
      if (isFull || waiting.length < limit) return;
      isFull = true;
      onFull();
    },
    close: async () => {
      isClosed = true;
      await running;
    },
  };
}
