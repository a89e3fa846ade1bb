import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isInterfaceType, isObjectType } from 'graphql';
import { alwaysEmpty, rows } from './rows.ts';
import { createWorldStand, schema, type WorldStand } from './stand.ts';
import { alpha, bravo, createAccessByName, type World } from './viewers.ts';

/** Subscriptions are delivered, not asked: subscriptions.test.ts has their rows. */
const elsewhere = ['Subscription.tagEvents', 'Subscription.imageStreamTagEvents'];

const fieldsOfSchema = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
  .flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`) : []))
  .filter((name) => !elsewhere.includes(name));

const table = Object.entries(rows).flatMap(([type, { reach, fields }]) => {
  const selectionsOf = (world: World): readonly string[] =>
    (typeof fields === 'string' ? fields : fields(world)).split('; ');
  return selectionsOf('alpha').map((selection, index) => {
    const name = `${type}.${/^\w+/.exec(selection)?.[0] ?? ''}`;
    /** Every way to the field, marked where the object was reached that it is of. */
    const documents = (world: World): readonly string[] =>
      reach(world).map((document) => document.replace('%', `reached: __typename ${selectionsOf(world)[index] ?? ''}`));
    return { name, documents };
  });
});

// A cluster that decides is asked: its answers come later.
describe.each([false, true])('T01: the matrix of viewers and fields, decided later: %j', (later) => {
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

  it('has a row for each field of the schema, and no other', () => {
    expect(table.map(({ name }) => name).toSorted()).toEqual(fieldsOfSchema.toSorted());
    const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
    // Its fields are those of the types that `node` answers with.
    expect(interfaces.map(({ name }) => name)).toEqual(['Node']);
  });

  it.each(table)('$name is answered to its own viewers', async ({ name, documents }) => {
    let isProved = alwaysEmpty.has(name);
    for (const [viewer, world] of [
      [alpha, 'alpha'],
      [bravo, 'bravo'],
    ] as const) {
      for (const document of documents(world)) {
        const { text } = await both.ask(viewer, document);
        isProved ||= hasValue(JSON.parse(text), name.split('.')[1] ?? '');
        if (!isReached(text)) throw new Error(`not reached by ${document}: ${text}`);
      }
      expect({ name, isProved }).toEqual({ name, isProved: true });
    }
  });

  it.each(table)('$name of what is hidden is as where there is no such thing', async ({ documents }) => {
    for (const document of [...documents('alpha'), ...documents('bravo')]) {
      const hidden = await both.ask(bravo, document);
      const absent = await alone.ask(bravo, document);
      expect({ document, text: withoutCost(hidden.text) }).toEqual({ document, text: withoutCost(absent.text) });
    }
  });

  it.each(table)('$name of what is hidden is as of what nobody has, and asks as much', async ({ documents }) => {
    const ghosts = documents('ghost');
    for (const [index, document] of documents('alpha').entries()) {
      const hidden = await both.ask(bravo, document);
      const absent = await both.ask(bravo, ghosts[index] ?? '');
      expect({ document, text: renamed(hidden.text) }).toEqual({ document, text: absent.text });
      expect({ document, upstream: hidden.upstream }).toEqual({ document, upstream: absent.upstream });
      expect({ document, reads: hidden.reads }).toEqual({ document, reads: absent.reads });
      if (!isReached(hidden.text)) expect({ document, upstream: hidden.upstream }).toEqual({ document, upstream: [] });
    }
  });
});

/** What an answer took depends on what others had asked before. */
function withoutCost(text: string): string {
  return text.replace(/"cost":\{[^}]*\}/, '');
}

function renamed(text: string): string {
  return text.replaceAll('alpha', 'ghost');
}

function isReached(text: string): boolean {
  return text.includes('"reached":');
}

/** Whether a field of a name has a value anywhere, one that is not empty. */
function hasValue(value: unknown, field: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, found]) => (name === field && found !== null && !isEmpty(found)) || hasValue(found, field),
  );
}

function isEmpty(found: unknown): boolean {
  return Array.isArray(found) && found.length === 0;
}
