import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { placeOf } from '../../src/domain/tag-event.ts';
import { moved, tagOf } from '../support/memory-log.ts';
import { createSink, settle, startEventStand, type EventStand, type TestSink } from './stand.ts';

/** What can happen, in any order. */
type Step =
  | { readonly kind: 'append'; readonly count: number; readonly tag: number }
  | { readonly kind: 'attach'; readonly back: number }
  | { readonly kind: 'detach' | 'stick' | 'drain'; readonly which: number }
  | { readonly kind: 'room'; readonly which: number; readonly room: number }
  | { readonly kind: 'turn' | 'trim' | 'outage' };

const which = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 300 }),
      tag: fc.nat({ max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('attach' as const), back: fc.nat({ max: 50 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('detach' as const, 'stick' as const, 'drain' as const), which }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('room' as const), which, room: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('turn' as const, 'turn' as const, 'trim' as const, 'outage' as const),
    }),
  },
);

interface Subscribed {
  readonly sink: TestSink;
  readonly end: () => void;
  readonly after: number;
  isEnded: boolean;
}

describe('what is promised', () => {
  it('holds however appends, subscribers that come and go, slow ones and outages follow each other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const stand = await startEventStand();
        const all: Subscribed[] = [];
        for (const one of steps) await take(one, stand, all);
        stand.memory.isDown = false;
        await stand.clock.advance(15_000);
        for (const { sink } of all) {
          sink.room = Number.POSITIVE_INFINITY;
          sink.drain();
        }
        await settle();
        await stand.clock.advance(2_000);
        await settle();
        const head = stand.memory.events.length;
        for (const subscribed of all) expectPromise(subscribed, stand, head);
        stand.fanOut.stop();
      }),
      { numRuns: 80 },
    );
  }, 60_000);
});

async function take(one: Step, stand: EventStand, all: Subscribed[]): Promise<void> {
  if ('which' in one) {
    const chosen = all[one.which];
    if (chosen !== undefined) disturb(one, chosen);
  } else if (one.kind === 'append') {
    stand.memory.append(...Array.from({ length: one.count }, () => moved(tagOf('team/app', `t${one.tag}`))));
  } else if (one.kind === 'attach') {
    const after = Math.max(stand.fanOut.position() - one.back, 0);
    all.push({ after, isEnded: false, ...stand.subscribe({ after, sink: createSink() }) });
  } else await pass(one.kind, stand);
}

function disturb(one: Extract<Step, { which: number }>, chosen: Subscribed): void {
  const { sink } = chosen;
  if (one.kind === 'detach') {
    chosen.isEnded = true;
    chosen.end();
  } else if (one.kind === 'stick') sink.isStuck = true;
  else if (one.kind === 'room') sink.room = one.room;
  else {
    if (sink.room <= 0) sink.room = 5;
    sink.drain();
  }
}

async function pass(kind: 'turn' | 'trim' | 'outage', { memory, clock }: EventStand): Promise<void> {
  if (kind === 'trim') memory.trimTo(Math.max(memory.events.length - 60, 0));
  else if (kind === 'turn') await new Promise((resolve) => setImmediate(resolve));
  else {
    memory.isDown = !memory.isDown;
    await clock.advance(1_500);
  }
}

/** Of each tag revisions only grow, and none is left out that no RESYNC and no merging told of; at the end all are there. */
function expectPromise({ sink, after, isEnded }: Subscribed, { memory }: EventStand, head: number): void {
  const seen = new Map<string, number>();
  for (const { subject, revision } of memory.events.slice(0, after)) seen.set(placeOf(subject).tag, revision);
  let position = after;
  for (const told of sink.told) {
    expect(told.sequence).toBeGreaterThanOrEqual(position);
    position = told.sequence;
    if (told.kind === 'resync') {
      for (const { subject, revision } of memory.events.slice(0, position)) seen.set(placeOf(subject).tag, revision);
    } else if (told.kind === 'event') {
      const { tag } = placeOf(told.event.subject);
      const before = seen.get(tag) ?? 0;
      if (told.event.coalesced) expect(told.event.revision).toBeGreaterThan(before);
      else expect(told.event.revision).toBe(before + 1);
      seen.set(tag, told.event.revision);
    }
  }
  if (!isEnded) expect(position === head || head === after).toBe(true);
}
