import { setImmediate } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { forgetOnceKeys } from './once.ts';
import type { Session } from './session.ts';

/** How many rows one call drops, and one transaction of it. */
const most = { rows: 5000, atOnce: 1000 };

/**
 * Drops what the log does not keep any longer, oldest first; whether there may be more. It looks at no more events than it
 * may drop. The floor is raised before anything is deleted: a reader never finds a hole above it, and what a crash
 * left below it goes with the next call.
 */
export async function trimLog(
  engine: Engine,
  keep: { readonly age: number; readonly events: number },
): Promise<boolean> {
  const floor = await engine.transaction((session) => raiseFloor(session, keep));
  const hasMoreEvents = await inPortions(engine, (session, count) => deleteEvents(session, floor, count));
  const hasMoreKeys = await inPortions(engine, forgetOnceKeys);
  return hasMoreEvents || hasMoreKeys;
}

/** Deletes rows, some in each transaction, so that others get their turns; whether there may be more. */
async function inPortions(
  engine: Engine,
  drop: (session: Session, count: number) => Promise<number>,
): Promise<boolean> {
  for (let dropped = 0; dropped < most.rows; dropped += most.atOnce) {
    if ((await engine.transaction((session) => drop(session, most.atOnce))) < most.atOnce) return false;
    await setImmediate();
  }
  return true;
}

function deleteEvents(session: Session, floor: number, count: number): Promise<number> {
  return session.run(
    `DELETE FROM tag_events WHERE sequence IN
      (SELECT sequence FROM tag_events WHERE sequence <= $1 ORDER BY sequence LIMIT $2)`,
    [floor, count],
  );
}

async function raiseFloor(session: Session, keep: { readonly age: number; readonly events: number }): Promise<number> {
  const [bounds] = await session.all<{ floor: number; head: number }>(
    'SELECT floor, head FROM event_head WHERE id = 1',
  );
  const { floor, head } = bounds ?? { floor: 0, head: 0 };
  const end = Math.min(floor + most.rows, head);
  const [young] = await session.all<{ first: number | null }>(
    'SELECT min(sequence) AS first FROM tag_events WHERE sequence > $1 AND sequence <= $2 AND observed_at >= $3',
    [floor, end, (await session.now()) - keep.age],
  );
  const tooOld = (young?.first ?? end + 1) - 1;
  const tooMany = Math.min(head - keep.events, end);
  const raised = Math.max(floor, tooOld, tooMany);
  // Whoever else is trimming may have raised it higher.
  if (raised > floor)
    await session.run('UPDATE event_head SET floor = $1 WHERE id = 1 AND floor < $2', [raised, raised]);
  return raised;
}
