import { afterEach, describe, expect, it } from '@jest/globals';
import { at, names, startStand, type Asked, type Stand } from './stand.ts';

const ofC = (selection: string): string => `{ repository(reference: "${names.c}/team/app") { ${selection} } }`;

/** The operation was refused whole, with one code, before anything was asked upstream. */
function expectRefused(stand: Stand, asked: Asked, code: string, more: object = {}): void {
  expect(asked.status).toBe(400);
  expect(asked.data).toBeUndefined();
  expect(asked.errors).toMatchObject([{ extensions: { code, requestId: asked.headers.get('x-request-id'), ...more } }]);
  expect(asked.ms).toBeLessThan(1_000);
  expect(stand.upstream()).toBe(0);
}

function expectAdmitted({ status, errors }: Asked): void {
  expect({ status, errors }).toEqual({ status: 200, errors: [] });
}

describe('a document that is too much', () => {
  let stand: Stand;
  afterEach(() => stand.end());

  it('B01: of 1,000 tokens is read, of 1,001 it is refused', async () => {
    stand = await startStand();
    const tokens = (count: number): string =>
      `{ registries { health { ${'status '.repeat(500)}} ${'kind '.repeat(count - 508)}} }`;
    expectAdmitted(await stand.ask(tokens(1_000)));
    expectRefused(stand, await stand.ask(tokens(1_001)), 'GRAPHQL_PARSE_FAILED');
  });

  it.each([
    ['fields', '{a'.repeat(5_000)],
    ['closed fields', '{a'.repeat(5_000) + '}'.repeat(5_000)],
    ['lists in an argument', `{ a(b: ${'['.repeat(5_000)}`],
    ['objects in an argument', `{ a(b: ${'{c:'.repeat(5_000)}`],
    ['list types', `query ($a: ${'['.repeat(5_000)}`],
  ])('B01: nested 5,000 deep by %s is refused, without a word of the call stack', async (_, document) => {
    stand = await startStand();
    const asked = await stand.ask(document);
    expectRefused(stand, asked, 'GRAPHQL_PARSE_FAILED');
    expect(asked.text).not.toMatch(/stack|RangeError/i);
  });

  const limits = { depth: 4, aliases: 3, directives: 3, rootFields: 2 };
  const nested: Readonly<Record<string, readonly [within: string, beyond: string]>> = {
    depth: [
      '{ registries { name } ...f } fragment f on Query { registry(name: "x") { repositories { nodes { name } } } }',
      '{ ...f } fragment f on Query { registry(name: "x") { ...g } } fragment g on Registry { repositories { ... { nodes { registry { name } } } } }',
    ],
    aliases: [
      '{ a: registries { b: name ...f } } fragment f on Registry { c: kind }',
      '{ a: registries { ...f ...g } } fragment f on Registry { b: name ...h } fragment g on Registry { ...h } fragment h on Registry { c: kind }',
    ],
    directives: [
      '{ registries @include(if: true) { name @skip(if: true) ...f } } fragment f on Registry { kind @skip(if: false) }',
      '{ registries { ...f @include(if: true) ... @include(if: true) { ...f } } } fragment f on Registry { kind @skip(if: false) }',
    ],
    rootFields: [
      '{ registries { name } ...f } fragment f on Query { registry(name: "x") { name } }',
      '{ registries { name } ...f ... on Query { ...f } } fragment f on Query { registry(name: "x") { name } }',
    ],
  };
  it.each(Object.entries(nested))(
    'B02: within its %s is answered, with one more hidden in fragments refused',
    async (limit, [within, beyond]) => {
      stand = await startStand({ config: { limits } });
      expectAdmitted(await stand.ask(within));
      const max = limits[limit as keyof typeof limits];
      const asked = await stand.ask(beyond);
      expectRefused(stand, asked, 'LIMIT_EXCEEDED', { limit, value: max + 1, max });
    },
  );

  it('B02: that unfolds without end is refused in no time', async () => {
    stand = await startStand();
    const fragments = Array.from(
      { length: 30 },
      (_, index) => `fragment f${index} on Registry { ...f${index + 1} ...f${index + 1} }`,
    );
    const asked = await stand.ask(`{ registries { ...f0 } } ${fragments.join(' ')} fragment f30 on Registry { name }`);
    expectRefused(stand, asked, 'LIMIT_EXCEEDED', { limit: 'selections', max: 10_000 });
  });

  it('B02: whose fields would take long to be compared with each other is refused', async () => {
    stand = await startStand();
    expectRefused(stand, await stand.ask(`{ registries { ${'name '.repeat(995)}} }`), 'GRAPHQL_VALIDATION_FAILED');
  });

  it('B02: whose fragments contain each other is refused', async () => {
    stand = await startStand();
    const asked = await stand.ask(
      '{ registries { ...f } } fragment f on Registry { ...g } fragment g on Registry { ...f }',
    );
    expectRefused(stand, asked, 'GRAPHQL_VALIDATION_FAILED');
  });
});

