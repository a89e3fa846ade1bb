import { describe, expect, it } from '@jest/globals';
import type { Viewer } from '../../src/access/access.ts';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { admissionPlugin, apolloOptions } from '../../src/graphql/admission-plugin.ts';
import { createAdmission, type Admission } from '../../src/graphql/admit.ts';
import { createErrorFormatter } from '../../src/graphql/errors.ts';
import { defaultLimits, type OperationLimits } from '../../src/graphql/limits.ts';
import { createRequestIds } from '../../src/graphql/request-ids.ts';
import { ByteSize, Cursor, DateTime, Digest } from '../../src/graphql/resolvers/scalars.ts';
import { loadTypeDefs } from '../../src/graphql/schema.ts';
import { admissionWith, admit, refusals, viewer } from './schema-without-resolvers.ts';

describe('an admission', () => {
  it('gives the operation with its coerced variables, defaults among them', () => {
    const verdict = admit(
      'query Q($n: Int = 3, $p: String) { registries { repositories(first: $n) { totalCount } } image(reference: "a", platform: $p) { id } }',
    );
    expect(verdict.kind === 'admitted' && { ...verdict.variables }).toEqual({ n: 3 });
    expect(verdict.kind === 'admitted' && verdict.operation.name?.value).toBe('Q');
  });

  it('refuses variables that do not fit with BAD_USER_INPUT, at most ten of them', () => {
    const names = Array.from({ length: 20 }, (_, index) => `v${String(index)}`);
    const source = `query (${names.map((name) => `$${name}: Int!`).join(' ')}) { nodes(ids: []) { id } ${names
      .slice(0, 1)
      .map((name) => `registry(name: "a") { repositories(first: $${name}) { totalCount } }`)
      .join(' ')} }`;
    const admission = admissionWith();
    const verdict = admission.admit(admission.parse(source), undefined, { v0: 'x', v1: 2 ** 31 }, viewer);
    if (verdict.kind !== 'refused') throw new Error('admitted');
    expect(verdict.reason).toBe('variables');
    expect(verdict.errors).toHaveLength(11);
    expect(new Set(verdict.errors.map(({ extensions }) => extensions['code']))).toEqual(new Set(['BAD_USER_INPUT']));
    expect(verdict.errors[0].message).toBe(
      'Variable "$v0" got invalid value "x"; Int cannot represent non-integer value: "x"',
    );
  });

  it('keeps the code that a scalar gives to a bad value', () => {
    const source = 'query ($c: Cursor) { registry(name: "a") { repositories(after: $c) { totalCount } } }';
    const verdict = admit(source, { c: 'x'.repeat(4097) });
    expect(verdict.kind === 'refused' && verdict.errors.map(({ extensions }) => extensions['code'])).toEqual([
      'CURSOR_INVALID',
    ]);
    const literal = `{ registry(name: "a") { repositories(after: "${'x'.repeat(4097)}") { totalCount } } }`;
    expect(refusals(literal, admissionWith())).toEqual(['CURSOR_INVALID']);
  });

  it('asks which operation is meant where a document holds several', () => {
    const admission = admissionWith();
    const document = admission.parse('query A { registries { name } } query B { image(reference: "a") { raw } }');
    expect(admission.admit(document, 'B', undefined, viewer)).toMatchObject({ kind: 'admitted', requests: 2 });
    expect(admission.admit(document, 'A', null, viewer)).toMatchObject({ kind: 'admitted', requests: 0 });
    for (const name of [undefined, null, 'C', '__proto__']) {
      const verdict = admission.admit(document, name, {}, viewer);
      expect(verdict.kind === 'refused' && verdict.errors[0].extensions).toEqual({
        code: 'GRAPHQL_VALIDATION_FAILED',
      });
    }
  });

  it('takes no harm from odd names of variables', () => {
    const variables = JSON.parse(
      '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    ) as Record<string, unknown>;
    expect(
      admit(
        'query ($__proto__: String, $constructor: String) { a: image(reference: "a", platform: $__proto__) { id } b: image(reference: "a", platform: $constructor) { id } }',
        {},
      ),
    ).toMatchObject({ kind: 'admitted' });
    expect(admit('{ registries { name } }', variables)).toMatchObject({ kind: 'admitted' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('looks at a document once, and counts a repeated one in microseconds', () => {
    const admission = admissionWith();
    const document = admission.parse(
      'query ($n: Int!) { repository(reference: "a/b") { tags(first: $n) { nodes { name digest image { digest platforms { name image { config { created } layers { digest size command } } } } } } } }',
    );
    expect(admission.validate(document)).toEqual([]);
    const rounds = 2000;
    const before = performance.now();
    for (let round = 0; round < rounds; round += 1) {
      admission.validate(document);
      admission.admit(document, undefined, { n: 10 }, viewer);
    }
    // About 5 microseconds; the bound leaves room for a loaded machine.
    expect((performance.now() - before) / rounds).toBeLessThan(0.2);
  });

  it('refuses introspection where it is switched off, but not __typename, and suggests nothing', () => {
    const admission = admissionWith({}, false);
    expect(refusals('{ __typename registries { __typename name } }', admission)).toEqual([]);
    expect(refusals('{ __schema { queryType { name } } }', admission)).toEqual(['OPERATION_NOT_ALLOWED']);
    expect(refusals('{ ...A } fragment A on Query { x: __type(name: "Tag") { name } }', admission)).toEqual([
      'OPERATION_NOT_ALLOWED',
    ]);
    const messages = (asked: Admission) =>
      asked.validate(asked.parse('{ registrys { name } }')).map(({ message }) => message);
    expect(messages(admission)).toEqual(['Cannot query field "registrys" on type "Query".']);
    expect(messages(admissionWith())).toEqual([expect.stringContaining('Did you mean')]);
  });
});

interface Context {
  readonly viewer: Viewer;
  readonly requestId: string;
  readonly cost: { readonly upstreamRequests: number };
}

describe('Apollo Server with the admission', () => {
  const resolved: string[] = [];
  const executable = makeExecutableSchema({
    typeDefs: loadTypeDefs(),
    resolvers: {
      ByteSize,
      Cursor,
      DateTime,
      Digest,
      Query: {
        registry: () => {
          throw new Error('postgres://u:p@db');
        },
        registries: () => {
          resolved.push('registries');
          return [];
        },
      },
    },
  });

  async function ask(
    body: Record<string, unknown>,
    { limits = {}, introspection = true }: { limits?: Partial<OperationLimits>; introspection?: boolean } = {},
  ): Promise<{
    status: number | undefined;
    answer: { data?: unknown; errors?: { message: string; extensions: Record<string, unknown> }[] };
  }> {
    resolved.length = 0;
    const admission = createAdmission({ schema: executable, limits: { ...defaultLimits, ...limits }, introspection });
    const ids = createRequestIds<Context>();
    const server = new ApolloServer<Context>({
      schema: executable,
      ...apolloOptions(admission),
      plugins: [ids.plugin, admissionPlugin(admission), ApolloServerPluginLandingPageDisabled()],
      formatError: createErrorFormatter({
        requestId: ids.of,
        log: () => undefined,
        suggestions: introspection,
        operationSeconds: 15,
      }),
      includeStacktraceInErrorResponses: true,
    });
    await server.start();
    const { status, body: answer } = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body,
      },
      context: () => Promise.resolve({ viewer, requestId: 'r1', cost: { upstreamRequests: 0 } }),
    });
    await server.stop();
    if (answer.kind !== 'complete') throw new Error('incremental');
    return { status, answer: JSON.parse(answer.string) as never };
  }

  it('executes what is admitted', async () => {
    expect(await ask({ query: '{ registries { name } }' })).toEqual({
      status: undefined,
      answer: { data: { registries: [] } },
    });
    expect(resolved).toEqual(['registries']);
  });

  it('masks a fault of a resolver, and names the request', async () => {
    const { answer } = await ask({ query: '{ registry(name: "a") { name } }' });
    expect(answer).toMatchObject({
      data: { registry: null },
      errors: [{ message: 'internal error', path: ['registry'], extensions: { code: 'INTERNAL', requestId: 'r1' } }],
    });
  });

  it.each([
    ['depth', '{ registries { repositories { nodes { name } } } }', { depth: 3 }, { limit: 'depth', value: 4, max: 3 }],
    ['aliases', '{ a: registries { name } }', { aliases: 0 }, { limit: 'aliases', value: 1, max: 0 }],
    [
      'directives',
      '{ registries { name @skip(if: false) } }',
      { directives: 0 },
      { limit: 'directives', value: 1, max: 0 },
    ],
    ['rootFields', '{ registries { name } __typename }', { rootFields: 1 }, { limit: 'rootFields', value: 2, max: 1 }],
    ['cost', '{ registries { name } image(reference: "a") { raw } }', { cost: 1 }, { limit: 'cost', value: 2, max: 1 }],
    [
      'nodes',
      '{ registries { name } nodes(ids: ["a", "b"]) { id } }',
      { nodes: 1 },
      { limit: 'nodes', value: 2, max: 1 },
    ],
  ] as const)('answers 400 and resolves nothing beyond the limit of %s', async (_, query, limits, details) => {
    const { status, answer } = await ask({ query }, { limits });
    expect(status).toBe(400);
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'LIMIT_EXCEEDED', ...details, requestId: 'r1' },
    ]);
    expect(resolved).toEqual([]);
  });

  it.each([
    ['too many tokens', { query: '{ registries { name kind } }' }, 'GRAPHQL_PARSE_FAILED', { tokens: 6 }],
    ['a syntax error', { query: '{' }, 'GRAPHQL_PARSE_FAILED', {}],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED', {}],
    [
      'an unknown operation',
      { query: 'query A { registries { name } }', operationName: 'B' },
      'GRAPHQL_VALIDATION_FAILED',
      {},
    ],
    ['no document', { variables: {} }, 'BAD_USER_INPUT', {}],
    [
      'a bad variable',
      { query: 'query ($n: Int!) { registries { repositories(first: $n) { totalCount } } }', variables: { n: 'x' } },
      'BAD_USER_INPUT',
      {},
    ],
    [
      'a bad cursor',
      {
        query: 'query ($c: Cursor) { registries { repositories(after: $c) { totalCount } } }',
        variables: { c: 'x'.repeat(5000) },
      },
      'CURSOR_INVALID',
      {},
    ],
    [
      'a hash that is not the document own',
      { query: '{ registries { name } }', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
      'BAD_USER_INPUT',
      {},
    ],
  ] as const)('answers 400 to %s, without a stack', async (_, body, code, limits) => {
    const { status, answer } = await ask(body, { limits });
    expect(status).toBe(400);
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([{ code, requestId: 'r1' }]);
    expect(answer.data).toBeUndefined();
    expect(resolved).toEqual([]);
  });

  it('reports bad values of several variables, and no more than ten', async () => {
    const names = Array.from({ length: 14 }, (_, index) => `$v${String(index)}`);
    const { status, answer } = await ask({
      query: `query (${names.map((name) => `${name}: Int!`).join(' ')}) { registries { ${names
        .map((name, index) => `a${String(index)}: repositories(first: ${name}) { totalCount }`)
        .join(' ')} } }`,
    });
    expect(status).toBe(400);
    expect(answer.errors).toHaveLength(11);
    expect(resolved).toEqual([]);
  });

  it('refuses introspection and suggests nothing where introspection is off', async () => {
    const schemaAsked = await ask({ query: '{ __schema { queryType { name } } }' }, { introspection: false });
    expect(schemaAsked.answer.errors?.map(({ extensions }) => extensions['code'])).toEqual(['OPERATION_NOT_ALLOWED']);
    const mistyped = await ask({ query: '{ registrys { name } }' }, { introspection: false });
    expect(mistyped.answer.errors?.map(({ message }) => message)).toEqual([
      'Cannot query field "registrys" on type "Query".',
    ]);
    const value = await ask(
      {
        query: 'query ($o: TagOrder) { repository(reference: "a") { tags(orderBy: $o) { totalCount } } }',
        variables: { o: { field: 'NAMES' } },
      },
      { introspection: false },
    );
    expect(value.answer.errors?.[0]?.message).not.toMatch(/Did you mean/);
  });
});
