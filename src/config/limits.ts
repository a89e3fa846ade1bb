import { z } from 'zod';
import { byteSize, count, duration } from './values.ts';

const instant = { min: 1 };

/** How much one caller, one operation and one upstream call may take. */
export const limitsSchema = z.strictObject({
  bodyBytes: byteSize().describe('Longest body of a GraphQL request over HTTP.').prefault('100KiB'),
  headerBytes: byteSize().describe('All headers of a request together. A change takes a restart.').prefault('16KiB'),
  headersTimeout: duration(instant)
    .describe('How long a client may take to send its headers. A change takes a restart.')
    .prefault('10s'),
  requestTimeout: duration(instant)
    .describe('How long a client may take to send a whole request. A change takes a restart.')
    .prefault('30s'),
  tokens: count(1, 10_000).describe('Lexical tokens of a GraphQL document.').prefault(1000),
  depth: count(1, 1000).describe('Levels of fields within fields, introspection aside.').prefault(15),
  aliases: count(0, 10_000).describe('Aliases of an operation.').prefault(15),
  directives: count(0, 10_000).describe('Directives of an operation.').prefault(50),
  rootFields: count(1, 10_000).describe('Fields at the root of an operation.').prefault(10),
  selections: count(1, 10_000_000)
    .describe('Fields and spreads of an operation, with its fragments unfolded.')
    .prefault(10_000),
  validationErrors: count(1, 1000)
    .describe('Validation errors that are told before the rest is left out.')
    .prefault(10),
  coercionErrors: count(1, 1000)
    .describe('Errors in the values of variables that are told before the rest is left out.')
    .prefault(10),
  cost: count(1, 10_000_000)
    .describe(
      'Requests to registries that an operation could need with nothing cached, a list that is not paged counting 8. One that turns out to lead to three times as many is ended.',
    )
    .prefault(2500),
  budget: z
    .strictObject({
      points: count(1, 1_000_000_000)
        .describe('What a caller may spend at once after a pause. Default: ten times `limits.cost`.')
        .optional(),
      perSecond: count(1, 1_000_000_000)
        .describe('What comes back each second. Default: a hundredth of `points`.')
        .optional(),
    })
    .describe(
      'What each caller may spend on requests to registries. An operation pays what it may cost, and a query is given back what it did not need. Default: as its keys say, and with `access.mode: open`, where all are one caller, none.',
    )
    .optional(),
  nodes: count(1, 10_000_000)
    .describe('Objects that an operation could answer with, counted through its connections and lists of images.')
    .prefault(10_000),
  operation: duration(instant)
    .describe('How long an operation may take before what is left of it fails.')
    .prefault('15s'),
  responseBytes: byteSize().describe('Longest answer to an operation.').prefault('16MiB'),
  sockets: count(1, 1_000_000)
    .describe('Clients that may be connected for subscriptions at once, by WebSocket and by stream together.')
    .prefault(20_000),
  callerSockets: count(1, 1_000_000)
    .describe(
      'Clients of one caller that may be connected for subscriptions at once, by WebSocket and by stream together. Whoever is `anonymous` is not counted so.',
    )
    .prefault(20),
  socketSubscriptions: count(1, 10_000).describe('Subscriptions of one WebSocket.').prefault(50),
  socketMessages: count(1, 1_000_000)
    .describe('Messages that a WebSocket may send in ten seconds before it is closed.')
    .prefault(100),
  socketBuffer: byteSize()
    .describe('What may wait to be sent to one client; beyond it the client is slow, and is sent less later.')
    .prefault('1MiB'),
  messageBytes: byteSize().describe('Longest message of a WebSocket.').prefault('64KiB'),
  initTimeout: duration(instant).describe('How long a WebSocket may take to say connection_init.').prefault('3s'),
  pingInterval: duration(instant)
    .describe(
      'How often a client of subscriptions is pinged; a WebSocket that has not answered by the next time is ended.',
    )
    .prefault('12s'),
  payloadTimeout: duration(instant)
    .describe('How long the fields of one event may take before those that are late fail.')
    .prefault('2s'),
  slowTimeout: duration(instant)
    .describe('How long a slow client may take nothing at all before its connection is closed.')
    .prefault('30s'),
  drain: duration(instant)
    .describe(
      'Over how long the connections of subscriptions are closed when the gateway stops, or takes another configuration over.',
    )
    .prefault('10s'),
  drainDelay: duration({ min: 0 })
    .describe(
      'How long the gateway goes on as before when it is to stop and says so at `/readyz`, for balancers to take note.',
    )
    .prefault('0s'),
  upstreamTimeout: duration(instant)
    .describe('How long a registry may take for a whole answer, counted from sending, not from queueing.')
    .prefault('5s'),
  queue: count(1, 100_000)
    .describe('Operations that may wait for one registry; more are refused at once.')
    .prefault(100),
  manifestBytes: byteSize().describe('Longest manifest or index, after decompression.').prefault('4MiB'),
  blobBytes: byteSize().describe('Longest image configuration, after decompression.').prefault('4MiB'),
  tagPageBytes: byteSize().describe('Longest page of tags, after decompression.').prefault('8MiB'),
  tagPages: count(1, 100_000)
    .describe('Pages that are read for the whole list of tags of a repository.')
    .prefault(1000),
  tagNames: count(1, 10_000_000)
    .describe('Tags that are read for the whole list of a repository; beyond it the list is cut, and says so.')
    .prefault(100_000),
});

/** How much one caller, one operation and one upstream call may take. Durations are milliseconds, sizes bytes. */
export interface Limits extends Readonly<Omit<z.output<typeof limitsSchema>, 'budget'>> {
  /** What each caller may spend; `undefined` where there is no end to it. */
  readonly budget: { readonly points: number; readonly perSecond: number } | undefined;
}