describe('the size of a page', () => {
  /** Where each connection hangs, for whoever adds one. */
  const connections: Readonly<Record<string, (args: string) => string>> = {
    'ImageStream.tags': (args) => `{ imageStream(namespace: "shop", name: "app") { tags${args} { totalCount } } }`,
    'ImageStreamTag.history': (args) =>
      `{ imageStreamTag(namespace: "shop", name: "app:1") { history${args} { created } } }`,
    'Query.imageStreamTagEvents': (args) => `{ imageStreamTagEvents${args} { totalCount } }`,
    'Query.imageStreams': (args) => `{ imageStreams${args} { totalCount } }`,
    'Query.tagEvents': (args) => `{ tagEvents${args} { totalCount } }`,
    'Registry.repositories': (args) => `{ registry(name: "${names.c}") { repositories${args} { totalCount } } }`,
    'Repository.tags': (args) => ofC(`tags${args} { totalCount }`),
  };
  let stand: Stand;
  afterEach(() => stand.end());

  it('B03: is taken by the connections that are tested here, and no others', async () => {
    stand = await startStand();
    const { data } = await stand.ask('{ __schema { types { name fields { name args { name } } } } }');
    const types = at(data, '__schema.types') as {
      name: string;
      fields: { name: string; args: { name: string }[] }[] | null;
    }[];
    const paged = types.flatMap(({ name, fields }) =>
      (fields ?? [])
        .filter(({ args }) => args.some((arg) => arg.name === 'first'))
        .map((field) => `${name}.${field.name}`),
    );
    expect(paged.toSorted()).toEqual([...Object.keys(connections), 'Tag.history']);
  });

  it('B03: is 1 to 100 for Tag.history, whose tag is read first', async () => {
    stand = await startStand();
    const history = (first: number) => ofC(`tag(name: "1") { history(first: ${first}) { totalCount } }`);
    for (const first of [0, 101]) {
      const { errors } = await stand.ask(history(first));
      expect(errors).toMatchObject([{ extensions: { code: 'ARGUMENT_INVALID', argument: 'first' } }]);
    }
    for (const first of [1, 100]) expect((await stand.ask(history(first))).errors).toEqual([]);
  });

  it.each(Object.entries(connections))('B03: is 1 to 100 for %s, and anything else is refused', async (_, query) => {
    stand = await startStand({ config: { writes: true, streams: [{ name: 'local', kind: 'local' }] } });
    const input = `namespace: "shop", to: ["app:1"], reference: true, from: { kind: DOCKER_IMAGE, name: "${names.c}/team/app:1" }`;
    const made = await stand.ask(`mutation { tagImageStream(input: { ${input} }) { userErrors { message } } }`);
    expect(made.data).toEqual({ tagImageStream: { userErrors: [] } });
    for (const first of ['0', '-1', '101', 'null', '2147483647', '-2147483648']) {
      const asked = await stand.ask(query(`(first: ${first})`));
      expect(asked.errors).toMatchObject([{ extensions: { code: 'ARGUMENT_INVALID', argument: 'first' } }]);
      const byVariable = await stand.ask(`query ($n: Int) ${query('(first: $n)')}`, {
        n: JSON.parse(first) as unknown,
      });
      expect(byVariable.errors).toMatchObject([{ extensions: { code: 'ARGUMENT_INVALID', argument: 'first' } }]);
    }
    for (const first of ['2147483648', '1.5', '"20"', '[20]']) {
      expectRefused(stand, await stand.ask(query(`(first: ${first})`)), 'GRAPHQL_VALIDATION_FAILED');
      const byVariable = await stand.ask(`query ($n: Int) ${query('(first: $n)')}`, {
        n: JSON.parse(first) as unknown,
      });
      expectRefused(stand, byVariable, 'BAD_USER_INPUT');
    }
    expect(stand.upstream()).toBe(0);
    for (const first of [1, 100]) expect((await stand.ask(query(`(first: ${first})`))).errors).toEqual([]);
  });
});

