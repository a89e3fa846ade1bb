import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { randomBytes, randomUUID } from 'node:crypto';
import { anonymous, openAccess } from '../src/access/access.ts';
import { noAudit } from '../src/audit/audit.ts';
import { loadConfig } from '../src/config.ts';
import { createEventHistory } from '../src/events/history.ts';
import { createContextFactory, type GraphQLContext } from '../src/graphql/context.ts';
import { createCursorCodec } from '../src/graphql/cursor.ts';
import { resolvers } from '../src/graphql/resolvers/index.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { createImageStreamsFor } from '../src/image-streams/for-viewer.ts';
import { createRegistryTable } from '../src/images/registry-table.ts';
import { createLog } from '../src/lib/log.ts';
import { openCache } from '../src/open-cache.ts';
import { openRegistries } from '../src/open-registries.ts';
import { openStore } from '../src/store/open-store.ts';
import { answerParent } from './child.ts';
import { hotConfigOf } from './gateway.ts';

/**
 * What people start with: Apollo Server's `startStandaloneServer` with nothing but a schema and a context, on graphql-js.
 * Schema, resolvers, loaders, cache and registry are the gateway's own, in this process of its own. Argument: the port of
 * the upstream.
 */
const upstreamPort = Number(process.argv[2]);
const loaded = loadConfig(hotConfigOf(upstreamPort), { file: 'peer.yaml', env: {} });
if (loaded.kind === 'invalid') throw new Error(loaded.problems.map(({ message }) => message).join('; '));
const log = createLog({ level: 'warn' });
// What is measured is memory, and an upstream as near as memory: no file is to be left where the bench is run.
const { config } = loaded;
const cache = openCache({ ...config.cache, folder: undefined }, log);
const { entries } = openRegistries(config, { env: {}, home: undefined, log, userAgent: 'tributary-peer' }, cache);
const registries = createRegistryTable(entries);
const store = await openStore({ url: ':memory:' });
const begin = createContextFactory({
  registries,
  imageStreams: createImageStreamsFor({
    sources: [],
    store: store.imageStreams,
    access: openAccess,
    writes: false,
  }),
  access: openAccess,
  audit: noAudit,
  isWatched: () => false,
  cursors: createCursorCodec(randomBytes(32)),
  history: (viewer) =>
    createEventHistory({ store, asOf: { epoch: store.epoch, sequence: 0 }, access: openAccess, viewer }),
  operationMs: loaded.config.limits.operation,
  mostRequests: loaded.config.limits.cost,
});
const server = new ApolloServer<GraphQLContext>({ schema: createSchema(resolvers) });
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: ({ res }) => {
    const operation = begin({ viewer: anonymous }, randomUUID());
    res.once('close', operation.end);
    return Promise.resolve(operation.context);
  },
});
answerParent(Number(new URL(url).port), () => Promise.reject(new Error('the peer is asked over HTTP only')));
