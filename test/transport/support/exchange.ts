import type { ErrorCode, ErrorDetails, GatewayError } from '../../../src/domain/errors.ts';
import { isGatewayError } from '../../../src/domain/errors.ts';
import type { RegistryName, RepositoryName } from '../../../src/domain/reference.ts';
import type { Ask } from '../../../src/domain/registry.ts';
import type { Transport, UpstreamRequest, UpstreamResponse } from '../../../src/transport/transport.ts';

export const registry = 'registry.example' as RegistryName;

export function repositoryName(name: string): RepositoryName {
  return name as RepositoryName;
}

export function createAsk(signal: AbortSignal = new AbortController().signal): Ask {
  return { signal, cost: { upstreamRequests: 0, cacheHits: 0, coalesced: 0 } };
}

export function requestFor(url: string | URL, extra: Partial<UpstreamRequest> = {}): UpstreamRequest {
  return { method: 'GET', url: new URL(url), headers: {}, maxBytes: 1_000_000, ask: createAsk(), ...extra };
}

export function answer(
  request: UpstreamRequest,
  status: number,
  { headers = {}, body = '' }: { headers?: UpstreamResponse['headers']; body?: string | object } = {},
): UpstreamResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, body: Buffer.from(text), url: request.url };
}

/** A transport made of a function, and what it was asked. */
export function recorded(
  send: (request: UpstreamRequest, count: number) => UpstreamResponse | Promise<UpstreamResponse>,
): {
  readonly transport: Transport;
  readonly requests: UpstreamRequest[];
} {
  const requests: UpstreamRequest[] = [];
  return {
    requests,
    transport: async (request) => {
      requests.push(request);
      return send(request, requests.length);
    },
  };
}

/** The error of a code that a promise rejects with; throws where it does something else. */
export async function failureOf<Code extends ErrorCode>(
  promise: Promise<unknown>,
  code: Code,
): Promise<GatewayError<Code> & { details: ErrorDetails[Code] }> {
  try {
    await promise;
  } catch (error) {
    if (isGatewayError(error, code)) return error;
    throw error;
  }
  throw new Error(`expected ${code}, but it went well`);
}
