import { afterEach, describe, expect, it } from '@jest/globals';
import { openStore } from '../../src/store/open-store.ts';
import { startEventGateway, type EventGateway } from '../support/event-gateway.ts';
import { moved } from '../support/memory-log.ts';
import { scrape } from '../support/metrics.ts';
import { openSocket } from '../support/socket-client.ts';
import { until } from '../support/stream-gateway.ts';
import { names, post, startStand, type Stand } from './stand.ts';

describe('metrics of what is asked', () => {
  let stand: Stand;
  afterEach(() => stand.end());

  it('tell what operations may cost, and which limits are met', async () => {
    stand = await startStand({
      config: { limits: { cost: 20, rootFields: 2, bodyBytes: '2KiB', responseBytes: '400B' } },
    });
    await stand.ask(`{ image(reference: "${names.a}/team/app:1") { config { user } } }`);
    await stand.ask(
      `{ repository(reference: "${names.a}/team/app") { tags(first: 100) { nodes { image { digest } } } } }`,
    );
    await stand.ask('{ a: registries { name } b: registries { name } c: registries { name } }');
    await post(stand.url, { query: `# ${'x'.repeat(3000)}\n{ asOf }` });
    await stand.ask(`{ registries { ${Array.from({ length: 15 }, (_, index) => `a${index}: url`).join(' ')} } }`);
    const { value } = await scrape(stand.url);
    const limits = ['cost', 'rootFields', 'bodyBytes', 'responseBytes', 'depth'];
    expect(limits.map((limit) => value(`tributary_limit_rejections_total{limit="${limit}"}`))).toEqual([1, 1, 1, 1, 0]);
    // The first and the last were admitted: for a tag, its manifest and its configuration, and for nothing.
    expect(value('tributary_graphql_cost_points_count')).toBe(2);
    expect(value('tributary_graphql_cost_points_sum')).toBe(3);
  });

  it('tell what was remembered, repeated, and answered although it was old', async () => {
    stand = await startStand({ config: { cache: { tagTtl: '1s' } } });
    const ask = () => stand.ask(`{ tag(reference: "${names.c}/team/app:1") { digest } }`);
    const asked = async () => {
      const { value } = await scrape(stand.url);
      return {
        hit: value('tributary_cache_requests_total{outcome="hit"}'),
        miss: value('tributary_cache_requests_total{outcome="miss"}'),
        retries: value(`tributary_upstream_retries_total{registry="${names.c}"}`),
        stale: value('tributary_stale_answers_total'),
      };
    };
    stand.c.fail((_, nth) => (nth === 1 ? { kind: 'status', status: 503 } : undefined));
    await ask();
    expect(await asked()).toEqual({ hit: 0, miss: 1, retries: 1, stale: 0 });
    await ask();
    expect(await asked()).toEqual({ hit: 1, miss: 1, retries: 1, stale: 0 });
    stand.c.fail(() => ({ kind: 'status', status: 500 }));
    await until(async () => (await ask()).extensions.stale.length > 0, 'the tag to be old');
    expect((await asked()).stale).toBe(1);
  });

  it('tell that a registry is left alone for having failed too often', async () => {
    stand = await startStand();
    const open = `tributary_upstream_circuit_open{registry="${names.c}"}`;
    expect((await scrape(stand.url)).value(open)).toBe(0);
    stand.c.fail(() => ({ kind: 'status', status: 500 }));
    for (let number = 0; number < 12; number += 1) {
      await stand.ask(`{ tag(reference: "${names.c}/team/app:${number}") { digest } }`);
    }
    const after = await scrape(stand.url);
    expect(after.value(open)).toBe(1);
    expect(after.value(`tributary_upstream_circuit_open{registry="${names.a}"}`)).toBe(0);
  });

  it('tell what was decided, and by whom', async () => {
    stand = await startStand();
    const allowed = 'tributary_authz_decisions_total{decision="allow",decider="open"}';
    const before = (await scrape(stand.url)).value(allowed);
    await stand.askAll('digest');
    const after = await scrape(stand.url);
    expect(after.value(allowed)).toBeGreaterThanOrEqual(before + 3);
    expect(after.value('tributary_authz_decisions_total{decision="deny",decider="open"}')).toBe(0);
  });
});

describe('metrics of events', () => {
  let gateway: EventGateway;
  afterEach(() => gateway.stop());

  const subscription = 'subscription ($after: Cursor) { tagEvents(after: $after) { kind } }';

  it('tell of subscriptions, and how late their events are', async () => {
    gateway = await startEventGateway();
    const client = await openSocket(gateway.socketUrl);
    client.subscribe('a', subscription);
    client.subscribe('b', subscription);
    await until(
      async () => (await scrape(gateway.url)).value('tributary_subscriptions_active') === 2,
      'two subscriptions',
    );
    await gateway.append(moved());
    await client.received('a', 1);
    const during = await scrape(gateway.url);
    // Both ask the same, and are sent what was made once.
    expect(during.value('tributary_event_delivery_lag_seconds_count')).toBe(1);
    expect(during.value('tributary_event_delivery_lag_seconds_sum')).toBeLessThan(10);
    expect(during.value('tributary_subscription_connections')).toBe(1);
    expect(during.value('tributary_subscribers_behind')).toBe(0);

    await client.close();
    await until(
      async () => (await scrape(gateway.url)).value('tributary_ws_closes_total{code="1005"}') === 1,
      'the socket to be closed',
    );
    expect((await scrape(gateway.url)).value('tributary_subscriptions_active')).toBe(0);
  });

  it('tell who had to read again', async () => {
    const store = await openStore({ url: ':memory:' });
    const before = await startEventGateway({ store });
    const { asOf } = (await before.data('{ asOf }')) as { readonly asOf: string };
    await before.stop();
    gateway = await startEventGateway({ store: { ...store, epoch: 'restored' } });
    const client = await openSocket(gateway.socketUrl);
    client.subscribe('late', subscription, { after: asOf });
    await client.received('late', 1);
    expect((await scrape(gateway.url)).value('tributary_event_resyncs_total{reason="EPOCH_CHANGED"}')).toBe(1);
    await client.close();
    await store.close();
  });

  it('call codes that a client made up for closing its socket by one name', async () => {
    gateway = await startEventGateway();
    for (const code of [3000, 3999, 4777]) {
      const client = await openSocket(gateway.socketUrl);
      client.webSocket.close(code);
      await client.closed;
    }
    await until(
      async () => (await scrape(gateway.url)).value('tributary_ws_closes_total{code="other"}') === 3,
      'the sockets to be closed',
    );
    const { series } = await scrape(gateway.url);
    expect(series.filter((line) => line.startsWith('tributary_ws_closes_total'))).toEqual([
      'tributary_ws_closes_total{code="other"}',
    ]);
  });

  it('tell of connections that were refused', async () => {
    gateway = await startEventGateway({ config: { limits: { sockets: 1 } } });
    const client = await openSocket(gateway.socketUrl);
    await expect(openSocket(gateway.socketUrl)).rejects.toThrow('status 503');
    expect((await scrape(gateway.url)).value('tributary_limit_rejections_total{limit="sockets"}')).toBe(1);
    await client.close();
  });
});
