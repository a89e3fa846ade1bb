import { randomBytes, randomUUID } from 'node:crypto';
import type { Session } from './session.ts';

/** What is made with a store, and stays. */
export interface StoreMeta {
  readonly epoch: string;
  readonly cursorKey: Uint8Array;
}

/** Reads what was made with the store, in the transaction of the session; makes what is not there. */
export async function readMeta(session: Session): Promise<StoreMeta> {
  const epoch = await valueOf(session, 'epoch', randomUUID());
  const key = await valueOf(session, 'cursor_key', randomBytes(32).toString('base64'));
  return { epoch, cursorKey: new Uint8Array(Buffer.from(key, 'base64')) };
}

/** A value of the store under a name; where there is none, `otherwise`, which it has from then on. */
export async function valueOf(session: Session, name: string, otherwise: string): Promise<string> {
  const [row] = await session.all<{ value: string }>(
    // Over itself: a row that is there is answered only where it is written.
    `INSERT INTO store_meta (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET value = store_meta.value RETURNING value`,
    [name, otherwise],
  );
  return row?.value ?? otherwise;
}
