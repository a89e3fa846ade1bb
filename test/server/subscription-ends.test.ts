import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { GatewayError } from '../../src/domain/errors.ts';
import { openStream } from '../support/event-stream.ts';
import { bearer } from '../support/fake-callers.ts';
import { openSocket } from '../support/socket-client.ts';
import { startConnectionsStand, type ConnectionsStand } from './connections-stand.ts';

const query = 'subscription { tagEvents { kind } }';
const refusal = new GraphQLError('not any more', {
  originalError: new GatewayError('NOT_WATCHED', 'not any more', {}),
});

let stand: ConnectionsStand;

beforeEach(async () => {
  stand = await startConnectionsStand();
  stand.callers.know('alice');
});
afterEach(async () => {
  await stand.close();
});

describe('a subscription to which the right was taken away', () => {
  it('T11: ends over WebSocket with an error of its own, and the others of the socket go on', async () => {
    const client = await openSocket(stand.socketUrl, { headers: bearer('alice') });
    for (const id of ['one', 'two']) {
      client.subscribe(id, query);
      await stand.started(id === 'one' ? 1 : 2);
    }
    stand.endFirst(refusal);
    const [error] = await client.received('one', 1);
    expect(error).toMatchObject({
      type: 'error',
      payload: [{ message: 'not any more', extensions: { code: 'NOT_WATCHED' } }],
    });
    stand.send({ kind: 'MOVED' });
    expect(await client.received('two', 1)).toMatchObject([{ type: 'next', payload: { data: { kind: 'MOVED' } } }]);
    expect(client.messages.filter(({ id }) => id === 'one')).toHaveLength(1);
    // The name of the operation is free again.
    client.subscribe('one', query);
    await stand.started(3);
    await client.close();
    expect(stand.faults).toEqual([]);
  });

  it('T11: ends a stream with the error, and complete', async () => {
    const stream = await openStream(stand.streamUrl, { body: { query }, headers: bearer('alice') });
    await stand.started(1);
    stand.endFirst(refusal);
    expect(await stream.ended).toMatch(
      /^event: next\ndata: \{"errors":\[\{"message":"not any more".*NOT_WATCHED.*\n\nevent: complete\ndata: \n\n$/,
    );
    expect([stand.running(), stand.faults]).toEqual([0, []]);
  });
});
