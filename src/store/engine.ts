import type { Dialect, Session } from './session.ts';

/** What the store is built on: sessions, transactions, and a doorbell that tells of new events. */
export interface Engine {
  readonly dialect: Dialect;
  /** As of the store; another one after PostgreSQL was restored or failed over. */
  readonly epoch: () => string;
  readonly cursorKey: Uint8Array;
  /** Single statements that see what is committed, and nothing else. */
  readonly read: Session['all'];
  /** Statements that all see one state. */
  readonly snapshot: Work;
  /** All that the work changes, or nothing. Broken off by the engine it is begun again, so it must change nothing else. */
  readonly transaction: Work;
  /** The same on a connection of its own: changes of the log wait for nobody but each other. */
  readonly change: Work;
  /** Tells everybody, in this process and others, that there are new events. */
  readonly ring: () => void;
  /** Calls back when somebody rang; it may come for nothing. */
  readonly onRing: (listener: () => void) => () => void;
  readonly close: () => Promise<void>;
}

/** Does some work within a transaction, and answers what it answered. */
export type Work = <Result>(work: (session: Session) => Promise<Result>) => Promise<Result>;
