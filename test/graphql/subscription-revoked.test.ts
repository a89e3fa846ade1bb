import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSampleCluster, type SampleCluster, type SampleRule } from '../../demo/openshift-server.ts';
import type { Access } from '../../src/access/access.ts';
import { loadConfig } from '../../src/config.ts';
import type { GatewayError } from '../../src/domain/errors.ts';
import type { TagSubject } from '../../src/domain/tag-event.ts';
import { createCouldMatch } from '../../src/events/watched.ts';
import { createAdmission } from '../../src/graphql/admit.ts';
import type { Operation } from '../../src/graphql/context.ts';
import { createCursorCodec } from '../../src/graphql/cursor.ts';
import { createErrorFormatter, unwrap } from '../../src/graphql/errors.ts';
import { defaultLimits } from '../../src/graphql/limits.ts';
import { resolvers } from '../../src/graphql/resolvers/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { createSubscriptions, type Subscriptions } from '../../src/graphql/subscriptions.ts';
import { openAccess, type OpenAccess } from '../../src/open-access.ts';
import { createSink, startEventStand, until, type EventStand, type TestSink } from '../events/stand.ts';
import { outside } from '../support/gateway.ts';
import { moved } from '../support/memory-log.ts';
import { createManualClock, type ManualClock } from '../transport/support/clock.ts';

/** Subscriptions of a user of a cluster, who is asked about over HTTP, while a test holds the clock. */
const schema = createSchema(resolvers);
const watching: SampleRule = { namespaces: ['shop'], verbs: ['get', 'list', 'watch'], resources: ['imagestreams'] };
const alice = { id: 'kubernetes:east:alice', groups: [], expiresAt: undefined };

let folder: string;
let cluster: SampleCluster;
let clock: ManualClock;
let access: OpenAccess;
let stand: EventStand;
let subscriptions: Subscriptions;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tributary-revoked-'));
  writeFileSync(join(folder, 'token'), 'gateway-token');
  const reviewing: SampleRule = { namespaces: '*', verbs: ['create'], resources: ['subjectaccessreviews'] };
  cluster = createSampleCluster({
    identities: {
      'gateway-token': { user: 'gateway', rules: [reviewing] },
      'alice-token': { user: 'alice', rules: [watching] },
    },
    record: true,
  });
  const { url } = await cluster.listen(0);
  const text = `
access:
  mode: policy
  callers: [{ name: east, kind: kubernetes, source: prod, audience: tributary }]
  clusters: [{ source: prod }]
streams: [{ name: prod, kind: openshift, server: "${url}", tokenFile: token, insecure: true, allowPrivateNetwork: true }]
`;
  const loaded = loadConfig(text, { file: join(folder, 'tributary.yaml') });
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems));
  clock = createManualClock();
  access = openAccess(loaded.config, {
    outside: outside({}, []),
    store: { list: () => Promise.resolve([]) },
    clock,
  });
  const tracked = tracking(access);
  stand = await startEventStand({ access: tracked, clock });
  subscriptions = createSubscriptions({
    schema,
    admission: createAdmission({ schema, limits: defaultLimits, introspection: true }),
    access: tracked,
    cursors: createCursorCodec(randomBytes(32)),
    fanOut: stand.fanOut,
    clock,
    findRegistry: () => undefined,
    couldMatch: createCouldMatch({ registries: [], sources: [{ name: 'prod', namespaces: undefined }] }),
    begin: (viewer, requestId) =>
      ({ context: { viewer, requestId }, end: () => undefined, abandon: () => undefined }) as unknown as Operation,
    formatError: createErrorFormatter({ log: () => undefined, suggestions: true, operationSeconds: 1 }),
    noteRequest: () => undefined,
  });
});

afterEach(async () => {
  stand.fanOut.stop();
  await access.close();
  await cluster.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Notes how many questions have no answer yet: they go over real connections, for which no time passes here. */
let undecided = 0;

function tracking({ may, scopeOf }: Access): Access {
  const done = (): void => void (undecided -= 1);
  return {
    ...(scopeOf && { scopeOf }),
    may: (...asked) => {
      const decided = may(...asked);
      if (typeof decided === 'boolean') return decided;
      undecided += 1;
      decided.then(done, done);
      return decided;
    },
  };
}

const tag: TagSubject = { kind: 'IMAGE_STREAM_TAG', source: 'prod', namespace: 'shop', name: 'web', tag: 'prod' };

async function subscribed(): Promise<TestSink & { readonly stop: () => void }> {
  const sink = createSink();
  const query = 'subscription { imageStreamTagEvents(filter: { source: "prod", namespace: "shop" }) { kind } }';
  const prepared = await subscriptions.prepare({ query }, alice);
  if (prepared.kind === 'refused') throw prepared.errors[0]!;
  const stop = prepared.start(sink);
  return Object.assign(sink, { stop });
}

/** Lets time pass, with all that is asked of the cluster meanwhile. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    await clock.advance(Math.min(left, 1_000));
    await until(() => undecided === 0, 'an answer of the cluster');
  }
}

const reviews = (): number => cluster.requests.length;
const codeOf = ({ endedWith }: TestSink): unknown => (unwrap(endedWith) as GatewayError | undefined)?.code;

describe('a subscription by rights of a cluster', () => {
  it('T11: tells of nothing later than 60 seconds after the right was taken away, and then ends with an error', async () => {
    const sink = await subscribed();
    stand.memory.append(moved(tag));
    await until(() => sink.told.length === 1);
    cluster.setRules('alice', [{ ...watching, verbs: ['get', 'list'] }]);
    await pass(60_000);
    const { length } = sink.told;
    stand.memory.append(moved(tag));
    await until(() => stand.fanOut.position() === 2);
    await pass(30_000);
    await until(() => sink.endedWith !== undefined, 'the end');
    expect([codeOf(sink), sink.told.length]).toEqual(['NOT_WATCHED', length]);
    await expect(subscribed()).rejects.toThrow('nothing that is configured');
  });

  it('goes on while it is allowed, and asks once a minute for however many there are', async () => {
    const sinks = await Promise.all([subscribed(), subscribed(), subscribed()]);
    const begun = reviews();
    await pass(300_000);
    stand.memory.append(moved(tag));
    await until(() => sinks.every(({ told }) => told.length === 1));
    expect(sinks.map(({ endedWith }) => endedWith)).toEqual([undefined, undefined, undefined]);
    // For the whole cluster, which is refused and asked again sooner, and for the namespace.
    expect(reviews() - begun).toBeLessThanOrEqual(2 * 10 + 1);
    for (const { stop } of sinks) stop();
    const ended = reviews();
    await pass(300_000);
    expect(reviews()).toBe(ended);
  });

  it('bridges a short outage without losing an event, and says so of a long one', async () => {
    const sink = await subscribed();
    await pass(55_000);
    const end = cluster.faults.refuse((method) => method === 'POST', { status: 503 });
    await pass(10_000);
    stand.memory.append(moved(tag));
    await until(() => stand.fanOut.position() === 1);
    await pass(10_000);
    expect([sink.told, sink.endedWith]).toEqual([[], undefined]);
    end();
    await pass(10_000);
    await until(() => sink.told.length === 1, 'the event');
    cluster.faults.refuse((method) => method === 'POST', { status: 503 });
    await pass(150_000);
    await until(() => sink.endedWith !== undefined, 'the end');
    expect([codeOf(sink), sink.told.length]).toEqual(['AUTH_UNAVAILABLE', 1]);
  });
});
