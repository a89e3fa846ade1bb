import { z } from 'zod';
import { accessSchema } from './access.ts';
import { limitsSchema } from './limits.ts';
import { cacheSchema, registrySchema } from './registries.ts';
import { streamSchema } from './streams.ts';
import { telemetrySchema } from './telemetry.ts';
import { count, duration, filePath, flag, origin, text } from './values.ts';

const metricsSchema = z.strictObject({
  tokenFile: filePath()
    .describe(
      'A file that holds the token which `/metrics` is read with, as `Authorization: Bearer …`; a line break at its end is ignored. Without it everyone may where `access` is open, and nobody where it is not.',
    )
    .optional(),
});

const serverSchema = z.strictObject({
  host: text()
    .describe(
      'The address to listen on. Everyone who reaches it may ask, so anything but loopback wants a thought. A change takes a restart.',
    )
    .prefault('127.0.0.1'),
  port: count(0, 65_535)
    .describe('The port to listen on; 0 takes a free one. A change takes a restart.')
    .prefault(4000),
  allowedOrigins: z
    .array(origin())
    .describe('Origins of web pages that may use the gateway, by CORS, WebSocket and SSE. Default: its own only.')
    .prefault([]),
  introspection: flag().describe('Lets clients read the schema.').prefault(true),
  trustedDocuments: filePath()
    .describe(
      'A JSON file of the only documents that may be run, by their SHA-256, as compilers of clients write it. It is read again when it changes. Default: every document may be run.',
    )
    .optional(),
  metrics: metricsSchema
    .describe('Who may read `/metrics`, which names registries and clusters whatever rules hide.')
    .prefault({}),
});

const retentionSchema = z.strictObject({
  age: duration().describe('How long tag events are kept.').prefault('7d'),
  events: count(1, 1_000_000_000).describe('How many tag events are kept.').prefault(1_000_000),
});

const storeSchema = z.strictObject({
  url: text()
    .regex(/^(?:file:.+|postgres(?:ql)?:\/\/.+|:memory:)$/, {
      error: 'is no store: write file: and a folder, postgres://user@host/database, or ":memory:"',
    })
    .refine((url) => !/\/\/[^/?#]*:[^/?#]*@|[?&]password=/i.test(url), {
      error: 'holds a password: take it out, and let the driver find it in a password file',
    })
    .describe(
      'Where state and events are kept: `file:` and a folder, which one gateway at a time uses; `postgres://user@host/database`, for several; or `:memory:`, which ends with the gateway. A change takes a restart.',
    )
    .prefault('file:./data'),
  retention: retentionSchema.describe('How long tag events are kept; whichever ends first.').prefault({}),
});

const auditSchema = z.strictObject({
  file: filePath().describe(
    'A file of JSON lines, made with mode 0600; when it is moved away, a new one is begun. `-` is standard output.',
  ),
});

/** The whole file. Every key is described here, and nowhere else: JSON Schema and documentation are made from it. */
export const configSchema = z
  .strictObject({
    server: serverSchema.describe('Where the gateway listens, and to whom.').prefault({}),
    access: accessSchema.describe('Who may read and write what. Required, so that the word is said.'),
    writes: flag().describe('Allows mutations: of image streams, never of registries.').prefault(false),
    audit: auditSchema
      .describe(
        'Where it is kept who changed what, and who was kept from it. While that cannot be written, nothing is changed.',
      )
      .optional(),
    store: storeSchema.describe('Where state and events are kept.').prefault({}),
    cache: cacheSchema.describe('What is remembered of registries, and for how long.').prefault({}),
    limits: limitsSchema
      .describe(
        'How much one caller, one operation and one upstream call may take. What is left out keeps its default.',
      )
      .prefault({}),
    registries: z.array(registrySchema.describe('A registry.')).describe('The registries to read.').prefault([]),
    streams: z.array(streamSchema).describe('Where image streams come from.').prefault([]),
    telemetry: telemetrySchema.optional(),
  })
  .describe('The configuration of Tributary: one YAML file.')
  .meta({ title: 'tributary.yaml' });

/** The file with its values parsed, before anything is derived from them. */
export type ConfigFile = z.output<typeof configSchema>;
