import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { viewerNamed, type Access, type Resource, type Verb, type Viewer } from '../../src/access/access.ts';
import { parseRegistryName } from '../../src/domain/reference.ts';
import { createCouldMatch } from '../../src/events/watched.ts';
import { createAdmission } from '../../src/graphql/admit.ts';
import type { Operation } from '../../src/graphql/context.ts';
import { createCursorCodec } from '../../src/graphql/cursor.ts';
import { createErrorFormatter } from '../../src/graphql/errors.ts';
import { defaultLimits } from '../../src/graphql/limits.ts';
import { resolvers } from '../../src/graphql/resolvers/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { createSubscriptions, type Subscriptions } from '../../src/graphql/subscriptions.ts';
import { createSink, settle, startEventStand, until, type EventStand, type TestSink } from '../events/stand.ts';
import { moved, tagOf } from '../support/memory-log.ts';

const schema = createSchema(resolvers);
const admission = createAdmission({ schema, limits: defaultLimits, introspection: true });
const documents = {
  tags: `subscription ($filter: TagEventFilter) {
    tagEvents(filter: $filter) { kind revision scope subject { text } }
  }`,
  streams: `subscription ($filter: ImageStreamTagEventFilter) {
    imageStreamTagEvents(filter: $filter) { kind revision scope subject { text } }
  }`,
};

const open = parseRegistryName('open.example');
const hidden = parseRegistryName('hidden.example');
const couldMatch = createCouldMatch({
  registries: [
    { name: open, repositories: ['team/app*', 'secret/*', 'exact'] },
    { name: hidden, repositories: ['**'] },
  ],
  sources: [
    { name: 'local', namespaces: undefined },
    { name: 'prod', namespaces: ['shop', 'bank'] },
    { name: 'hidden-cluster', namespaces: undefined },
  ],
});

/** What everyone here may do: with team/** of open.example, and with the image streams called api in the namespaces shop. */
let mayWatch = true;

function mayInPart(verb: Verb, resource: Resource): boolean {
  if (!mayWatch) return false;
  const isOfSome = verb === 'list' || verb === 'watch';
  if ('registry' in resource) {
    if (resource.registry !== open) return false;
    return resource.repository === undefined ? isOfSome : resource.repository.startsWith('team/');
  }
  const { source, namespace, imageStream } = resource;
  if (source !== 'local' && source !== 'prod') return false;
  if (namespace === undefined) return isOfSome;
  return namespace === 'shop' && (imageStream === undefined ? isOfSome : imageStream === 'api');
}

let stand: EventStand;
let subscriptions: Subscriptions;
/** Who payloads were made for. */
let viewers: Viewer[];

async function start(access: Access): Promise<void> {
  stand = await startEventStand({ access });
  viewers = [];
  subscriptions = createSubscriptions({
    schema,
    admission,
    access,
    cursors: createCursorCodec(randomBytes(32)),
    fanOut: stand.fanOut,
    clock: stand.clock,
    findRegistry: (name) => {
      const found = { open, hidden }[/^(open|hidden)(?:-alias)?\.example$/i.exec(name)?.[1]?.toLowerCase() ?? ''];
      return found && { name: found };
    },
    couldMatch,
    begin: ({ viewer }, requestId) => {
      viewers.push(viewer);
      return { context: { viewer, requestId }, end: () => undefined, abandon: () => undefined } as unknown as Operation;
    },
    formatError: createErrorFormatter({ log: () => undefined, suggestions: true, operationSeconds: 1 }),
    noteRequest: () => undefined,
  });
}

beforeEach(async () => {
  mayWatch = true;
  await start({ may: (_, verb, resource) => mayInPart(verb, resource), scopeOf: () => 'scope-7' });
});

afterEach(() => {
  stand.fanOut.stop();
});

type Names = Readonly<Record<string, string>>;

/** Prepares a subscription; what it is answered with, as text, where it is refused. */
async function answerTo(field: 'tags' | 'streams', names: Names): Promise<string> {
  const request = { query: documents[field], variables: { filter: names } };
  const prepared = await subscriptions.prepare(request, viewerNamed('token:test:alice'));
  return prepared.kind === 'ready' ? 'ready' : JSON.stringify(subscriptions.format(prepared.errors, 'a-request'));
}

async function started(viewer: Viewer, field: 'tags' | 'streams' = 'tags'): Promise<TestSink> {
  const sink = createSink();
  const prepared = await subscriptions.prepare({ query: documents[field] }, viewer);
  if (prepared.kind === 'refused') throw prepared.errors[0]!;
  prepared.start(sink);
  return sink;
}

