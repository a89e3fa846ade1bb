import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Viewer } from '../../src/access/access.ts';
import { createAdmission } from '../../src/graphql/admit.ts';
import type { Operation } from '../../src/graphql/context.ts';
import { createErrorFormatter } from '../../src/graphql/errors.ts';
import { defaultLimits } from '../../src/graphql/limits.ts';
import { resolvers } from '../../src/graphql/resolvers/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { createCors } from '../../src/server/cors.ts';
import { startGraphQLHttp, type GraphQLHttp } from '../../src/server/graphql-http.ts';
import { startHttpServer, type HttpServer } from '../../src/server/http.ts';
import { bearer, createFakeCallers } from '../support/fake-callers.ts';

let graphql: GraphQLHttp;
let server: HttpServer;
/** Whose operations were begun, in their order. */
let viewers: Viewer[];
const callers = createFakeCallers('alice', 'bob');

beforeEach(async () => {
  viewers = [];
  const schema = createSchema(resolvers);
  graphql = await startGraphQLHttp({
    schema,
    admission: createAdmission({ schema, limits: defaultLimits, introspection: true }),
    formatError: createErrorFormatter({ log: () => undefined, suggestions: true, operationSeconds: 1 }),
    plugins: [],
    callers,
    begin: ({ viewer }, requestId) => {
      viewers.push(viewer);
      const context = { viewer, requestId, cost: {}, stale: [] };
      return { context, end: () => undefined, abandon: () => undefined } as unknown as Operation;
    },
    cors: createCors([]),
    metrics: { operation: () => undefined, staleAnswer: () => undefined, limit: () => undefined },
    bodyBytes: 4096,
    responseBytes: 4096,
  });
  server = await startHttpServer({
    host: '127.0.0.1',
    port: 0,
    doors: new Map([['/graphql', graphql.door]]),
    headerBytes: 16_384,
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    onFault: (error) => {
      throw error;
    },
  });
});

afterEach(async () => {
  await server.stop(0);
  await graphql.stop();
});

async function ask(token: string): Promise<number> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: '{"query":"{ __typename }"}',
  });
  await response.text();
  return response.status;
}

it('an operation over HTTP is of whom its own request shows, also on one connection', async () => {
  callers.know('alice', { groups: ['token:test:devs'] });
  const statuses = [await ask('alice'), await ask('bob'), await ask('mallory'), await ask('alice')];
  expect(statuses).toEqual([200, 200, 401, 200]);
  const alice = { id: 'token:test:alice', groups: ['token:test:devs'], expiresAt: undefined };
  expect(viewers).toEqual([alice, { id: 'token:test:bob', groups: [], expiresAt: undefined }, alice]);
});
