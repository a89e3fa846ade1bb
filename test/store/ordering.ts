import { expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from '../../src/store/store.ts';
import { digestOf, move, tagOf } from './given.ts';
import { openNaive, type NaiveLog } from './naive.ts';
import type { Abilities, Place } from './place.ts';
import { createRandom } from './random.ts';

const writers = 8;
const tailers = 3;
const changesEach = 40;
const names = ['a', 'b', 'c', 'd', 'e', 'f'];

/** What a tailer saw: positions in their order, and of each tag the last image. */
interface Seen {
  readonly positions: readonly number[];
  readonly last: ReadonlyMap<string, string>;
}

/** What is wrong with what was seen of a log of `count` events, whose tags point at `images` now. Nothing, if it is right. */
function faults(seen: Seen, count: number, images: ReadonlyMap<string, string>): readonly string[] {
  const expected = Array.from({ length: count }, (_, at) => at + 1);
  const holes = expected.filter((position) => !seen.positions.includes(position));
  const isInOrder = seen.positions.every((position, at) => position === (seen.positions[at - 1] ?? 0) + 1);
  const stale = [...images].filter(([name, image]) => seen.last.get(name) !== image).map(([name]) => name);
  return [
    ...(holes.length > 0 ? [`${String(holes.length)} events were passed over`] : []),
    ...(isInOrder ? [] : ['positions are not contiguous']),
    ...stale.map((name) => `the last event of ${name} is not what it points at`),
  ];
}

/** Many write while others follow; and the same with a log made the naive way, which must be found out. */
export function describeOrdering({ isShared }: Abilities, place: () => Place): void {
  it('shows every event to everybody, in the order of the commits and without a gap', async () => {
    const stores = await Promise.all(Array.from({ length: isShared ? 4 : 1 }, () => place().open()));
    let isWriting = true;
    const tailing = Array.from({ length: tailers }, (_, at) => tail(stores[at % stores.length]!, () => isWriting));
    await write((random, writer) => {
      const name = names[Math.floor(random() * names.length)]!;
      return move(stores[writer % stores.length]!, tagOf(name), `${String(writer)} ${String(random())}`);
    });
    isWriting = false;
    const { head } = await stores[0]!.log.bounds();
    expect(head).toBe(writers * changesEach);
    const tags = await stores[0]!.tags.get(names.map((name) => tagOf(name)));
    const images = new Map(tags.map((tag, at) => [names[at]!, tag?.digest ?? '']));
    for (const seen of await Promise.all(tailing)) expect(faults(seen, head, images)).toEqual([]);
  }, 30_000);

  it('would be found out if it took positions as the naive way does', async () => {
    const log = await openNaive(place().url);
    let isWriting = true;
    const tailing = Array.from({ length: tailers }, () => tailNaive(log, () => isWriting));
    await write((random, writer) =>
      log.append(names[Math.floor(random() * names.length)]!, digestOf(`${String(writer)} ${String(random())}`), () =>
        pause(random() * 8),
      ),
    );
    isWriting = false;
    const seen = await Promise.all(tailing);
    const images = await log.images();
    await log.close();
    expect(seen.flatMap((one) => faults(one, writers * changesEach, images))).not.toEqual([]);
  }, 30_000);
}

/** Lets all writers make their changes, each one after the other, with pauses of any length. */
async function write(make: (random: () => number, writer: number) => Promise<unknown>): Promise<void> {
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const random = createRandom(writer + 1);
      for (let made = 0; made < changesEach; made += 1) {
        await make(random, writer);
        await pause(random() * 3);
      }
    }),
  );
}

async function tail(store: Store, isWriting: () => boolean): Promise<Seen> {
  const positions: number[] = [];
  const last = new Map<string, string>();
  for (;;) {
    const isLast = !isWriting();
    const page = await store.log.read({ order: 'OLDEST_FIRST', after: positions.at(-1) ?? 0, limit: 7 });
    for (const { sequence, subject, digest } of page.events) {
      positions.push(sequence);
      last.set(subject.tag, digest ?? '');
    }
    if (isLast && !page.hasMore) return { positions, last };
    if (!page.hasMore) await pause(1);
  }
}

async function tailNaive(log: NaiveLog, isWriting: () => boolean): Promise<Seen> {
  const positions: number[] = [];
  const last = new Map<string, string>();
  for (;;) {
    const isLast = !isWriting();
    const rows = await log.after(positions.at(-1) ?? 0);
    for (const { id, name, digest } of rows) {
      positions.push(id);
      last.set(name, digest);
    }
    if (isLast && rows.length === 0) return { positions, last };
    if (rows.length === 0) await pause(1);
  }
}