describe('the cost of an operation', () => {
  let stand: Stand;
  const c = `${names.c}/team/app`;
  afterEach(() => stand.end());

  const keys = 'query ($r: [String!]!) { images(references: $r) { mediaType } }';
  const page = ofC('tags(first: $n) { nodes { digest } }');
  const four = ['a', 'b', 'c', 'd'].map((tag) => `${tag}: tag(reference: "${c}:${tag}") { name }`).join(' ');
  const two = `fragment f on Query { images(references: ["${c}:1", "${c}:2"]) { ...g } }`;

  /** Operations of a cost of four, and the same with more. */
  const families: readonly {
    readonly through: string;
    readonly within: readonly [query: string, variables?: Readonly<Record<string, unknown>>];
    readonly beyond: readonly [query: string, variables?: Readonly<Record<string, unknown>>];
  }[] = [
    {
      through: 'aliases',
      within: [`{ ${four} }`],
      beyond: [
        `{ ${four.replace('d") { name }', 'd") { image { mediaType } }')} e: tag(reference: "${c}:e") { name } }`,
      ],
    },
    {
      through: 'a page',
      within: [ofC('tags(first: 3) { nodes { digest } }')],
      beyond: [ofC('tags(first: 4) { nodes { digest } }')],
    },
    {
      through: 'a page by a variable',
      within: [`query ($n: Int!) ${page}`, { n: 3 }],
      beyond: [`query ($n: Int!) ${page}`, { n: 4 }],
    },
    {
      through: 'a page by the default of a variable',
      within: [`query ($n: Int = 3) ${page}`],
      beyond: [`query ($n: Int = 4) ${page}`],
    },
    {
      through: 'a list of keys',
      within: [keys, { r: [`${c}:1`, `${c}:2`] }],
      beyond: [keys, { r: [`${c}:1`, `${c}:2`, `${c}:3`] }],
    },
    {
      through: 'fragments',
      within: [`{ ...f } ${two} fragment g on Image { mediaType }`],
      beyond: [`{ ...f } ${two} fragment g on Image { config { user } }`],
    },
  ];

  it.each(families)(
    'B04: through $through may be as high as allowed, and beyond is refused before anything is asked',
    async ({ within, beyond }) => {
      stand = await startStand({ config: { limits: { cost: 4 } } });
      const asked = await stand.ask(...beyond);
      expectRefused(stand, asked, 'LIMIT_EXCEEDED', { limit: 'cost', max: 4 });
      expect(asked.errors[0]?.extensions['value']).toBeGreaterThan(4);
      const admitted = await stand.ask(...within);
      expectAdmitted(admitted);
    },
  );

  it('B04: is never less than what is asked upstream', async () => {
    stand = await startStand({ config: { limits: { cost: 7 } } });
    const { errors, extensions } = await stand.ask(
      '{ a: image(reference: "a.example/team/app:1", platform: "linux/amd64") { config { user } } b: tag(reference: "b.example/team/app:1") { image { mediaType } } }',
    );
    expect(errors).toEqual([]);
    expect(extensions.cost.upstreamRequests).toBeLessThanOrEqual(7);
    expect(extensions.cost.upstreamRequests).toBe(stand.upstream());
  });

  it('B04: bounds the nodes of nested pages too', async () => {
    stand = await startStand({ config: { limits: { nodes: 100 } } });
    const query = (first: number): string =>
      `{ registry(name: "${names.c}") { repositories(first: 10) { nodes { tags(first: ${first}) { nodes { name } } } } } }`;
    expectRefused(stand, await stand.ask(query(10)), 'LIMIT_EXCEEDED', { limit: 'nodes', value: 110, max: 100 });
    expectAdmitted(await stand.ask(query(9)));
  });
});
