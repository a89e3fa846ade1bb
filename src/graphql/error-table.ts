import type { ErrorCode } from '../domain/errors.ts';

/** What a code means to whoever reads an answer; `docs/errors.md` is made of it. */
export interface ErrorRow {
  /** Whose doing it is: the caller's, a registry's, ours; `graphql` for what the language itself refuses. */
  readonly side: 'caller' | 'graphql' | 'upstream' | 'ours';
  readonly meaning: string;
  readonly remedy: string;
}

/** Codes that do not come from the domain: those of GraphQL itself, and the mask over our own faults. */
export type AnswerCode =
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_USER_INPUT'
  | 'PERSISTED_QUERY_NOT_FOUND'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'
  | 'INTERNAL';

/** Every code that `extensions.code` may hold. CONFIG_INVALID is not among them: it ends the start, and no answer. */
export const errorTable: Readonly<Record<Exclude<ErrorCode, 'CONFIG_INVALID'> | AnswerCode, ErrorRow>> = {
  REFERENCE_INVALID: {
    side: 'caller',
    meaning: 'The text is not a reference, repository name, tag or digest.',
    remedy: 'Correct it; the message says what was expected.',
  },
  ARGUMENT_INVALID: {
    side: 'caller',
    meaning: 'An argument is out of its range or of its form; `argument` names it.',
    remedy: 'Correct it.',
  },
  CURSOR_INVALID: {
    side: 'caller',
    meaning: 'The cursor was not made by this gateway, or for another field or with other arguments.',
    remedy: 'Pass a cursor unchanged, to the field that it came from; or begin without one.',
  },
  CURSOR_EXPIRED: {
    side: 'caller',
    meaning: 'Events after the cursor are not kept any more, or the store was restored since.',
    remedy: 'Read the tags again, and go on from `asOf`. A subscription is told so by RESYNC.',
  },
  REGISTRY_UNKNOWN: {
    side: 'caller',
    meaning: 'No registry of that name is configured.',
    remedy: 'Ask `registries` for those that are, or add it to the configuration.',
  },
  SOURCE_AMBIGUOUS: {
    side: 'caller',
    meaning: 'Several sources of image streams are configured, and `source` is left out.',
    remedy: 'Name one of those that the message lists.',
  },
  UNSUPPORTED: {
    side: 'caller',
    meaning: 'The registry or cluster cannot do that; `registry` or `source` names it.',
    remedy: 'Ask without it; `Registry.abilities` says what each registry can do.',
  },
  NOT_FOUND: {
    side: 'caller',
    meaning: 'There is no such image stream, tag or image.',
    remedy: 'Correct the name, or make it first.',
  },
  NOT_WATCHED: {
    side: 'caller',
    meaning: 'No configured registry, repository or source of image streams could ever match the filter.',
    remedy: 'Correct the filter, or add the line of configuration that the message names.',
  },
  CONFLICT: {
    side: 'caller',
    meaning: 'The state is another than the caller expected, or the idempotency key was used for something else.',
    remedy: 'Read again, and decide anew.',
  },
  UNAUTHENTICATED: {
    side: 'caller',
    meaning: 'No credential was shown where one is wanted, or it is not good, or not any more.',
    remedy: 'Show a good one in the header Authorization; over WebSocket it may also stand in `connection_init`.',
  },
  AUTH_UNAVAILABLE: {
    side: 'ours',
    meaning: 'Who calls, or what they may do, cannot be found out now: whoever knows it does not answer.',
    remedy: 'Ask again later.',
  },
  FORBIDDEN: { side: 'caller', meaning: 'The viewer may not do that.', remedy: 'Ask for the right.' },
  OPERATION_NOT_ALLOWED: {
    side: 'caller',
    meaning: 'The operation is switched off, not possible over this transport, or none of the trusted documents.',
    remedy: 'The message names the setting or the transport.',
  },
  LIMIT_EXCEEDED: {
    side: 'caller',
    meaning: 'The operation is beyond a limit; `limit`, `value` and `max` say which and by how much.',
    remedy:
      'Ask for fewer items, or split the operation; with `retryAfterSeconds`, as with the limit `budget`, ask again after that.',
  },
  GRAPHQL_PARSE_FAILED: {
    side: 'graphql',
    meaning: 'The document is not GraphQL, or has too many tokens.',
    remedy: 'Correct or shorten it.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    side: 'graphql',
    meaning: 'The document does not fit the schema, or holds no operation of the name that was asked for.',
    remedy: 'Correct it.',
  },
  BAD_USER_INPUT: {
    side: 'graphql',
    meaning: 'The request is not of its form, or the value of a variable does not fit its type.',
    remedy: 'Correct it.',
  },
  PERSISTED_QUERY_NOT_FOUND: {
    side: 'graphql',
    meaning: 'No document with that hash is known here.',
    remedy: 'Send the document with its hash; clients with automatic persisted queries do so by themselves.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    side: 'graphql',
    meaning: 'Documents cannot be named by their hash here.',
    remedy: 'Send the document.',
  },
  UPSTREAM_UNAUTHORIZED: {
    side: 'upstream',
    meaning:
      "The registry or cluster refuses the gateway's credentials, or wants some, or other rights; `registry` or `source` names it. Of a registry that is read with the credential of who asks, this is about that one.",
    remedy:
      'Tell the operator: the credentials in the configuration, or the rights that the message names, want mending. Where the message says that it was yours, ask for rights in that registry.',
  },
  UPSTREAM_RATE_LIMITED: {
    side: 'upstream',
    meaning: 'The registry allows no more requests for now.',
    remedy: 'Ask again after `retryAfterSeconds`.',
  },
  UPSTREAM_TIMEOUT: {
    side: 'upstream',
    meaning: 'The registry or cluster did not answer in time, or the operation took longer than it may.',
    remedy: 'Ask again, or for less.',
  },
  UPSTREAM_UNAVAILABLE: {
    side: 'upstream',
    meaning:
      'No usable answer: no address, no connection, a fault of the registry, or it is not asked for a while since it kept failing.',
    remedy: 'Ask again later.',
  },
  UPSTREAM_TLS: {
    side: 'upstream',
    meaning: "The registry's certificate is not trusted.",
    remedy: 'Tell the operator: `caFile` names the authority to trust.',
  },
  UPSTREAM_INVALID: {
    side: 'upstream',
    meaning: 'The registry answered something that the protocol does not allow.',
    remedy: 'Tell the operator of the registry.',
  },
  UPSTREAM_TOO_LARGE: {
    side: 'upstream',
    meaning: 'The answer is larger than is read; `maxBytes` says how much that is.',
    remedy: 'Nothing, as a caller; image metadata is small.',
  },
  UPSTREAM_REDIRECT_REFUSED: {
    side: 'upstream',
    meaning: 'The registry points to an address that the configuration does not allow.',
    remedy: 'Tell the operator: `tokenRealms` and `redirectHosts` allow more.',
  },
  UPSTREAM_DIGEST_MISMATCH: {
    side: 'upstream',
    meaning: 'The content is not what its digest says; `expected` and `actual` are the two digests.',
    remedy: 'Trust nothing of it, and tell the operator of the registry.',
  },
  UNAVAILABLE: {
    side: 'ours',
    meaning: "The gateway's own store cannot be reached, or its audit log cannot be written; images can still be read.",
    remedy: 'Ask again later.',
  },
  INTERNAL: {
    side: 'ours',
    meaning: 'A fault of the gateway.',
    remedy: 'Report it with its `requestId`, by which the log has the details.',
  },
};

export type PublicCode = keyof typeof errorTable;

/** Whether a code may stand in an answer. */
export function isPublicCode(code: unknown): code is PublicCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}
