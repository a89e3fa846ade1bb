import { afterEach, describe, expect, it } from '@jest/globals';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { openStream } from '../support/event-stream.ts';
import { moved } from '../support/memory-log.ts';
import { openSocket, told, type SocketClient } from '../support/socket-client.ts';

const events = 'subscription { tagEvents { revision } }';

let gateway: EventGateway;
afterEach(() => gateway.stop());

/** What a WebSocket and a stream are answered where an operation is refused, as texts. */
async function refusals(client: SocketClient, query: string): Promise<readonly string[]> {
  const id = `refused ${client.messages.length}`;
  client.subscribe(id, query);
  const [message] = await client.received(id, 1);
  const stream = await openStream(`${gateway.url}/graphql/stream`, { body: { query } });
  return [JSON.stringify(message?.payload), (await stream.ended).replace(/^event: next\ndata: /, '')];
}

describe('over WebSocket and as a stream', () => {
  it('B01: a document nested 5,000 deep is refused alone, without a word of the call stack', async () => {
    gateway = await startEventGateway();
    const client = await openSocket(gateway.socketUrl);
    for (const query of ['{a'.repeat(5_000), `{ a(b: ${'['.repeat(5_000)}`]) {
      for (const text of await refusals(client, query)) {
        expect(text).toContain('GRAPHQL_PARSE_FAILED');
        expect(text).not.toMatch(/stack|RangeError/i);
      }
    }
    await client.close();
  });

  it('B07: a cursor that is no cursor of ours is refused, however long', async () => {
    gateway = await startEventGateway();
    const client = await openSocket(gateway.socketUrl);
    for (const cursor of ['x', 'x'.repeat(10_000)]) {
      const query = `subscription { tagEvents(after: "${cursor}") { kind } }`;
      for (const text of await refusals(client, query)) expect(text).toContain('CURSOR_INVALID');
    }
    await client.close();
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'B08: an operation with the id %s is one like others, and changes nothing',
    async (id) => {
      gateway = await startEventGateway();
      const client = await openSocket(gateway.socketUrl);
      client.subscribe('well', events);
      client.say(
        `{"id":"${id}","type":"subscribe","payload":{"query":"${events}","variables":{"__proto__":{"polluted":1}}}}`,
      );
      client.say({ type: 'ping' });
      while (client.messages.at(-1)?.type !== 'pong')
        await new Promise((resolve) => client.webSocket.once('message', resolve));
      await gateway.append(moved());
      expect(told(await client.received('well', 1), 'revision')).toEqual([1]);
      expect(told(await client.received(id, 1), 'revision')).toEqual([1]);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      await client.close();
    },
  );

  it('B10: a production gateway shows neither its schema nor its names', async () => {
    gateway = await startEventGateway({ config: { server: { port: 0, introspection: false } } });
    const client = await openSocket(gateway.socketUrl);
    for (const query of [
      '{ __schema { types { name } } }',
      'subscription { tagEvents { __typename } __schema { types { name } } }',
    ]) {
      for (const text of await refusals(client, query)) expect(text).toContain('OPERATION_NOT_ALLOWED');
    }
    for (const text of await refusals(client, 'subscription { tagEvent { kin } }')) {
      expect(text).toContain('GRAPHQL_VALIDATION_FAILED');
      expect(text).not.toMatch(/did you mean|tagEvents/i);
    }
    await client.close();
  });
});
