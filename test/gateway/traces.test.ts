import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCollector, type Collector } from '../support/collector.ts';
import { names, post, startStand, type Stand } from './stand.ts';

const server = 2;
const client = 3;

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parent = 'b7ad6b7169203331';
const incoming = {
  traceparent: `00-${traceId}-${parent}-01`,
  baggage: 'tenant=hidden-baggage',
  tracestate: 'vendor=hidden-state',
};

/** All trace headers that a registry was sent. */
function tracedRequests({ requests }: Stand['c']): readonly string[] {
  return requests.flatMap(({ headers }) => Object.keys(headers).filter((name) => /^(?:trace|baggage)/.test(name)));
}

describe('traces', () => {
  let collector: Collector;
  let stand: Stand;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(async () => {
    await stand.close();
    await collector.close();
  });

  it('O11: name operations by their type, continue the trace of the caller, and hold no document, variable or path', async () => {
    stand = await startStand({ config: { telemetry: { otlp: collector.url } } });
    const name = `Odd${'x'.repeat(5000)}`;
    const comment = `# a-comment-${'y'.repeat(10_000)}`;
    const query = `${comment}\nquery ${name}($r: String!) { image(reference: $r) { digest } }`;
    const asked = await post(stand.url, { query, variables: { r: `${names.a}/team/app:1` } }, incoming);
    expect(asked.errors).toEqual([]);
    await post(stand.url, { query: '{ nothing }' });
    await stand.stop();

    const [operation, refused] = collector.spans.filter(({ kind }) => kind === server);
    expect(operation).toMatchObject({
      name: 'query',
      traceId,
      parentSpanId: parent,
      attributes: {
        'graphql.operation.type': 'query',
        'tributary.outcome': 'ok',
        'tributary.request_id': asked.headers.get('x-request-id'),
      },
    });
    expect(String(operation?.attributes['graphql.operation.name'])).toHaveLength(100);
    expect(refused).toMatchObject({ name: 'graphql', attributes: { 'tributary.outcome': 'refused' } });
    expect(refused?.traceId).not.toBe(traceId);
    const exchanges = collector.spans.filter(({ kind }) => kind === client);
    expect(exchanges).toHaveLength(stand.a.requests.length);
    for (const exchange of exchanges) {
      expect(exchange).toMatchObject({
        name: expect.stringMatching(/^(?:HEAD|GET)$/),
        traceId,
        parentSpanId: operation?.spanId,
        attributes: { 'tributary.registry': names.a, 'server.address': '127.0.0.1', 'http.response.status_code': 200 },
      });
    }
    expect(collector.text()).not.toMatch(/a-comment|team\/app|hidden-baggage|image\(/);
  });

  it('O11: are told to no registry but the one whose entry says so, and baggage to none', async () => {
    stand = await startStand({ config: { telemetry: { otlp: collector.url } }, entry: { propagateTrace: true } });
    const query = `{ ${(['a', 'b', 'c'] as const).map((key) => `${key}: image(reference: "${names[key]}/team/app:1") { digest }`).join(' ')} }`;
    expect((await post(stand.url, { query }, incoming)).errors).toEqual([]);
    await stand.stop();
    expect([...tracedRequests(stand.a), ...tracedRequests(stand.b)]).toEqual([]);
    expect(new Set(tracedRequests(stand.c))).toEqual(new Set(['traceparent', 'tracestate']));
    const told = stand.c.requests.map(({ headers }) => headers['traceparent']);
    const spans = collector.spans.filter(({ attributes }) => attributes['tributary.registry'] === names.c);
    expect(told.toSorted()).toEqual(spans.map(({ spanId }) => `00-${traceId}-${spanId}-01`).toSorted());
  });

  it('O11: are neither made nor passed on where none are configured', async () => {
    stand = await startStand();
    const query = `{ c: image(reference: "${names.c}/team/app:1") { digest } }`;
    expect((await post(stand.url, { query }, incoming)).errors).toEqual([]);
    await stand.stop();
    expect(stand.c.requests.length).toBeGreaterThan(0);
    expect([...tracedRequests(stand.c), ...collector.spans]).toEqual([]);
  });

  it('are made of the share that is wanted, where the caller has not decided', async () => {
    stand = await startStand({ config: { telemetry: { otlp: collector.url, share: 0 } } });
    const query = '{ registries { name } }';
    await post(stand.url, { query });
    await post(stand.url, { query }, incoming);
    await post(stand.url, { query }, { traceparent: incoming.traceparent.replace(/01$/, '00') });
    await stand.stop();
    expect(collector.spans).toMatchObject([{ traceId, name: 'query' }]);
  });

  it('are dropped while the collector does not answer, which is logged once and costs no answer', async () => {
    await collector.close();
    stand = await startStand({ config: { telemetry: { otlp: collector.url } } });
    // More than are kept, so that they are sent in several parts.
    for (let count = 0; count < 600; count += 1) {
      const { data } = await post(stand.url, { query: '{ registries { name } }' });
      expect(data).not.toBeUndefined();
    }
    await stand.stop();
    expect(stand.log.filter((line) => line.includes('traces cannot be sent'))).toHaveLength(1);
  });
});
