import type { EventPosition } from '../events/delivery.ts';
import type { CursorCodec } from './cursor.ts';

/** One kind for all fields of events: a cursor of one goes on in any other. */
const kind = 'tag events';

/** A position in the log of events as a cursor. */
export function sealPosition(cursors: CursorCodec, { epoch, sequence }: EventPosition): string {
  return cursors.seal(kind, { epoch, sequence });
}

/** The position that a cursor holds. Throws CURSOR_INVALID. */
export function openPosition(cursors: CursorCodec, cursor: string): EventPosition {
  return cursors.open(kind, cursor, isPosition);
}

function isPosition(value: unknown): value is EventPosition {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, sequence } = value as Partial<Record<keyof EventPosition, unknown>>;
  return typeof epoch === 'string' && Number.isSafeInteger(sequence);
}