describe('a subscription to what the viewer may not watch', () => {
  it.each<['tags' | 'streams', Names, Names]>([
    ['tags', { registry: 'hidden.example' }, { registry: 'absent.example' }],
    ['tags', { registry: 'HIDDEN.example' }, { registry: 'ABSENT.example' }],
    ['tags', { registry: 'hidden-alias.example' }, { registry: 'absent-alias.example' }],
    ['tags', { registry: 'hidden*' }, { registry: 'absent*' }],
    ['tags', { registry: 'hidden.example', repository: 'team/app', tag: 'x' }, { registry: 'absent.example' }],
    ['tags', { registry: 'open.example', repository: 'secret/app' }, { repository: 'absent/app' }],
    ['tags', { registry: 'open.example', repository: 'exact' }, { repository: 'absent' }],
    ['tags', { repository: 'secret/app' }, { repository: 'absent/app' }],
    ['tags', { repository: 'secret/app', tag: 'x' }, { repository: 'absent/app' }],
    ['streams', { source: 'hidden-cluster' }, { source: 'absent-cluster' }],
    ['streams', { source: 'hidden*' }, { source: 'absent*' }],
    ['streams', { source: 'hidden-cluster', namespace: 'shop' }, { source: 'absent-cluster' }],
    ['streams', { source: 'prod', namespace: 'bank' }, { namespace: 'none' }],
    ['streams', { source: 'prod', namespace: 'ba*' }, { namespace: 'no*' }],
    ['streams', { source: 'local', namespace: 'bank' }, { namespace: 'none' }],
    ['streams', { namespace: 'bank' }, { namespace: 'none' }],
    ['streams', { source: 'prod', namespace: 'shop', imageStream: 'web' }, { imageStream: 'none' }],
    ['streams', { source: 'prod', namespace: 'shop', imageStream: 'web', tag: 'x' }, { imageStream: 'none' }],
  ])('is refused as one to what is not configured: %s %j', async (field, names, others) => {
    const absent = { ...names, ...others };
    const answer = await answerTo(field, names);
    expect(answer).toContain('NOT_WATCHED');
    // Of the one answer the other is made by changing the names.
    const exchanged = Object.entries(others).reduce(
      (text, [key, other]) => text.replaceAll(names[key]!, other),
      answer,
    );
    expect(await answerTo(field, absent)).toBe(exchanged);
  });

  it.each<['tags' | 'streams', Names, Names]>([
    ['tags', { registry: 'open.example', repository: 'secret/*' }, { repository: 'absent/*' }],
    ['tags', { repository: 'secret/**' }, { repository: 'absent/**' }],
    ['streams', { source: 'local', namespace: 'ba*' }, { namespace: 'no*' }],
  ])('by a pattern within what is seen in part is taken as any other: %s %j', async (field, names, others) => {
    expect([await answerTo(field, names), await answerTo(field, { ...names, ...others })]).toEqual(['ready', 'ready']);
  });

  it.each<['tags' | 'streams', Names]>([
    ['tags', {}],
    ['tags', { registry: 'OPEN-alias.example', repository: 'team/app' }],
    ['tags', { repository: 'team/app' }],
    ['streams', {}],
    ['streams', { source: 'prod', namespace: 'shop' }],
    ['streams', { namespace: 'shop', imageStream: 'api', tag: 'prod' }],
  ])('is not one to what may be watched: %s %j', async (field, names) => {
    expect(await answerTo(field, names)).toBe('ready');
  });

  it('says by its own name, where it may be known, what registry wants a line', async () => {
    expect(await answerTo('tags', { registry: 'OPEN-alias.example', repository: 'team/base' })).toContain(
      'name: open.example',
    );
  });
});

describe('what a subscription is told', () => {
  it('is made once for a scope, by what stands for it and nothing of its members', async () => {
    const sinks = [
      await started({ id: 'token:test:alice', groups: ['token:test:devs'], expiresAt: 7 }),
      await started(viewerNamed('token:test:bob')),
    ];
    stand.memory.append(moved(tagOf('team/app', 'x', 'open.example')));
    await until(() => sinks.every(({ told }) => told.length === 1));
    expect(viewers).toEqual([{ id: 'scope-7', groups: [], expiresAt: undefined }]);
  });

  it('is nothing of what is hidden, and nothing at all from when the right is taken away', async () => {
    const sink = await started(viewerNamed('token:test:alice'));
    const see = moved(tagOf('team/app', 'x', 'open.example'));
    stand.memory.append(
      see,
      moved(tagOf('secret/app', 'x', 'open.example')),
      moved(tagOf('team/app', 'x', 'hidden.example')),
    );
    await until(() => sink.told.length === 1);
    mayWatch = false;
    stand.memory.append(see, see);
    await until(() => stand.fanOut.position() === 5);
    await settle();
    mayWatch = true;
    stand.memory.append(see);
    await until(() => sink.told.length === 2);
    expect(viewers).toHaveLength(2);
    expect(JSON.stringify(sink.told)).not.toMatch(/secret|hidden/);
  });

  it('is no gap in a source or namespace that is hidden', async () => {
    const sink = await started(viewerNamed('token:test:alice'), 'streams');
    for (const [source, namespace] of [
      ['hidden-cluster', undefined],
      ['hidden-cluster', 'shop'],
      ['prod', 'bank'],
      ['prod', 'shop'],
      ['local', undefined],
    ] as const) {
      await stand.fanOut.announce({ source, namespace });
    }
    await settle();
    const scopes = sink.told.map((told) => (told as unknown as Told).data.imageStreamTagEvents.scope);
    expect(scopes).toEqual(['prod/shop/*:*', 'local/*/*:*']);
  });

  it('is not shared by viewers of one name and other groups, where nobody says what their scope is', async () => {
    stand.fanOut.stop();
    await start({ may: ({ groups }) => groups.includes('token:test:devs') });
    const developer = await started({ id: 'token:test:alice', groups: ['token:test:devs'], expiresAt: 7 });
    await expect(started(viewerNamed('token:test:alice'))).rejects.toThrow('nothing that is configured');
    stand.memory.append(moved(tagOf('team/app', 'x', 'open.example')));
    await until(() => developer.told.length === 1);
    expect(viewers).toEqual([{ id: 'token:test:alice', groups: ['token:test:devs'], expiresAt: undefined }]);
  });
});

interface Told {
  readonly data: { readonly imageStreamTagEvents: { readonly scope: string } };
}
