import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from './child.ts';
import { createSample, type Part } from './sample.ts';

/** A request as the upstream saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly part: Part;
}

/**
 * A registry in a process of its own, as plain and fast as it can be: every repository has the same 100 tags, and every
 * answer comes after a fixed time. Arguments: that time in milliseconds, and the number of tags. Asked anything by its
 * parent, it tells the requests that it has seen since it was asked last.
 */
const [latencyMs = 20, tagCount = 100] = process.argv.slice(2).map(Number);
const sample = createSample(tagCount);
const hubListing = Buffer.from(
  JSON.stringify({ count: sample.tags.length, next: null, previous: null, results: sample.hubRows }),
);
const tagList = (name: string): Buffer => Buffer.from(JSON.stringify({ name, tags: sample.tags }));
let seen: SeenRequest[] = [];

const server = createServer({ keepAliveTimeout: 300_000 }, (request, response) => {
  const answer = find(request.url ?? '/');
  seen.push({
    method: request.method ?? '',
    path: request.url ?? '/',
    headers: headersOf(request),
    part: answer.part,
  });
  setTimeout(() => {
    send(request, response, answer);
  }, latencyMs);
});
server.listen(0, '127.0.0.1', () => {
  answerParent((server.address() as AddressInfo).port, () => {
    const before = seen;
    seen = [];
    return Promise.resolve(before.map((request) => ({ ...request })));
  });
});

interface Answer {
  readonly part: Part;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

function find(url: string): Answer {
  const json = { 'content-type': 'application/json' };
  const path = url.split('?', 1).join('');
  const [, repository, rest = ''] = /^\/v2\/(.+)\/((?:manifests|blobs|tags)\/[^/]+)$/.exec(path) ?? [];
  if (path.startsWith('/v2/namespaces/')) return { part: 'listing', status: 200, headers: json, bytes: hubListing };
  if (repository !== undefined && rest === 'tags/list') {
    return { part: 'tags', status: 200, headers: json, bytes: tagList(repository) };
  }
  const stored = sample.answers.get(rest);
  if (stored === undefined) return { part: 'other', status: 404, headers: json, bytes: Buffer.from('{"errors":[]}') };
  const { part, mediaType, digest, bytes } = stored;
  return { part, status: 200, headers: { 'content-type': mediaType, 'docker-content-digest': digest }, bytes };
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, bytes }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** What the caller chose to send; what the connection needs is each client's own. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && name !== 'host' && name !== 'connection' ? [[name, value]] : [],
    ),
  );
}
