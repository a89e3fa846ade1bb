import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { sendRaw, type RawRequest } from './raw.ts';
import { names, startStand, type Stand } from './stand.ts';

const query = `{ image(reference: "${names.a}/team/app:1") { digest } }`;
const document = JSON.stringify({ query });
const json = { 'content-type': 'application/json' };
const search = `/graphql?query=${encodeURIComponent(query)}`;
const preflight = { 'apollo-require-preflight': 'yes' };

/** A body of so many bytes, most of them in a comment. */
function bodyOf(bytes: number): string {
  const empty = JSON.stringify({ query: '{ registries { name } }#' });
  return empty.replace('#', `#${'x'.repeat(bytes - Buffer.byteLength(empty))}`);
}

describe('a request that is none', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await startStand();
  });
  afterAll(() => stand.end());

  const refused: readonly (RawRequest & { readonly what: string; readonly status: number })[] = [
    { what: 'POST of text', status: 415, headers: { 'content-type': 'text/plain' }, body: document },
    {
      what: 'POST of text that does not come from a form',
      status: 415,
      headers: { 'content-type': 'text/plain', ...preflight },
      body: document,
    },
    {
      what: 'POST of a form',
      status: 415,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `query=${encodeURIComponent(query)}`,
    },
    {
      what: 'POST of a form in parts',
      status: 415,
      headers: { 'content-type': 'multipart/form-data; boundary=x', ...preflight },
      body: '--x--',
    },
    {
      what: 'POST of a GraphQL document',
      status: 415,
      headers: { 'content-type': 'application/graphql' },
      body: query,
    },
    { what: 'POST without a content type', status: 415, body: document },
    {
      what: 'POST of several content types',
      status: 415,
      headers: { 'content-type': 'application/json, text/plain' },
      body: document,
    },
    {
      what: 'POST in IBM 866',
      status: 415,
      headers: { 'content-type': 'application/json; charset=ibm866' },
      body: document,
    },
    {
      what: 'POST in UTF-16',
      status: 415,
      headers: { 'content-type': 'application/json; charset=utf-16le' },
      body: Buffer.from(document, 'utf16le'),
    },
    {
      what: 'POST in UTF-7',
      status: 415,
      headers: { 'content-type': 'application/json;charset=UTF-7' },
      body: document,
    },
    { what: 'POST of gzip', status: 415, headers: { ...json, 'content-encoding': 'gzip' }, body: gzipSync(document) },
    { what: 'POST of brotli', status: 415, headers: { ...json, 'content-encoding': 'br' }, body: 'x' },
    {
      what: 'POST of bytes that are no UTF-8',
      status: 400,
      headers: json,
      body: Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    },
    { what: 'POST of nothing', status: 400, headers: json, body: '' },
    { what: 'POST of half a document', status: 400, headers: json, body: document.slice(0, -2) },
    { what: 'POST of two documents', status: 400, headers: json, body: document + document },
    { what: 'POST of a batch', status: 400, headers: json, body: `[${document},${document}]` },
    { what: 'POST of an empty batch', status: 400, headers: json, body: '[]' },
    { what: 'POST of null', status: 400, headers: json, body: 'null' },
    { what: 'POST of a text', status: 400, headers: json, body: JSON.stringify(query) },
    { what: 'POST without a query', status: 400, headers: json, body: '{}' },
    { what: 'POST of a query that is no text', status: 400, headers: json, body: '{"query":{"kind":"Document"}}' },
    {
      what: 'POST of variables that are no object',
      status: 400,
      headers: json,
      body: JSON.stringify({ query, variables: [1] }),
    },
    {
      what: 'POST of variables that are text',
      status: 400,
      headers: json,
      body: JSON.stringify({ query, variables: '{}' }),
    },
    {
      what: 'POST of extensions that are no object',
      status: 400,
      headers: json,
      body: JSON.stringify({ query, extensions: 1 }),
    },
    { what: 'POST of a byte more than 100 KiB', status: 413, headers: json, body: bodyOf(100 * 1024 + 1) },
    { what: 'GET without a header that only scripts send', status: 400, method: 'GET', path: search },
    {
      what: 'GET with the content type of a form',
      status: 400,
      method: 'GET',
      path: search,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    },
    {
      what: 'GET with the content type of text',
      status: 400,
      method: 'GET',
      path: search,
      headers: { 'content-type': 'text/plain' },
    },
    { what: 'GET without a query', status: 400, method: 'GET', headers: preflight },
    {
      what: 'GET of a mutation',
      status: 405,
      method: 'GET',
      path: `/graphql?query=${encodeURIComponent('mutation { deleteImageStream(input: { namespace: "a", name: "b" }) { deletedId } }')}`,
      headers: preflight,
    },
    {
      what: 'GET of a query in the wrong escapes',
      status: 400,
      method: 'GET',
      path: '/graphql?query=%7B%ff',
      headers: { ...preflight, accept: 'application/graphql-response+json' },
    },
    { what: 'HEAD', status: 405, method: 'HEAD', path: search, headers: preflight },
    { what: 'PUT', status: 405, method: 'PUT', headers: json, body: document },
    { what: 'PATCH', status: 405, method: 'PATCH', headers: json, body: document },
    { what: 'DELETE', status: 405, method: 'DELETE', headers: json },
    { what: 'a path that is not there', status: 404, method: 'GET', path: '/graphql/' },
    { what: 'a path that leads out', status: 404, method: 'GET', path: '/../../etc/passwd' },
  ];

  it.each(refused)(
    'B09: $what is answered $status, in JSON, and nothing is asked',
    async ({ what: _, status, ...request }) => {
      const before = stand.upstream();
      const answer = await sendRaw(stand.url, request);
      stand.look(answer.text);
      expect(answer).toMatchObject({
        status,
        type: expect.stringMatching(/^application\/(?:graphql-response\+)?json\b/),
      });
      if (request.method !== 'HEAD') {
        const { errors, data } = JSON.parse(answer.text) as {
          errors: { message: string; extensions: { code: string } }[];
          data?: unknown;
        };
        expect(data).toBeUndefined();
        expect(errors).toMatchObject([
          {
            message: expect.stringMatching(/^[\x20-\x7e]{1,512}$/),
            extensions: { code: expect.stringMatching(/^[A-Z_]+$/) },
          },
        ]);
      }
      expect(stand.upstream()).toBe(before);
    },
  );

  it.each([
    { what: 'GET with a header that only scripts send', method: 'GET', path: search, headers: preflight },
    {
      what: 'POST in UTF-8 by any spelling',
      headers: { 'content-type': 'Application/JSON; charset="UTF-8"' },
      body: document,
    },
    { what: 'POST of 100 KiB', headers: json, body: bodyOf(100 * 1024) },
    {
      what: 'POST of no variables at all',
      headers: json,
      body: JSON.stringify({ query, variables: null, operationName: null, extensions: null }),
    },
  ])('B09: $what is answered', async ({ what: _, ...request }) => {
    const answer = await sendRaw(stand.url, request);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).not.toHaveProperty('errors');
  });

  it('B09: that names a document by its hash is answered as clients with such documents expect it, and nothing is asked', async () => {
    const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
    const answer = await sendRaw(stand.url, {
      headers: json,
      body: JSON.stringify({ extensions: { persistedQuery } }),
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({
      errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }],
    });
  });

  it('B09: is refused before its body is read, and what was not read is no next request', async () => {
    const smuggled = 'GET /livez HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(10_000);
    const answer = await sendRaw(stand.url, { headers: { 'content-type': 'text/plain' }, body: smuggled }).catch(
      (error: unknown) => error,
    );
    // The connection ends with the answer, perhaps before all was sent.
    expect(answer instanceof Error || JSON.stringify(answer).includes('415')).toBe(true);
  });
});
