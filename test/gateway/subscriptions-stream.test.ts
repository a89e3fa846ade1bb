import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { openStream, type EventStream, type StreamOptions } from '../support/event-stream.ts';
import { moved } from '../support/memory-log.ts';

const query = 'subscription { tagEvents { cursor revision } }';

let gateway: EventGateway;

beforeAll(async () => {
  gateway = await startEventGateway({ config: { limits: { pingInterval: '200ms', bodyBytes: '2KiB', depth: 6 } } });
});

afterAll(async () => {
  await gateway.stop();
});

function stream(options?: StreamOptions, parameters?: Readonly<Record<string, string>>): Promise<EventStream> {
  const search = parameters === undefined ? '' : `?${new URLSearchParams(parameters).toString()}`;
  return openStream(`${gateway.url}/graphql/stream${search}`, options);
}

function revisions(events: readonly { readonly data: string | undefined }[]): number[] {
  return events.map(({ data }) => (JSON.parse(data ?? '') as Payload).data.tagEvents.revision);
}

interface Payload {
  readonly data: { readonly tagEvents: { readonly revision: number } };
}

describe('a stream', () => {
  it.each([
    ['by POST', { body: { query } }, undefined],
    ['by GET', {}, { query }],
    ['that accepts anything', { headers: { accept: '*/*' } }, { query }],
    ['with a configured origin', { headers: { origin: 'https://console.example' } }, { query }],
  ])('asked for %s is told of events', async (_, options, parameters) => {
    const told = await stream(options, parameters);
    expect(told.status).toBe(200);
    expect(told.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    await gateway.append(moved(), moved());
    const events = await told.received(2);
    expect(events).toMatchObject([
      { event: 'next', id: expect.stringMatching(/^[\w-]{40,}$/) },
      { event: 'next', id: expect.any(String) },
    ]);
    told.close();
  });

  it('that was cut off goes on after the last event that it had, before what its operation says', async () => {
    const first = await stream({ body: { query } });
    await gateway.append(moved(), moved(), moved());
    const [one] = await first.received(3);
    const all = revisions(await first.received(3));
    first.close();
    await gateway.append(moved());
    const second = await stream({ headers: { 'last-event-id': one?.id ?? '' } }, { query });
    expect(revisions(await second.received(3))).toEqual([all[1], all[2], (all[2] ?? 0) + 1]);
    second.close();
  });

  it('shows that it lives while there is nothing to tell', async () => {
    const told = await stream({}, { query });
    while (told.events.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told.events.every(({ comment }) => comment)).toBe(true);
    told.close();
  });

  it.each([
    ['a query', { query: '{ registries { name } }' }, 'OPERATION_NOT_ALLOWED'],
    ['a syntax error', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    [
      'too deep a document',
      {
        query:
          'subscription { tagEvents { tag { image { platforms { image { platforms { image { digest } } } } } } } }',
      },
      'LIMIT_EXCEEDED',
    ],
    [
      'a filter of nothing watched',
      { query: 'subscription { tagEvents(filter: {registry: "x.example"}) { kind } }' },
      'NOT_WATCHED',
    ],
    [
      'a value of another type',
      { query: 'subscription ($b: Boolean!) { tagEvents(bookmarks: $b) { kind } }', variables: { b: 7 } },
      'BAD_USER_INPUT',
    ],
  ])('for %s says so by an event, and is complete', async (_, body, code) => {
    const told = await stream({ body });
    expect(told.status).toBe(200);
    const [next, complete] = await told.received(2);
    expect(JSON.parse(next?.data ?? '')).toMatchObject({
      errors: [{ extensions: { code, requestId: told.headers['x-request-id'] } }],
    });
    expect([next?.event, complete?.event, complete?.data]).toEqual(['next', 'complete', '']);
    await told.ended;
  });

  it('with a last event that is no cursor says so', async () => {
    const told = await stream({ headers: { 'last-event-id': 'abc' } }, { query });
    const [next] = await told.received(2);
    expect(next?.data).toContain('CURSOR_INVALID');
  });

  it.each<[string, StreamOptions, Readonly<Record<string, string>> | undefined, number, string]>([
    ['of a foreign page', { headers: { origin: 'https://evil.example' } }, { query }, 403, 'FORBIDDEN'],
    ['of no origin that has a name', { headers: { origin: 'null' } }, { query }, 403, 'FORBIDDEN'],
    ['by PUT', { method: 'PUT' }, undefined, 405, 'BAD_USER_INPUT'],
    ['that accepts JSON alone', { headers: { accept: 'application/json' } }, { query }, 406, 'BAD_USER_INPUT'],
    ['as a form', { body: {}, headers: { 'content-type': 'text/plain' } }, undefined, 415, 'BAD_USER_INPUT'],
    ['with too long a body', { body: { query: 'x'.repeat(2048) } }, undefined, 413, 'BAD_USER_INPUT'],
    ['without a query', {}, {}, 400, 'BAD_USER_INPUT'],
    ['with variables that are no JSON', {}, { query, variables: '{' }, 400, 'BAD_USER_INPUT'],
    ['with variables that are a list', { body: { query, variables: [] } }, undefined, 400, 'BAD_USER_INPUT'],
  ])('B09: %s is refused', async (_, options, parameters, status, code) => {
    const told = await stream(options, parameters);
    expect(told.status).toBe(status);
    expect(JSON.parse(await told.ended)).toMatchObject({ errors: [{ extensions: { code } }] });
  });
});
