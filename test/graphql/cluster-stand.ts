import { execute, parse } from 'graphql';
import { randomBytes } from 'node:crypto';
import { anonymous, openAccess } from '../../src/access/access.ts';
import { noAudit } from '../../src/audit/audit.ts';
import { isGatewayError, type GatewayError } from '../../src/domain/errors.ts';
import type { ImageStream } from '../../src/domain/image-stream.ts';
import type { ImageStreamSource } from '../../src/domain/image-stream-source.ts';
import { createContextFactory } from '../../src/graphql/context.ts';
import { createCursorCodec } from '../../src/graphql/cursor.ts';
import { unwrap } from '../../src/graphql/errors.ts';
import { resolvers } from '../../src/graphql/resolvers/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { createImageStreamsFor } from '../../src/image-streams/for-viewer.ts';
import { createRegistryTable } from '../../src/images/registry-table.ts';
import { createFakeImageStreams } from '../support/fake-image-streams.ts';
import { createFakeRegistry, type FakeRegistry } from '../support/fake-registry.ts';

export interface ClusterStand {
  readonly registry: FakeRegistry;
  /** Answers an operation that is in order; faults of ours are thrown. */
  readonly ask: (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<Asked>;
}

export interface Asked {
  /** As JSON has it. */
  readonly data: Readonly<Record<string, unknown>>;
  /** By the path of the field that failed: `imageStream.tag.image.raw`. */
  readonly errors: Readonly<Record<string, GatewayError>>;
  readonly upstreamRequests: number;
}

const schema = createSchema(resolvers);

/** The whole schema over image streams in memory, of one source, and one registry, `registry.example`. */
export function createClusterStand(source: ImageStreamSource, streams: readonly ImageStream[]): ClusterStand {
  const registry = createFakeRegistry(() => 1000);
  const registries = createRegistryTable([{ registry, aliases: [] }]);
  const store = createFakeImageStreams(streams);
  const begin = createContextFactory({
    registries,
    imageStreams: createImageStreamsFor({ sources: [source], store, access: openAccess, writes: false }),
    access: openAccess,
    audit: noAudit,
    isWatched: () => false,
    cursors: createCursorCodec(randomBytes(32)),
    history: () => ({
      asOf: { epoch: 'epoch', sequence: 0 },
      page: () => Promise.reject(new Error('no events are kept here')),
    }),
    operationMs: 60_000,
    mostRequests: 100,
  });
  return {
    registry,
    ask: async (query, variableValues = {}) => {
      const { context, end } = begin({ viewer: anonymous }, 'a-request');
      const { data, errors = [] } = await execute({
        schema,
        document: parse(query),
        contextValue: context,
        variableValues,
      });
      end();
      return {
        data: JSON.parse(JSON.stringify(data)) as Asked['data'],
        errors: Object.fromEntries(
          errors.map((error) => [error.path?.join('.') ?? '', raisedOnPurpose(unwrap(error))]),
        ),
        upstreamRequests: context.cost.upstreamRequests,
      };
    },
  };
}

function raisedOnPurpose(error: unknown): GatewayError {
  if (isGatewayError(error)) return error;
  throw error;
}
