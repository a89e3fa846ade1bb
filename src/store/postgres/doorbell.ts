import pg from 'pg';
import { createDoorbell, type Doorbell } from '../doorbell.ts';
import type { ConnectionOptions, Connections } from './connections.ts';
import { send } from './connections.ts';

/** A doorbell that rings in all processes on one database. */
export interface SharedDoorbell extends Doorbell {
  readonly close: () => Promise<void>;
}

const channel = 'tributary_events';
/** PostgreSQL takes a lock of the whole cluster for each NOTIFY: it is sent at most so often, and never in a change. */
const notifyEveryMs = 10;
const firstPauseMs = 100;
const longestPauseMs = 1000;

/**
 * Rings by NOTIFY and hears by LISTEN, on a connection of its own that is never in a transaction. While that is down nothing is
 * heard, so it rings once it is up again. A ring that cannot be sent is let go: who listens also looks by the clock.
 */
export function createSharedDoorbell(options: ConnectionOptions, connections: Connections): SharedDoorbell {
  const local = createDoorbell();
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let pauseMs = firstPauseMs;

  function listen(): void {
    const next = new pg.Client(options);
    client = next;
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      if (isClosed) return;
      next.end().catch(() => undefined);
      timer = setTimeout(listen, pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    };
    next.on('error', again);
    next.on('end', again);
    next.on('notification', local.ring);
    next
      .connect()
      .then(() => send(next, `LISTEN ${channel}`))
      .then(() => {
        pauseMs = firstPauseMs;
        // Before this nothing was heard.
        local.ring();
      })
      .catch(again);
  }

  const notify = createNotifier(() => connections.use((connection) => send(connection, `NOTIFY ${channel}`)));
  listen();
  return {
    ring: () => {
      local.ring();
      notify.soon();
    },
    onRing: local.onRing,
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await notify.close();
      await client?.end().catch(() => undefined);
    },
  };
}

/** Sends at once, or when the time since the last one has passed; asked for several times meanwhile, once. */
function createNotifier(notify: () => Promise<unknown>): {
  readonly soon: () => void;
  readonly close: () => Promise<void>;
} {
  let sending: Promise<void> | undefined;
  let isWanted = false;
  let isClosed = false;

  async function sendAll(): Promise<void> {
    while (isWanted && !isClosed) {
      isWanted = false;
      await notify().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, notifyEveryMs).unref());
    }
    sending = undefined;
  }
  return {
    soon: () => {
      isWanted = true;
      sending ??= sendAll();
    },
    close: async () => {
      isClosed = true;
      await sending;
    },
  };
}
