import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '../../../src/access/access.ts';
import type { TagChange } from '../../../src/domain/tag-event.ts';
import { settle } from '../../transport/support/clock.ts';
import { filtersOf } from './reach.ts';
import { createWorldStand, schema, withoutNonces, type WorldStand } from './stand.ts';
import { alpha, bravo, createAccessByName, type World } from './viewers.ts';
import { eventsOf, mixedStream, movedTag, streamsOf } from './world-streams.ts';

type Field = keyof typeof filtersOf;
const fields = Object.keys(filtersOf) as Field[];

const selection: Readonly<Record<Field, string>> = {
  tagEvents: 'kind scope digest subject { text } tag { digest } image { kind }',
  imageStreamTagEvents: 'kind scope digest subject { text } imageStreamTag { digest } image { digest }',
};

/** What is told is either a refusal, or what came. */
interface Told {
  readonly refusal: string | undefined;
  readonly payloads: readonly string[];
}

const changesOf = (worlds: readonly World[]): readonly TagChange[] => [
  ...worlds.flatMap((world) => [
    movedTag(`${world}.example`, 'team/app', 'prod'),
    movedTag('mixed.example', `${world}/app`, 'prod'),
    movedTag('mixed.example', 'team/app', `${world}-prod`),
    ...streamsOf(world).flatMap(eventsOf),
  ]),
  ...eventsOf(mixedStream(worlds)),
];

/** Subscribes, has what happens happen, and tells what came of it. */
async function subscribe(
  { subscriptions }: WorldStand,
  viewer: Viewer,
  field: Field,
  filter: string,
  happen: () => Promise<void>,
): Promise<Told> {
  const query = `subscription { ${field}(filter: { ${filter} }) { ${selection[field]} } }`;
  const prepared = await subscriptions.prepare({ query }, viewer);
  if (prepared.kind === 'refused') {
    return { refusal: JSON.stringify(subscriptions.format(prepared.errors, 'a-request')), payloads: [] };
  }
  const payloads: string[] = [];
  const stop = prepared.start({
    next: (payload) => payloads.push(withoutNonces(payload)),
    isFull: () => false,
    onceDrained: () => undefined,
    progress: () => payloads.length,
    giveUp: () => undefined,
    end: (error) => {
      throw error;
    },
  });
  await settle();
  await happen();
  await settle();
  stop();
  return { refusal: undefined, payloads };
}

describe.each([false, true])('T01: subscriptions, decided later: %j', (later) => {
  let both: WorldStand;
  /** The same gateway where nothing of alpha's ever was. */
  let alone: WorldStand;
  beforeAll(async () => {
    const access = createAccessByName({ later });
    both = await createWorldStand({ worlds: ['alpha', 'bravo'], access });
    alone = await createWorldStand({ worlds: ['bravo'], access });
  });
  afterAll(async () => {
    await both.close();
    await alone.close();
  });

  const happenBoth = () => both.append(...changesOf(['alpha', 'bravo']));
  const happenAlone = () => alone.append(...changesOf(['bravo']));

  it('have a row for each field', () => {
    expect(Object.keys(schema.getSubscriptionType()?.getFields() ?? {}).toSorted()).toEqual(fields.toSorted());
  });

  it.each(fields)('%s tell their own viewers', async (field) => {
    for (const [viewer, world] of [
      [alpha, 'alpha'],
      [bravo, 'bravo'],
    ] as const) {
      for (const filter of filtersOf[field](world)) {
        const { payloads, refusal } = await subscribe(both, viewer, field, filter, happenBoth);
        expect({ filter, refusal }).toEqual({ filter, refusal: undefined });
        expect(payloads.length).toBeGreaterThan(0);
        expect(payloads.join()).toContain(world);
      }
    }
  });

  it.each(fields)('%s answer and tell of what is hidden as where there is no such thing', async (field) => {
    for (const filter of [...filtersOf[field]('alpha'), ...filtersOf[field]('bravo'), '']) {
      const hidden = await subscribe(both, bravo, field, filter, happenBoth);
      const absent = await subscribe(alone, bravo, field, filter, happenAlone);
      expect({ filter, ...hidden }).toEqual({ filter, ...absent });
    }
  });

  it.each(fields)('%s refuse what is hidden as what nobody has', async (field) => {
    const ghosts = filtersOf[field]('ghost');
    for (const [index, filter] of filtersOf[field]('alpha').entries()) {
      const hidden = await subscribe(both, bravo, field, filter, happenBoth);
      const absent = await subscribe(both, bravo, field, ghosts[index] ?? '', happenBoth);
      expect({ filter, refusal: hidden.refusal?.replaceAll('alpha', 'ghost') }).toEqual({
        filter,
        refusal: absent.refusal,
      });
      expect(hidden.payloads).toEqual(absent.payloads);
    }
  });

  it('T05: tell of gaps only to whom the part of the source is known', async () => {
    const gaps = async () => {
      await both.fanOut.announce({ source: 'east', namespace: 'alpha-shop' });
      await both.fanOut.announce({ source: 'alpha-east', namespace: undefined });
      await both.fanOut.announce({ source: 'east', namespace: undefined });
    };
    const scopes = async (viewer: Viewer, filter: string) =>
      (await subscribe(both, viewer, 'imageStreamTagEvents', filter, gaps)).payloads.map(
        (payload) => /"scope":"([^"]*)"/.exec(payload)?.[1],
      );
    expect(await scopes(bravo, '')).toEqual(['east/*/*:*']);
    expect(await scopes(alpha, '')).toEqual(['east/alpha-shop/*:*', 'alpha-east/*/*:*', 'east/*/*:*']);
  });
});
