import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TagChange, TagEvent, TagSubject } from '../../src/domain/tag-event.ts';
import type { LogFilter, Store } from '../../src/store/store.ts';
import { digestOf, eventOf, registry, stored, streamName, streamOf, tagOf } from './given.ts';

type Operation =
  | {
      readonly kind: 'change';
      readonly moves: readonly (readonly [tag: string, image: string])[];
      readonly fails: boolean;
    }
  | { readonly kind: 'stream'; readonly stream: string; readonly tag: string; readonly stays: boolean }
  | { readonly kind: 'trim'; readonly events: number };

const tags = ['team/app:a', 'team/app:b', 'team/other:a'];
const change = fc.record({
  kind: fc.constant('change' as const),
  moves: fc.uniqueArray(fc.tuple(fc.constantFrom(...tags), fc.constantFrom('one', 'two', 'three')), {
    maxLength: 3,
    selector: ([tag]) => tag,
  }),
  fails: fc.boolean(),
});
const stream = fc.record({
  kind: fc.constant('stream' as const),
  stream: fc.constantFrom('web', 'db'),
  tag: fc.constantFrom('a', 'b'),
  stays: fc.boolean(),
});
const trim = fc.record({ kind: fc.constant('trim' as const), events: fc.integer({ min: 0, max: 20 }) });
const operations = fc.array(
  fc.oneof({ weight: 6, arbitrary: change }, { weight: 3, arbitrary: stream }, { weight: 1, arbitrary: trim }),
  {
    maxLength: 25,
  },
);
const filters: fc.Arbitrary<LogFilter | undefined> = fc.option(
  fc.record(
    {
      subject: fc.constantFrom('TAG' as const, 'IMAGE_STREAM_TAG' as const),
      scope: fc.constantFrom('registry.example', 'local'),
      path: fc.constantFrom('team/app', 'team/other', 'shop/web'),
      tag: fc.constantFrom('a', 'b'),
      kinds: fc.subarray(['CREATED', 'MOVED', 'DELETED'] as const),
      matches: fc.constant(({ sequence }: TagEvent) => sequence % 3 !== 0),
    },
    { requiredKeys: ['subject'] },
  ),
  { nil: undefined },
);

/** What a store must hold, kept in the plainest way. */
interface Model {
  readonly images: Map<string, string>;
  readonly revisions: Map<string, number>;
  readonly log: TagEvent[];
  floor: number;
}

/** Holds the store against a model, and resumes from everywhere with any filter. */
export function describeModel(open: () => Promise<Store>, numRuns: number): void {
  it('holds what a model of it holds, and can be read on from every position with every filter', async () => {
    await fc.assert(
      fc.asyncProperty(operations, filters, async (todo, filter) => {
        const store = await open();
        const model: Model = { images: new Map(), revisions: new Map(), log: [], floor: 0 };
        for (const operation of todo) await apply(store, model, operation);
        const keys = tags.map((tag) => tagOf(tag.split(':')[1]!, tag.split(':')[0]));
        const found = await store.tags.get(keys);
        expect(found.map((tag) => tag?.digest)).toEqual(tags.map((tag) => digestIn(model, tag)));
        expect(await store.log.bounds()).toEqual({ floor: model.floor, head: model.log.length });
        for (let after = 0; after <= model.log.length + 1; after += 1) await resume(store, model, filter, after);
        await store.close();
      }),
      { numRuns },
    );
  }, 60_000);
}

function digestIn(model: Model, tag: string): string | undefined {
  const image = model.images.get(tag);
  return image === undefined ? undefined : digestOf(image);
}

async function apply(store: Store, model: Model, operation: Operation): Promise<void> {
  if (operation.kind === 'trim') {
    await store.log.trim({ age: 3_600_000, events: operation.events });
    model.floor = Math.max(model.floor, model.log.length - operation.events);
  } else if (operation.kind === 'stream') {
    const key = { ...streamName, name: operation.stream };
    const event = eventOf({ kind: 'IMAGE_STREAM_TAG', ...key, tag: operation.tag }, 'one', {
      kind: operation.stays ? 'CREATED' : 'DELETED',
    });
    await store.change({
      imageStreams: [key],
      decide: () => ({
        result: 0,
        imageStreams: [{ key, stream: operation.stays ? streamOf(key) : undefined }],
        events: [event],
      }),
    });
    tell(model, [event]);
  } else await applyMoves(store, model, operation);
}

async function applyMoves(
  store: Store,
  model: Model,
  { moves, fails }: Extract<Operation, { kind: 'change' }>,
): Promise<void> {
  const keyed = moves.map(([tag, image]) => ({ tag, key: tagOf(tag.split(':')[1]!, tag.split(':')[0]), image }));
  const changing = store.change({
    tags: keyed.map(({ key }) => key),
    decide: (known) => {
      const moved = keyed.filter(({ key, image }) => known.tag(key)?.digest !== digestOf(image));
      if (fails) throw new Error('not this one');
      return {
        result: 0,
        tags: moved.map(({ key, image }) => stored(key, image)),
        events: moved.map(({ key, image }) => eventOf({ kind: 'TAG', ...key }, image)),
      };
    },
  });
  if (fails) {
    await expect(changing).rejects.toThrow('not this one');
    return;
  }
  await changing;
  const moved = keyed.filter(({ tag, image }) => model.images.get(tag) !== image);
  for (const { tag, image } of moved) model.images.set(tag, image);
  tell(
    model,
    moved.map(({ key, image }) => eventOf({ kind: 'TAG', ...key }, image)),
  );
}

function tell(model: Model, changes: readonly TagChange[]): void {
  for (const told of changes) {
    const key = JSON.stringify(told.subject);
    const revision = (model.revisions.get(key) ?? 0) + 1;
    model.revisions.set(key, revision);
    model.log.push({
      ...told,
      sequence: model.log.length + 1,
      revision,
      observedAt: expect.any(Number) as unknown as number,
    });
  }
}

async function resume(store: Store, model: Model, filter: LogFilter | undefined, after: number): Promise<void> {
  const expected = model.log.filter((event) => event.sequence > model.floor && isWanted(event, filter));
  const forward: TagEvent[] = [];
  for (let at = after, hasMore = true; hasMore;) {
    const page = await store.log.read({ order: 'OLDEST_FIRST', after: at, limit: 3, filter });
    forward.push(...page.events);
    expect(page.through).toBeGreaterThanOrEqual(at);
    ({ through: at, hasMore } = page);
  }
  expect(forward).toEqual(expected.filter(({ sequence }) => sequence > after));
  const page = await store.log.read({ order: 'NEWEST_FIRST', after, limit: 100, filter });
  expect(page.events).toEqual(expected.filter(({ sequence }) => sequence < after).toReversed());
}

function isWanted(event: TagEvent, filter: LogFilter | undefined): boolean {
  if (filter === undefined) return true;
  const { subject } = event;
  const names = namesOf(subject);
  return (
    filter.subject === subject.kind &&
    [filter.scope ?? names[0], filter.path ?? names[1], filter.tag ?? names[2]].join() === names.join() &&
    (filter.kinds ?? [event.kind]).includes(event.kind) &&
    (filter.matches === undefined || filter.matches(event))
  );
}

function namesOf(subject: TagSubject): readonly string[] {
  return subject.kind === 'TAG'
    ? [registry, subject.repository, subject.tag]
    : [subject.source, `${subject.namespace}/${subject.name}`, subject.tag];
}
