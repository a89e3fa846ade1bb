/** What each code carries besides its message. The table is the taxonomy: a code that is not here does not exist. */
export interface ErrorDetails {
  /** The text is not a reference, repository name, tag or digest. */
  REFERENCE_INVALID: object;
  /** An argument is out of its range or of its form. */
  ARGUMENT_INVALID: { readonly argument?: string };
  /** A cursor that was not made by this gateway, or for another field. */
  CURSOR_INVALID: object;
  /** What follows the cursor is not kept any more. */
  CURSOR_EXPIRED: object;
  /** No registry of that name is configured. */
  REGISTRY_UNKNOWN: object;
  /** Several sources of image streams are configured, and none was named. */
  SOURCE_AMBIGUOUS: object;
  /** The registry cannot do that. */
  UNSUPPORTED: UpstreamDetails;
  /** Nothing that is configured could ever match the filter. */
  NOT_WATCHED: object;
  UNAUTHENTICATED: object;
  /** Who calls, or what they may do, cannot be found out now. */
  AUTH_UNAVAILABLE: object;
  FORBIDDEN: object;
  /** The operation is switched off, or not possible over this transport. */
  OPERATION_NOT_ALLOWED: object;
  /** Of a limit that gives way with time, with the seconds until the same is allowed. */
  LIMIT_EXCEEDED: {
    readonly limit: string;
    readonly value?: number;
    readonly max: number;
    readonly retryAfterSeconds?: number;
  };
  /** Our credentials were refused, or are wanted and missing. */
  UPSTREAM_UNAUTHORIZED: UpstreamDetails;
  UPSTREAM_RATE_LIMITED: UpstreamDetails;
  UPSTREAM_TIMEOUT: UpstreamDetails;
  /** No usable answer: DNS, connection refused or reset, 5xx, breaker open, queue full. */
  UPSTREAM_UNAVAILABLE: UpstreamDetails;
  UPSTREAM_TLS: UpstreamDetails;
  /** An answer that is not of the form that the protocol asks for. */
  UPSTREAM_INVALID: UpstreamDetails;
  UPSTREAM_TOO_LARGE: UpstreamDetails & { readonly maxBytes?: number };
  /** A redirect, token realm, link or address that must not be followed. */
  UPSTREAM_REDIRECT_REFUSED: UpstreamDetails;
  UPSTREAM_DIGEST_MISMATCH: UpstreamDetails & { readonly expected?: string; readonly actual?: string };
  /** There is no such image stream, tag or image. */
  NOT_FOUND: object;
  /** The state is another than the caller expected, or what is to be made exists. */
  CONFLICT: object;
  /** Our store cannot be reached, or our audit log cannot be written. */
  UNAVAILABLE: object;
  /** The configuration file; raised at start only. */
  CONFIG_INVALID: object;
}

/** What is known of a failure on a registry's side. Never holds credentials, nor URLs with a query. */
export interface UpstreamDetails {
  /** The configured name of the registry. */
  readonly registry?: string;
  /** The configured name of the source of image streams, where it was a cluster. */
  readonly source?: string;
  /** The HTTP status, where there was an answer. */
  readonly status?: number;
  /** Seconds until asking again makes sense. */
  readonly retryAfterSeconds?: number;
}

export type ErrorCode = keyof ErrorDetails;

const retryable: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'UPSTREAM_RATE_LIMITED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'AUTH_UNAVAILABLE',
  'UNAVAILABLE',
]);

/** The one error that Tributary raises on purpose. Whatever else is thrown is a fault of ours, and masked. */
export class GatewayError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'GatewayError';
  readonly code: Code;
  readonly details: ErrorDetails[Code];

  constructor(code: Code, message: string, details: ErrorDetails[Code], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** Whether the same question may be answered later without anybody mending anything. */
  get retryable(): boolean {
    return retryable.has(this.code) || ('retryAfterSeconds' in this.details && this.code === 'LIMIT_EXCEEDED');
  }
}

/** Whether a thrown value is a GatewayError, of a given code if one is given. */
export function isGatewayError<Code extends ErrorCode = ErrorCode>(
  error: unknown,
  code?: Code,
): error is GatewayError<Code> {
  return error instanceof GatewayError && (code === undefined || error.code === code);
}
