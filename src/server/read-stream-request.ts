import type { IncomingMessage } from 'node:http';
import type { SubscriptionRequest } from '../graphql/subscriptions.ts';
import { isNamed } from '../graphql/trusted-documents.ts';
import { readJsonBody } from './read-body.ts';

/** What became of a request for a stream. */
export type StreamRequest =
  | { readonly kind: 'read'; readonly request: SubscriptionRequest }
  | { readonly kind: 'refused'; readonly status: 400 | 405 | 406 | 413 | 415; readonly message: string };

/** Reads a request for a stream: by POST as JSON, or by GET as EventSource sends it (GraphQL over HTTP, "Request Parameters"). */
export async function readStreamRequest(request: IncomingMessage, maxBytes: number): Promise<StreamRequest> {
  const { accept = '*/*' } = request.headers;
  if (!/text\/event-stream|text\/\*|\*\/\*/.test(accept)) {
    return refused(406, 'what is here is text/event-stream: accept it');
  }
  if (request.method === 'GET') return fromQuery(request);
  if (request.method !== 'POST') return refused(405, 'a stream is asked for by GET or POST');
  const body = await readJsonBody(request, maxBytes);
  return body.kind === 'refused' ? body : fromParameters(body.document, resumeAfter(request));
}

function fromQuery(request: IncomingMessage): StreamRequest {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const parameters: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'documentId']) parameters[name] = searchParams.get(name);
  for (const name of ['variables', 'extensions']) {
    try {
      parameters[name] = JSON.parse(searchParams.get(name) ?? 'null');
    } catch {
      return refused(400, `the ${name} are not JSON`);
    }
  }
  return fromParameters(parameters, resumeAfter(request));
}

function fromParameters(parameters: unknown, cursor: string | undefined): StreamRequest {
  if (typeof parameters !== 'object' || parameters === null) return refused(400, 'the body is not an object');
  const { query, operationName, variables, documentId, extensions }: Partial<Record<string, unknown>> = {
    ...parameters,
  };
  const named = { documentId, extensions };
  const text = query ?? '';
  if (typeof text !== 'string' || (text === '' && !isNamed(named))) return refused(400, 'there is no query');
  if (operationName != null && typeof operationName !== 'string') return refused(400, 'operationName is not a text');
  if (variables != null && !isObject(variables)) return refused(400, 'variables is not an object');
  return { kind: 'read', request: { ...named, query: text, operationName, variables, resumeAfter: cursor } };
}

/** What an EventSource that was cut off had last (HTML standard, "The `Last-Event-ID` header"). */
function resumeAfter({ headers }: IncomingMessage): string | undefined {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refused(status: 400 | 405 | 406, message: string): StreamRequest {
  return { kind: 'refused', status, message };
}
