import type { RepositoryName } from '../domain/reference.ts';
import type { Ask } from '../domain/registry.ts';

/** One exchange with a registry or with what belongs to it. Decorators wrap a Transport in another. */
export type Transport = (request: UpstreamRequest) => Promise<UpstreamResponse>;

/** A question. Reading is all that ever leaves: GET and HEAD, and POST to token endpoints. */
export interface UpstreamRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  /** Names in lower case. Never a credential: `authenticate` adds those, for the origin that they are meant for. */
  readonly headers: Readonly<Record<string, string>>;
  /** The form of a POST to a token endpoint. */
  readonly body?: string;
  /** The most bytes that the body may have after decompression; more ends in UPSTREAM_TOO_LARGE. */
  readonly maxBytes: number;
  /** The repository that the question is about; with it a credential and a token's scope are chosen. */
  readonly repository?: RepositoryName;
  /** What the question needs to be allowed, as a token's scope: `repository:library/nginx:pull`, `registry:catalog:*`. */
  readonly scope?: string;
  /** What counts against a rate limit that registries keep for pulls: a manifest that is fetched. */
  readonly isPull?: boolean;
  readonly ask: Ask;
}

/** An answer, whole: bodies are small here and always bounded. */
export interface UpstreamResponse {
  readonly status: number;
  /** Names in lower case; several fields of one name as an array. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
}

/** The single value of a header, the first where there are several. */
export function header(response: UpstreamResponse, name: string): string | undefined {
  const value = response.headers[name];
  return typeof value === 'object' ? value[0] : value;
}
