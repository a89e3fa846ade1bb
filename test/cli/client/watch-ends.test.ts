import { describe, expect, it } from '@jest/globals';
import { coded } from '../../support/fake-gateway.ts';
import { until } from './stand.ts';
import { prepareWatchStand, shown } from './watch-stand.ts';

const stand = prepareWatchStand();
const { appendMany, start, subscribed } = stand;

describe('how tributary watch ends', () => {
  it('with 1 where the events that were waited for did not come in time', async () => {
    const watching = start(['shop/api:*'], { count: 2, timeout: 20_000 });
    await subscribed();
    appendMany(1, 1);
    expect(await watching.ended).toBe(1);
    expect(watching.written.stderr).toBe('tributary: 1 of 2 events came in time\n');
  });

  it.each([
    ['NOT_WATCHED', 2],
    ['REFERENCE_INVALID', 2],
    ['FORBIDDEN', 2],
    ['CURSOR_INVALID', 2],
    ['GRAPHQL_VALIDATION_FAILED', 3],
  ])('%s ends it with %i in the words of the gateway', async (code, exitCode) => {
    stand.gateway.refuseWith(coded(code, 'add this line'));
    const watching = start(['shop/api:*']);
    expect(await watching.ended).toBe(exitCode);
    expect(watching.written.stderr).toMatch(new RegExp(`^tributary: ${code}: add this line.*\n$`));
  });

  it('not at all for an error that passes', async () => {
    stand.gateway.refuseWith(coded('UNAVAILABLE', 'the store is away', true));
    const watching = start(['shop/api:*']);
    await subscribed(2);
    stand.gateway.refuseWith(undefined);
    await subscribed(stand.gateway.subscribed.length + 1);
    appendMany(1, 1);
    await until(() => shown(watching).length > 0, 'the event');
    expect(watching.written.stderr).toContain('UNAVAILABLE: the store is away; trying again');
  });

  it.each([
    [{ closeWith: 4403 }, 2, '4403'],
    [{ closeWith: 4406 }, 3, '4406'],
    [{ refuse: 404 }, 3, 'takes no WebSocket: it answers 404'],
  ])('%j ends it with %i', async (options, exitCode, message) => {
    await stand.replaceGateway(options);
    const watching = start(['shop/api:*']);
    expect(await watching.ended).toBe(exitCode);
    expect(watching.written.stderr).toContain(message);
  });

  it('with 3 where there is no gateway at the start', async () => {
    await stand.gateway.goDown();
    const watching = start(['shop/api:*']);
    expect(await watching.ended).toBe(3);
    expect(watching.written.stderr).toMatch(/^tributary: the gateway at http\S+ is not reachable: .*ECONNREFUSED.*\n$/);
    await stand.gateway.comeBack();
  });

  it.each([
    [['api:*'], {}, 'says no namespace'],
    [['shop/api:*'], { server: 'images' }, '--server is the URL'],
    [['shop/api:*'], { kinds: 'MOVD' }, 'did you mean MOVED?'],
    [['shop/api:*'], { timeout: 1000 }, '--once or --count'],
    [['shop/api:*'], { count: 0 }, 'at least 1'],
  ])('with 2 for %j %j', async (patterns, options, message) => {
    const watching = start(patterns, options);
    expect(await watching.ended).toBe(2);
    expect(watching.written.stderr).toContain(message);
  });
});
