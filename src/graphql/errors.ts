import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { isGatewayError } from '../domain/errors.ts';
import type { GatewayError } from '../domain/errors.ts';
import { cleanText } from '../lib/log-details.ts';
import { errorTable, isPublicCode } from './error-table.ts';
import type { AnswerCode } from './error-table.ts';

/** A fault of ours as it goes to the log. Credentials are already taken out of its texts. */
export interface MaskedError {
  readonly requestId: string | undefined;
  /** The field that failed: `repository.tags.nodes.0.image`. */
  readonly path: string | undefined;
  readonly message: string;
  readonly stack: string | undefined;
}

export interface ErrorFormatterOptions {
  /** Names the request that an error belongs to, in the answer and in the log. Left out where the transport does so itself. */
  readonly requestId?: (error: unknown) => string | undefined;
  readonly log: (error: MaskedError) => void;
  /** Whether messages may suggest names of the schema: not where introspection is off. */
  readonly suggestions: boolean;
  /** The time that an operation has, for the message that says it has passed. */
  readonly operationSeconds: number;
}

/** Turns an error into what the caller sees. Of the form that Apollo Server's `formatError` has; other transports give `error.toJSON()` first. */
export type ErrorFormatter = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

const maxMessageBytes = 512;
const maxStack = 4000;

/** What an error of a transport's or framework's own is called here. */
const renamed: ReadonlyMap<unknown, AnswerCode | 'OPERATION_NOT_ALLOWED'> = new Map([
  ['OPERATION_RESOLUTION_FAILURE', 'GRAPHQL_VALIDATION_FAILED'],
  ['BAD_REQUEST', 'BAD_USER_INPUT'],
]);

/** The details that callers see; whatever else an error holds stays inside. */
const publicDetails = [
  'argument',
  'limit',
  'value',
  'max',
  'registry',
  'source',
  'retryAfterSeconds',
  'maxBytes',
  'expected',
  'actual',
] as const;

/**
 * Errors raised on purpose keep their message and code, GraphQL's own keep theirs; everything else becomes INTERNAL with a
 * message that tells nothing, and its details go to the log. Never a stack. Each has the request's id.
 */
export function createErrorFormatter(options: ErrorFormatterOptions): ErrorFormatter {
  return (formatted, error) => {
    const original = unwrap(error);
    const requestId = options.requestId?.(error);
    const { message, extensions } = shown(formatted, original) ?? masked(formatted, original, requestId);
    const { locations, path } = formatted;
    return {
      message: cleanMessage(options.suggestions ? message : withoutSuggestion(message)),
      ...(locations && { locations }),
      ...(path && { path }),
      extensions: { ...extensions, ...(requestId !== undefined && { requestId }) },
    };
  };

  function shown(formatted: GraphQLFormattedError, original: unknown): Shown | undefined {
    if (isGatewayError(original)) return ofGateway(original);
    if (isAbort(original)) {
      const message = `the operation took longer than ${String(options.operationSeconds)} s: ask for less, or again`;
      return { message, extensions: { code: 'UPSTREAM_TIMEOUT', retryable: true } };
    }
    return original instanceof GraphQLError ? ofGraphQL(formatted, original) : undefined;
  }

  function masked(formatted: GraphQLFormattedError, original: unknown, requestId: string | undefined): Shown {
    options.log({
      requestId,
      path: formatted.path?.join('.'),
      message: cleanText(original instanceof Error ? original.message : String(original)),
      stack:
        original instanceof Error && original.stack !== undefined ? cleanText(original.stack, maxStack) : undefined,
    });
    return { message: 'internal error', extensions: { code: 'INTERNAL' } };
  }
}

interface Shown {
  readonly message: string;
  readonly extensions: Readonly<Record<string, unknown>>;
}

function ofGateway(error: GatewayError): Shown | undefined {
  const { code, message, details } = error;
  if (!isPublicCode(code)) return undefined;
  const known: Readonly<Record<string, unknown>> = { ...details };
  const told = publicDetails.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]] as const]));
  const mayBeRetryable = errorTable[code].side === 'upstream' || known['retryAfterSeconds'] !== undefined;
  return {
    message,
    extensions: { code, ...Object.fromEntries(told), ...(mayBeRetryable && { retryable: error.retryable }) },
  };
}

function ofGraphQL(formatted: GraphQLFormattedError, original: GraphQLError): Shown | undefined {
  const code = formatted.extensions?.['code'];
  const { message } = formatted;
  // Apollo's word for a mutation by GET, whose code says no more than that the request is bad.
  if (code === 'BAD_REQUEST' && message.startsWith('GET requests'))
    return { message, extensions: { code: 'OPERATION_NOT_ALLOWED' } };
  const ours = renamed.get(code) ?? code;
  if (isPublicCode(ours) && ours !== 'INTERNAL') return { message, extensions: { code: ours } };
  const isCallers = formatted.path === undefined ? !message.startsWith(unexpected) : isArgumentError(original);
  return isCallers ? { message, extensions: { code: 'BAD_USER_INPUT' } } : undefined;
}

/** How Apollo Server begins the message about a thrown value that is no error, and may be anything. */
const unexpected = 'Unexpected error value';

/** Arguments that do not fit are found out at their field; whatever else graphql finds there is a fault of ours. */
function isArgumentError(error: GraphQLError): boolean {
  return error.message.startsWith('Argument "');
}

/** The error that was thrown in the first place: GraphQL and Apollo Server wrap it to say where. */
export function unwrap(error: unknown): unknown {
  let found = error;
  while (found instanceof GraphQLError && found.originalError != null && found.originalError !== found) {
    found = found.originalError;
  }
  return found;
}

/** How `AbortSignal` calls its reasons where none is given (DOM §3.1). */
const abortNames: ReadonlySet<string> = new Set(['AbortError', 'TimeoutError']);

function isAbort(error: unknown): boolean {
  return error instanceof Error && abortNames.has(error.name);
}

function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean .*$/s, '');
}

/** Fit to be shown anywhere: of one line, without control and direction signs, without credentials, at most 512 bytes. */
export function cleanMessage(message: string): string {
  const text = cleanText(message, maxMessageBytes).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');
  if (Buffer.byteLength(text) <= maxMessageBytes) return text;
  const ellipsis = '…';
  // Cut bytes may end within a character, which decodes to a replacement sign.
  const cut = Buffer.from(text).subarray(0, maxMessageBytes - Buffer.byteLength(ellipsis));
  return cut.toString('utf8').replace(/\ufffd$/, '') + ellipsis;
}
