import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isGatewayError } from '../../../src/domain/errors.ts';
import type { TagEvent } from '../../../src/domain/tag-event.ts';
import { digest } from '../../support/fake-registry.ts';
import { anImport, app, createStand, how, other, wanted, type Stand } from './stand.ts';

const tagNames = fc.constantFrom('1', '2', '3');
const streams = fc.constantFrom(app, other);
const places = fc.record({ tag: tagNames, stream: streams });
const upstreamTag = fc.constantFrom('a', 'b');

type Operation = (stand: Stand) => Promise<unknown>;

const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(upstreamTag, fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { nil: undefined }))
    .map(([tag, image]): Operation => {
      return (stand) => {
        stand.upstream.move(tag, image === undefined ? undefined : digest(image));
        return Promise.resolve();
      };
    }),
  fc.tuple(fc.uniqueArray(places, { minLength: 1, maxLength: 3 }), upstreamTag, fc.boolean()).map(
    ([to, tag, scheduled]): Operation =>
      ({ source }) =>
        source.writes.tag(to, wanted(`registry.example/team/app:${tag}`, { scheduled }), how()),
  ),
  fc.tuple(places, places, fc.boolean()).map(
    ([to, from, alias]): Operation =>
      ({ source }) =>
        source.writes.tag([to], wanted(`${from.stream.name}:${from.tag}`, { kind: 'IMAGE_STREAM_TAG', alias }), how()),
  ),
  fc.tuple(places, upstreamTag).map(
    ([to, tag]): Operation =>
      ({ source }) =>
        source.writes.tag([to], wanted(`registry.example/team/app:${tag}`, { reference: true }), how()),
  ),
  places.map(
    (place): Operation =>
      ({ source }) =>
        source.writes.untag(place, how()),
  ),
  places.map(
    (place): Operation =>
      ({ source }) =>
        source.writes.rollBack(place, undefined, how()),
  ),
  streams.map(
    (key): Operation =>
      ({ source }) =>
        source.writes.import(key, anImport(), how()),
  ),
  streams.map(
    (key): Operation =>
      ({ source }) =>
        source.writes.delete(key, how()),
  ),
  fc.constantFrom(60_000, 3_600_000).map(
    (ms): Operation =>
      ({ clock }) =>
        clock.advance(ms),
  ),
);

it('whatever is done, in whatever order and however much at once, the log folds to what is stored', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(operations, { minLength: 1, maxLength: 4 }), { maxLength: 20 }),
      async (rounds) => {
        const stand = await createStand({ history: 4 });
        try {
          stand.source.start();
          for (const together of rounds)
            await Promise.all(together.map((operation) => operation(stand).catch(refused)));
          await stand.clock.advance(0);
          const folded = fold(await stand.log());
          for (const key of [app, other]) {
            for (const tag of (await stand.stream(key))?.tags.values() ?? []) {
              const name = `${key.name}:${tag.name}`;
              expect([name, folded.get(name)?.digest]).toEqual([name, tag.history[0]?.digest]);
              if (tag.history.length > 0) expect(folded.has(name)).toBe(true);
              expect(tag.history.length).toBeLessThanOrEqual(4);
              folded.delete(name);
            }
          }
          expect([...folded.keys()]).toEqual([]);
          expect(stand.warnings).toEqual([]);
        } finally {
          await stand.stop();
        }
      },
    ),
    { numRuns: 20 },
  );
}, 60_000);

/** What the log says there is; each event must go on where the one before of its tag ended. */
function fold(log: readonly TagEvent[]): Map<string, TagEvent> {
  const revisions = new Map<string, number>();
  const state = new Map<string, TagEvent>();
  for (const event of log) {
    if (event.subject.kind !== 'IMAGE_STREAM_TAG') throw new Error('an event of a repository');
    const name = `${event.subject.name}:${event.subject.tag}`;
    expect(event.revision).toBe((revisions.get(name) ?? 0) + 1);
    expect(event.previousDigest).toBe(state.get(name)?.digest);
    revisions.set(name, event.revision);
    if (event.kind === 'DELETED') state.delete(name);
    else state.set(name, event);
  }
  return state;
}

/** Much of what is tried cannot be; anything but a refusal is a fault. */
function refused(error: unknown): void {
  if (!isGatewayError(error)) throw error;
}
