import { describe, expect, it } from '@jest/globals';
import { anonymous, viewerNamed } from '../../src/access/access.ts';
import type { WantedTag } from '../../src/domain/image-stream-source.ts';
import { noRegistryToImportFrom } from '../../src/domain/unknown-registry.ts';
import { onceOf } from '../../src/image-streams/once.ts';
import type { ImageStreamWriter } from '../../src/image-streams/writer.ts';
import { createFakeSource, importedFrom, streamWith } from '../support/fake-image-streams.ts';
import { digest } from '../support/fake-registry.ts';
import { allBut, nothingBut, setUp } from './set-up.ts';

const at = { source: undefined, namespace: 'shop', name: 'web' };
const tagAt = { ...at, tag: 'prod' };
const attempt = { begin: () => Promise.resolve(), end: () => undefined };
const how = { attempt, dryRun: false, once: undefined };
const guarded = { ...how, expectedDigest: undefined };
const unchanged = { all: false, from: undefined, scheduled: undefined, insecure: undefined, importMode: undefined };
const wanted = (kind: WantedTag['from']['kind'], name: string, namespace?: string): WantedTag => ({
  from: { kind, name, namespace },
  alias: false,
  reference: false,
  scheduled: false,
  insecure: false,
  referencePolicy: 'SOURCE',
  importMode: undefined,
});
const fromRegistry = wanted('DOCKER_IMAGE', 'registry.example/team/app:1');

/** Every write, with the verb that it takes. */
const all: readonly (readonly [name: string, verb: string, write: (writer: ImageStreamWriter) => Promise<unknown>])[] =
  [
    ['create', 'tag', (writer) => writer.create(at, { labels: {}, lookupLocal: false }, how)],
    ['delete', 'delete', (writer) => writer.delete(at, how)],
    ['tag', 'tag', (writer) => writer.tag([tagAt], fromRegistry, guarded)],
    ['untag', 'delete', (writer) => writer.untag(tagAt, guarded)],
    ['rollBack', 'tag', (writer) => writer.rollBack(tagAt, digest('a'), guarded)],
    ['import', 'import', (writer) => writer.import(at, { tag: 'prod', ...unchanged }, guarded)],
    ['setLookup', 'tag', (writer) => writer.setLookup(at, true, how)],
  ];

