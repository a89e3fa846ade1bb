import { expect, it } from '@jest/globals';
import type { TagEvent } from '../../src/domain/tag-event.ts';
import type { Store } from '../../src/store/store.ts';
import { startAppending } from './appending.ts';
import { digestOf } from './given.ts';
import type { Place } from './place.ts';
import { createRandom } from './random.ts';

/** How often the process is killed; more for a soak run. */
const rounds = Number(process.env['TRIBUTARY_CRASH_ROUNDS'] ?? 10);

/** Ends processes that write, and looks at what they leave. */
export function describeCrashes(place: () => Place): void {
  it(
    'has all that was acknowledged, and no holes, after each of many kills',
    async () => {
      const random = createRandom(4711);
      const acknowledged: string[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        const appending = startAppending(place().url, round);
        await appending.until(20 + Math.floor(random() * 300));
        await appending.kill();
        acknowledged.push(...appending.acknowledged);
      }
      const store = await place().open();
      await expectWhole(store, acknowledged);
    },
    60_000 + rounds * 10_000,
  );
}

/** Every acknowledged move (`NAME IMAGE`) is in the log, which has no holes and says of each tag what is stored of it. */
export async function expectWhole(store: Store, acknowledged: readonly string[]): Promise<void> {
  const events = await readWholeLog(store);
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
  const written = new Set(events.map(({ subject, digest }) => `${subject.tag} ${digest ?? ''}`));
  const lost = acknowledged.filter((line) => {
    const [name = '', image = ''] = line.split(' ');
    return !written.has(`${name} ${digestOf(image)}`);
  });
  expect(lost).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(0);

  const lastOf = new Map(events.map((event) => [event.subject.tag, event]));
  for (const { subject, digest, revision } of lastOf.values()) {
    if (subject.kind !== 'TAG') throw new Error('only tags were moved');
    expect(revision).toBe(events.filter((event) => event.subject.tag === subject.tag).length);
    expect((await store.tags.get([subject]))[0]?.digest).toBe(digest);
  }
}

async function readWholeLog(store: Store): Promise<readonly TagEvent[]> {
  const events: TagEvent[] = [];
  for (let hasMore = true; hasMore;) {
    const page = await store.log.read({ order: 'OLDEST_FIRST', after: events.length, limit: 1000 });
    events.push(...page.events);
    ({ hasMore } = page);
  }
  return events;
}
