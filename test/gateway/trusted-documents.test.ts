import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { openStream } from '../support/event-stream.ts';
import { moved } from '../support/memory-log.ts';
import { openSocket, told } from '../support/socket-client.ts';
import { post } from './stand.ts';

const query = 'query Registries($n: Boolean!) { registries { name @include(if: $n) } }';
const events = 'subscription { tagEvents { kind } }';
const variables = { n: true };
const data = { registries: [{ name: 'registry.example' }] };

let folder: string;
let gateway: EventGateway;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-trusted-'));
  const file = join(folder, 'documents.json');
  writeFileSync(file, JSON.stringify({ [hashOf(query)]: query, [hashOf(events)]: events }));
  gateway = await startEventGateway({
    config: { server: { port: 0, trustedDocuments: file }, limits: { tokens: 50 } },
  });
});

afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function persisted(text: string): object {
  return { persistedQuery: { version: 1, sha256Hash: hashOf(text) } };
}

const refusal = {
  message: expect.stringMatching(/server\.trustedDocuments.*documentId/),
  extensions: { code: 'OPERATION_NOT_ALLOWED', requestId: expect.any(String) },
};

const strangers: readonly (readonly [what: string, request: object])[] = [
  ['another document', { query: '{ registries { kind } }' }],
  ['a document that is no GraphQL', { query: '{'.repeat(60) }],
  ['a hash of none', { query: '', documentId: `sha256:${hashOf('x')}` }],
  ['a hash of none, with another document', { query: '{ asOf }', extensions: persisted('{ asOf }') }],
  ['another document with a good hash', { query: '{ asOf }', extensions: persisted(query) }],
  ['introspection', { query: '{ __schema { queryType { name } } }' }],
  ['nothing', { query: '' }],
];

describe('with trusted documents, over HTTP', () => {
  it.each([
    ['by its text', { query }],
    ['by documentId', { documentId: `sha256:${hashOf(query)}` }],
    ['as Apollo Client names it', { extensions: persisted(query) }],
    ['by both', { query, extensions: persisted(query), operationName: 'Registries' }],
  ])('one of them is run, sent %s', async (_, request) => {
    const asked = await post(gateway.url, { ...request, variables });
    expect({ errors: asked.errors, data: asked.data }).toEqual({ errors: [], data });
  });

  it.each(strangers)('%s is refused before it is read', async (_, request) => {
    expect(await post(gateway.url, { ...request, variables })).toMatchObject({ status: 400, errors: [refusal] });
  });

  it('a list of operations is refused', async () => {
    expect(await post(gateway.url, [{ query, variables }])).toMatchObject({ status: 400, errors: [refusal] });
  });

  it.each<[string, Readonly<Record<string, string>>, boolean]>([
    ['its text', { query }, true],
    ['its documentId', { documentId: `sha256:${hashOf(query)}` }, true],
    ['the hash of Apollo Client', { extensions: JSON.stringify(persisted(query)) }, true],
    ['another document', { query: '{ registries { kind } }' }, false],
    ['a good hash and another document', { query: '{ asOf }', documentId: hashOf(query) }, false],
    ['extensions that are no JSON', { extensions: '{' }, false],
  ])('by GET with %s is as by POST', async (_, request, isTrusted) => {
    const search = new URLSearchParams({ ...request, variables: JSON.stringify(variables) });
    const answer = await fetch(`${gateway.url}/graphql?${search.toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await answer.json()).toMatchObject(isTrusted ? { data } : { errors: [refusal] });
  });

  it('a document that follows a trusted one in the same URL is not looked at', async () => {
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    search.append('query', '{ asOf }');
    const answer = await fetch(`${gateway.url}/graphql?${search.toString()}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(await answer.json()).toMatchObject({ data });
  });
});

describe('with trusted documents, over WebSocket and as a stream', () => {
  const trusted: readonly (readonly [string, object])[] = [
    ['its text', { query: events }],
    ['its documentId', { query: '', documentId: `sha256:${hashOf(events)}` }],
    ['the hash of Apollo Client', { query: '', extensions: persisted(events) }],
  ];

  it.each(trusted)('one of them is subscribed to by %s', async (_, payload) => {
    const client = await openSocket(gateway.socketUrl);
    client.say({ id: '1', type: 'subscribe', payload });
    const stream = await openStream(`${gateway.url}/graphql/stream`, { body: payload });
    // The socket's subscription is there when what it was told of comes: events are appended until it is.
    while (
      told(
        client.messages.filter(({ id }) => id === '1'),
        'kind',
      ).length === 0
    )
      await gateway.append(moved());
    expect(told(await client.received('1', 1), 'kind')[0]).toBe('MOVED');
    await stream.received(1);
    stream.close();
    await client.close();
  });

  it('a stream by GET is asked for in the same ways', async () => {
    for (const parameters of [{ documentId: hashOf(events) }, { extensions: JSON.stringify(persisted(events)) }]) {
      const stream = await openStream(`${gateway.url}/graphql/stream?${new URLSearchParams(parameters).toString()}`);
      await gateway.append(moved());
      await stream.received(1);
      stream.close();
    }
  });

  it.each([
    ...strangers.filter(([what]) => what !== 'nothing'),
    ['another subscription', { query: `${events} ` }] as const,
  ])('%s is refused before it is read', async (_, request) => {
    const client = await openSocket(gateway.socketUrl);
    client.say({ id: '1', type: 'subscribe', payload: request });
    expect(await client.received('1', 1)).toMatchObject([{ type: 'error', payload: [refusal] }]);
    await client.close();
    const stream = await openStream(`${gateway.url}/graphql/stream`, { body: request });
    expect(JSON.parse(/^data: (.*)$/m.exec(await stream.ended)?.[1] ?? '')).toMatchObject({ errors: [refusal] });
  });

  it('a query that is one of them is still not for here', async () => {
    const client = await openSocket(gateway.socketUrl);
    client.subscribe('1', query, variables);
    expect(await client.received('1', 1)).toMatchObject([
      { payload: [{ message: expect.stringContaining('POST'), extensions: { code: 'OPERATION_NOT_ALLOWED' } }] },
    ]);
    await client.close();
  });
});

describe('without trusted documents', () => {
  it('a hash alone is answered by all transports as one that nobody looks up', async () => {
    const open = await startEventGateway();
    const payload = { query: '', extensions: persisted(events) };
    const code = { extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } };
    expect((await post(open.url, payload)).errors).toMatchObject([code]);
    const client = await openSocket(open.socketUrl);
    client.say({ id: '1', type: 'subscribe', payload });
    expect(await client.received('1', 1)).toMatchObject([{ payload: [code] }]);
    const stream = await openStream(`${open.url}/graphql/stream`, { body: payload });
    expect(await stream.ended).toContain(code.extensions.code);
    await client.close();
    await open.stop();
  });
});
