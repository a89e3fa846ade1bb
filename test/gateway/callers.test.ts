import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { openStream } from '../support/event-stream.ts';
import { bearer, createFakeCallers, type FakeCallers } from '../support/fake-callers.ts';
import { openSocket } from '../support/socket-client.ts';
import { post, type Asked } from './stand.ts';

const query = '{ registries { name } }';
const registries = { registries: [{ name: 'registry.example' }] };

let gateway: EventGateway;
let callers: FakeCallers;

beforeAll(async () => {
  callers = createFakeCallers('alice');
  gateway = await startEventGateway({ callers });
});

afterAll(async () => {
  await gateway.stop();
});

function expectRefused(asked: Asked, status: number, code: string): void {
  expect(asked.status).toBe(status);
  expect(JSON.parse(asked.text)).toEqual({
    errors: [{ message: expect.any(String), extensions: { code, requestId: asked.headers.get('x-request-id') } }],
  });
  expect(asked.headers.get('cache-control')).toBe('no-store');
}

describe('a request over HTTP', () => {
  it('is answered to who shows a token, and the answer is kept nowhere', async () => {
    const { status, data, headers } = await post(gateway.url, { query }, bearer('alice'));
    expect([status, data, headers.get('cache-control')]).toEqual([200, registries, 'no-store']);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['nothing', {}],
    ['a token that nobody knows', bearer('mallory')],
    ['a cookie', { cookie: 'authorization=Bearer alice' }],
    ['a token elsewhere', { 'proxy-authorization': 'Bearer alice', 'x-authorization': 'Bearer alice' }],
  ])('is refused with 401 to who shows %s', async (_, headers) => {
    const asked = await post(gateway.url, { query }, headers);
    expectRefused(asked, 401, 'UNAUTHENTICATED');
    expect(asked.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each([
    ['no JSON', '{'],
    ['no document', '{}'],
    ['a document that is none', '{"query":"{"}'],
    ['introspection', '{"query":"{ __schema { queryType { name } } }"}'],
  ])('is refused with 401 whatever it asks: %s', async (_, body) => {
    expectRefused(await post(gateway.url, body), 401, 'UNAUTHENTICATED');
  });

  it('is refused before its body has come, and the connection ends', async () => {
    const { hostname, port, host } = new URL(gateway.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `POST /graphql HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
        );
      });
      socket.on('data', (data) => (text += data.toString()));
      socket.on('error', reject);
      socket.on('close', () => {
        resolve(text);
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/^connection: close\r$/im);
  });

  it('is refused with 503 where it cannot be found out who asks, and told when to come again', async () => {
    callers.outage = true;
    const asked = await post(gateway.url, { query }, bearer('alice'));
    callers.outage = false;
    expectRefused(asked, 503, 'AUTH_UNAVAILABLE');
    expect(asked.headers.get('retry-after')).toBe('5');
  });

  it('fails as every other where we are at fault, and the fault is not shown', async () => {
    callers.outage = new TypeError('a fault of ours');
    const asked = await post(gateway.url, { query }, bearer('alice'));
    callers.outage = false;
    expectRefused(asked, 500, 'INTERNAL');
    expect(asked.text).not.toContain('a fault of ours');
  });

  it('is refused with 401 by GET too', async () => {
    const headers = { 'apollo-require-preflight': 'yes' };
    const url = `${gateway.url}/graphql?query=${encodeURIComponent(query)}`;
    expect((await fetch(url, { headers })).status).toBe(401);
    expect((await fetch(url, { headers: { ...headers, ...bearer('alice') } })).status).toBe(200);
  });

  it('may be asked about by a page first, which shows nothing yet', async () => {
    const headers = { origin: 'https://console.example', 'access-control-request-method': 'POST' };
    const response = await fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
    const exposed = response.headers.get('access-control-expose-headers');
    expect(exposed?.split(', ')).toEqual(['x-request-id', 'retry-after', 'www-authenticate']);
  });
});

describe('what is not GraphQL', () => {
  it.each([
    ['GET', '/livez', 200],
    ['GET', '/readyz', 200],
    ['GET', '/metrics', 200],
    ['POST', '/webhooks/registry.example', 404],
    ['GET', '/other', 404],
  ])('is asked for by %s %s without showing anything', async (method, path, status) => {
    const { length } = callers.shown;
    const response = await fetch(gateway.url + path, { method });
    await response.text();
    expect([response.status, callers.shown.length]).toEqual([status, length]);
  });
});

describe('a gateway that is open', () => {
  it('takes everyone, whatever they show', async () => {
    const open = await startEventGateway();
    const odd = { authorization: 'Basic !, Bearer' };
    expect((await post(open.url, { query }, odd)).data).toEqual(registries);
    const stream = await openStream(`${open.url}/graphql/stream`, {
      body: { query: 'subscription { tagEvents { kind } }' },
      headers: odd,
    });
    expect(stream.status).toBe(200);
    stream.close();
    const socket = await openSocket(open.socketUrl, { headers: odd });
    expect(socket.messages).toEqual([{ type: 'connection_ack' }]);
    await socket.close();
    await open.stop();
  });
});
