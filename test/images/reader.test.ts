import { describe, expect, it } from '@jest/globals';
import type { Access } from '../../src/access/access.ts';
import { anonymous, openAccess } from '../../src/access/access.ts';
import { parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import { findImage } from '../../src/images/find-image.ts';
import { createImageReader } from '../../src/images/reader.ts';
import { createRegistryTable } from '../../src/images/registry-table.ts';
import { ask, createFakeRegistry, digest } from '../support/fake-registry.ts';

const one = parseRepositoryName('team/one');
const two = parseRepositoryName('team/two');
const [a, b] = [digest('a'), digest('b')];

function setUp(access: Access = openAccess) {
  const upstream = createFakeRegistry(() => 0);
  const other = createFakeRegistry(() => 0, 'other.example');
  for (const name of ['1', '2', '3']) upstream.tagTargets.set(`${one}:${name}`, () => Promise.resolve(a));
  upstream.held.set(one, new Set([a, b]));
  const registries = createRegistryTable([
    { registry: upstream, aliases: ['alias.example:5000'] },
    { registry: other, aliases: [] },
  ]);
  const reader = createImageReader({ registries, access, viewer: anonymous, ask: ask() });
  return { upstream, other, reader, repository: { registry: upstream, name: one } };
}

describe('what is asked for together', () => {
  it('goes to the port in one call per repository', async () => {
    const { upstream, reader, repository } = setUp();
    const elsewhere = { ...repository, name: two };
    await Promise.all([
      ...['1', '2', '1', '3'].map((tag) => reader.tagTarget(repository, parseTagName(tag))),
      reader.tagTarget(elsewhere, parseTagName('1')),
    ]);
    expect(upstream.asked).toEqual([`resolveTags ${one} 1 2 3`, `resolveTags ${two} 1`]);
  });

  it('is not asked again in the same operation', async () => {
    const { upstream, reader, repository } = setUp();
    await reader.manifest(repository, a);
    await reader.manifest(repository, a);
    expect(upstream.asked).toEqual([`manifests ${one} ${a}`]);
  });

  it('is answered each for itself: a slow or failing repository holds up no other', async () => {
    const { upstream, reader, repository } = setUp();
    upstream.tagTargets.set(`${one}:slow`, () => new Promise(() => undefined));
    upstream.tagTargets.set(`${one}:broken`, () => Promise.reject(new Error('broken')));
    const slow = reader.tagTarget(repository, parseTagName('slow'));
    const broken = reader.tagTarget(repository, parseTagName('broken'));
    await expect(broken).rejects.toThrow('broken');
    expect((await reader.tagTarget(repository, parseTagName('1')))?.digest).toBe(a);
    expect(upstream.asked).toHaveLength(2);
    expect(slow).toBeInstanceOf(Promise);
  });
});

describe('a reference', () => {
  it('finds its registry by name or alias, whatever the case', async () => {
    const { upstream, reader } = setUp();
    for (const text of [
      'registry.example/team/one:1',
      'Registry.Example/team/one:1',
      'alias.example:5000/team/one:1',
    ]) {
      expect((await reader.locate(text)).repository.registry).toBe(upstream);
    }
  });

  it('of a registry that is not configured is an error that says so', async () => {
    const { reader } = setUp();
    await expect(reader.locate('quay.io/a/b')).rejects.toMatchObject({ code: 'REGISTRY_UNKNOWN' });
  });

  it('with a digest finds an image only where the repository holds it', async () => {
    const { reader, repository } = setUp();
    const held = { repository, tag: undefined, digest: a };
    expect((await findImage(reader, held, undefined))?.digest).toBe(a);
    const elsewhere = { ...held, repository: { ...repository, name: two } };
    expect(await findImage(reader, elsewhere, undefined)).toBeUndefined();
  });
});

describe('what the viewer may not read', () => {
  const mayGetOnly: Access = { may: (_, verb) => Promise.resolve(verb !== 'inspect') };
  const nothing: Access = { may: () => Promise.resolve(false) };
  const notOne: Access = {
    may: (_, __, resource) => Promise.resolve(!('repository' in resource && resource.repository === one)),
  };

  it('answers as what does not exist, and asks nothing upstream', async () => {
    const { upstream, reader, repository } = setUp(notOne);
    expect(await reader.tagTarget(repository, parseTagName('1'))).toBeUndefined();
    expect(await reader.manifest(repository, a)).toBeUndefined();
    expect(await reader.tagPage(repository, { size: 1 })).toBeUndefined();
    expect(await reader.tagNames(repository)).toBeUndefined();
    expect(await reader.referrers(repository, a, undefined)).toBeUndefined();
    expect(await reader.description(repository)).toBeUndefined();
    expect(await reader.mayList(repository)).toBe(false);
    expect(upstream.asked).toEqual([]);
  });

  it('is told apart by verb: tags without manifests', async () => {
    const { reader, repository } = setUp(mayGetOnly);
    expect((await reader.tagTarget(repository, parseTagName('1')))?.digest).toBe(a);
    expect(await reader.manifest(repository, a)).toBeUndefined();
  });

  it('makes a hidden registry answer as one that is not configured', async () => {
    const { reader } = setUp(nothing);
    expect(await reader.registries()).toEqual([]);
    expect(await reader.registry('registry.example')).toBeUndefined();
    const hidden: unknown = await reader.locate('registry.example/team/one').catch((error: unknown) => error);
    const unknown: unknown = await reader.locate('quay.example/team/one').catch((error: unknown) => error);
    const message = ({ message }: Error): string => message.replace('registry.example', 'quay.example');
    expect(message(hidden as Error)).toBe(message(unknown as Error));
  });
});
