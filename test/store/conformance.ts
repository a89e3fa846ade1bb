import { afterEach, beforeEach, describe } from '@jest/globals';
import type { Store } from '../../src/store/store.ts';
import { describeChanges } from './changes.ts';
import { describeLeases } from './leases.ts';
import { describeLog } from './log.ts';
import { describeModel } from './model.ts';
import { describeOrdering } from './ordering.ts';
import type { Abilities, Place } from './place.ts';
import { describeImageStreams } from './streams.ts';

/** What every engine of the store must do. */
export function describeStore(abilities: Abilities): void {
  describe(`The store in ${abilities.name}`, () => {
    let place: Place;
    const open = (): Promise<Store> => place.open();

    beforeEach(async () => {
      place = await abilities.makePlace();
    });
    afterEach(async () => {
      await place.remove();
    });

    describe('changes', () => {
      describeChanges(abilities, open);
    });
    describe('image streams', () => {
      describeImageStreams(open);
    });
    describe('the log', () => {
      describeLog(open);
    });
    describe('leases', () => {
      describeLeases(abilities, open);
    });
    describe('under many hands', () => {
      describeOrdering(abilities, () => place);
    });
  });

  describe(`A new store in ${abilities.name}`, () => {
    const places: Place[] = [];

    afterEach(async () => {
      for (const place of places.splice(0)) await place.remove();
    });

    describeModel(async () => {
      const place = await abilities.makePlace();
      places.push(place);
      return place.open();
    }, abilities.modelRuns);
  });
}