describe.each(all)('%s', (name, verb, write) => {
  it('is done by the source', async () => {
    const { writer, written } = setUp();
    await write(writer);
    expect(written).toEqual([expect.stringMatching(new RegExp(`^${name} shop/web(:prod)?$`))]);
  });

  it('is not allowed where the configuration says so, whoever asks', async () => {
    const { writer, written } = setUp({ writes: false, access: nothingBut() });
    const error = { code: 'OPERATION_NOT_ALLOWED', message: expect.stringContaining('`writes: true`') };
    await expect(write(writer)).rejects.toMatchObject(error);
    expect(written).toEqual([]);
  });

  it(`takes the right to ${verb}: FORBIDDEN on what the viewer may see, NOT_FOUND on what is hidden`, async () => {
    const visible = setUp({ access: allBut(`${verb} local/shop/web`) });
    await expect(write(visible.writer)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const hidden = setUp({ access: allBut(`${verb} local/shop/web`, 'get local/shop/web') });
    await expect(write(hidden.writer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([...visible.written, ...hidden.written]).toEqual([]);
    expect([...visible.store.asked, ...hidden.store.asked]).toEqual([]);
  });

  it('wants to know which source is meant, and that there is one', async () => {
    const several = setUp({ sources: [createFakeSource('local'), createFakeSource('prod')] });
    await expect(write(several.writer)).rejects.toMatchObject({ code: 'SOURCE_AMBIGUOUS' });
    await expect(write(setUp({ sources: [] }).writer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const other = setUp({ sources: [{ ...createFakeSource('local'), namespaces: ['other'] }] });
    await expect(write(other.writer)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('makes what was read before be read again', async () => {
    const { writer, reader, store } = setUp();
    await reader.imageStream(at);
    await write(writer);
    const before = store.asked.length;
    await reader.imageStream(at);
    expect(store.asked.length).toBe(before + 1);
  });
});

describe('the right to inspect where images come from', () => {
  const inspectApp = 'inspect registry.example/team/app';

  it('is asked for before a registry is', async () => {
    const { writer, written, registry } = setUp({ access: allBut(inspectApp) });
    await expect(writer.tag([tagAt], fromRegistry, guarded)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    const from = { tag: 'prod', ...unchanged, from: 'registry.example/team/app' };
    await expect(writer.import(at, from, guarded)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect([...written, ...registry.asked]).toEqual([]);
  });

  it('holds for what tags are imported from so far, and for what they follow', async () => {
    const follows = { kind: 'IMAGE_STREAM_TAG', name: 'prod', namespace: undefined } as const;
    const stream = streamWith('shop/web', {
      prod: { spec: importedFrom('registry.example/team/app:1') },
      live: { spec: { ...importedFrom(''), from: follows } },
      circle: { spec: { ...importedFrom(''), from: { ...follows, name: 'circle' } } },
      free: { spec: importedFrom('registry.example/team/free:1') },
      gone: { spec: importedFrom('quay.example/team/app:1') },
      odd: { spec: importedFrom('NO REFERENCE') },
    });
    const { writer, written } = setUp({ streams: [stream], access: allBut(inspectApp) });
    const imported = (tag: string | undefined) => writer.import(at, { tag, ...unchanged }, guarded);
    for (const tag of ['prod', 'live', undefined]) {
      await expect(imported(tag)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(written).toEqual([]);
    for (const tag of ['free', 'gone', 'odd', 'circle', 'none']) await imported(tag);
    expect(written).toHaveLength(5);
  });

  it('T01: is not asked for in hidden registries that tags come from so far: those fail as if they were not configured', async () => {
    const stream = streamWith('shop/web', {
      free: { spec: importedFrom('quay.example/team/free:1') },
      live: { spec: { ...importedFrom(''), from: { kind: 'IMAGE_STREAM_TAG', name: 'prod', namespace: undefined } } },
      prod: { spec: importedFrom('alias.example/team/app:1') },
    });
    const { writer, written, registry } = setUp({
      streams: [stream],
      access: allBut(inspectApp, 'list registry.example'),
    });
    const failed = { tag: 'prod', state: 'FAILED', error: noRegistryToImportFrom('alias.example') };
    for (const tag of ['prod', 'live', undefined]) {
      expect((await writer.import(at, { tag, ...unchanged }, guarded)).imports).toEqual([failed]);
    }
    expect(written).toEqual([
      'import shop/web of nothing',
      'import shop/web of nothing',
      'import shop/web of free live',
    ]);
    expect(registry.asked).toEqual([]);
  });

  it('holds for image streams, also the own one: FORBIDDEN where it can be seen, NOT_FOUND where not', async () => {
    const { writer, written } = setUp({
      access: allBut('inspect local/shop/web', 'inspect local/lab/seen', 'inspect local/lab/hid', 'get local/lab/hid'),
    });
    const tag = (source: WantedTag) => writer.tag([tagAt], source, guarded);
    const forbidden = { code: 'FORBIDDEN' };
    await expect(tag(wanted('IMAGE_STREAM_TAG', 'test'))).rejects.toMatchObject(forbidden);
    await expect(tag(wanted('IMAGE_STREAM_TAG', 'web:test'))).rejects.toMatchObject(forbidden);
    await expect(tag(wanted('IMAGE_STREAM_IMAGE', `seen@${digest('a')}`, 'lab'))).rejects.toMatchObject(forbidden);
    await expect(tag(wanted('IMAGE_STREAM_TAG', 'hid:1', 'lab'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { argument: 'from.name' },
    });
    await expect(writer.rollBack(tagAt, digest('a'), guarded)).rejects.toMatchObject(forbidden);
    expect(written).toEqual([]);
    await tag(wanted('IMAGE_STREAM_TAG', 'free:1', 'lab'));
    expect(written).toHaveLength(1);
  });

  it('is not asked for in registries that are not configured, or hidden: both are unknown', async () => {
    const unknown = { code: 'REGISTRY_UNKNOWN', details: { argument: 'from.name' } };
    const hiding = setUp({ access: allBut('list registry.example') });
    await expect(hiding.writer.tag([tagAt], fromRegistry, guarded)).rejects.toMatchObject(unknown);
    const elsewhere = wanted('DOCKER_IMAGE', 'quay.example/team/app:1');
    await expect(setUp().writer.tag([tagAt], elsewhere, guarded)).rejects.toMatchObject(unknown);
  });
});

describe('an input that cannot be', () => {
  const refused = async (write: Promise<unknown>, argument: string): Promise<void> => {
    await expect(write).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', details: { argument } });
  };

  it('is no tag at all, or one twice', async () => {
    const { writer } = setUp();
    await refused(writer.tag([], fromRegistry, guarded), 'to');
    await refused(writer.tag([tagAt, tagAt], fromRegistry, guarded), 'to');
  });

  it('is an expectation of one digest for several tags', async () => {
    const { writer } = setUp();
    const expecting = { ...guarded, expectedDigest: null };
    await refused(writer.tag([tagAt, { ...tagAt, tag: 'test' }], fromRegistry, expecting), 'expectedDigest');
    await refused(writer.import(at, { tag: undefined, ...unchanged }, expecting), 'expectedDigest');
  });

  it('is a rollback to the image before without saying before which', async () => {
    const { writer, written } = setUp();
    await refused(writer.rollBack(tagAt, undefined, guarded), 'expectedDigest');
    await writer.rollBack(tagAt, undefined, { ...guarded, expectedDigest: digest('a') });
    expect(written).toHaveLength(1);
  });
});

describe('what the viewer can do', () => {
  const stream = { source: 'local', namespace: 'shop', name: 'web' };

  it('is what access and the configuration both allow', async () => {
    expect(await setUp().writer.can(stream)).toEqual(['list', 'get', 'inspect', 'tag', 'import', 'delete']);
    expect(await setUp({ writes: false }).writer.can(stream)).toEqual(['list', 'get', 'inspect']);
    const access = nothingBut('get local/shop/web', 'import local/shop/web');
    expect(await setUp({ access }).writer.can(stream)).toEqual(['get', 'import']);
  });
});

describe('an idempotency key', () => {
  it('is the own one of each viewer', () => {
    const key = (id: string, idempotencyKey: string) => onceOf(viewerNamed(id), 'tag', { idempotencyKey })?.key;
    expect(key('alice', 'k')).not.toBe(key('bob', 'k'));
    expect(key('a', 'b"c')).not.toBe(key('a"b', 'c'));
  });

  it('goes with a fingerprint of the mutation and of all else that was asked for', () => {
    const print = (mutation: string, input: object) => onceOf(anonymous, mutation, { idempotencyKey: 'k', ...input });
    const one = print('tag', { name: 'a', expectedDigest: null })?.fingerprint;
    expect(print('tag', { name: 'a', expectedDigest: null })?.fingerprint).toBe(one);
    for (const other of [
      print('untag', { name: 'a', expectedDigest: null }),
      print('tag', { name: 'a' }),
      print('tag', {}),
    ])
      expect(other?.fingerprint).not.toBe(one);
  });

  it('has 1 to 255 characters', () => {
    const of = (idempotencyKey: string | undefined) => () => onceOf(anonymous, 'tag', { idempotencyKey });
    expect(of(undefined)()).toBeUndefined();
    expect(of('k'.repeat(255))()).toBeDefined();
    for (const key of ['', 'k'.repeat(256)])
      expect(of(key)).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
  });
});
