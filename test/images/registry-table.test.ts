import { describe, expect, it } from '@jest/globals';
import type { CallerCredential } from '../../src/access/callers/callers.ts';
import { parseRepositoryName, parseTagName } from '../../src/domain/reference.ts';
import { createRegistryTable } from '../../src/images/registry-table.ts';
import { unattendedRegistry } from '../../src/images/unconfigured-registry.ts';
import { createSecret } from '../../src/lib/secret.ts';
import { ask, createFakeRegistry, digest } from '../support/fake-registry.ts';

const common = createFakeRegistry(() => 0, 'common.example');
const nobodys = createFakeRegistry(() => 0, 'own.example');
const alices = createFakeRegistry(() => 0, 'own.example');
const alice: CallerCredential = { callers: 'corp', id: 'alice', token: createSecret('a') };

const registries = createRegistryTable([
  { registry: common, aliases: [] },
  {
    registry: unattendedRegistry(nobodys),
    aliases: ['alias.example'],
    as: (caller) => (caller?.id === 'alice' ? alices : nobodys),
  },
]);

describe('the configured registries', () => {
  it('are found by name and alias, in any case, as they are for one caller', () => {
    const table = registries.as(alice);
    expect(table.all).toEqual([common, alices]);
    for (const name of ['own.example', 'OWN.example', 'Alias.example']) expect(table.find(name)).toBe(alices);
    expect(table.find('common.example')).toBe(common);
    expect(table.find('none.example')).toBeUndefined();
    expect(registries.as(undefined).find('own.example')).toBe(nobodys);
  });

  it('are the same for all where none is read with the credentials of callers', () => {
    const same = createRegistryTable([{ registry: common, aliases: [] }]);
    expect(same.as(alice).find('common.example')).toBe(same.find('common.example'));
  });
});

describe('a registry that is read with the credentials of callers, for the gateway itself', () => {
  it('answers nothing, and is not asked', async () => {
    const registry = registries.find('own.example')!;
    const repository = parseRepositoryName('team/app');
    const questions = [
      ...registry.resolveTags(repository, [parseTagName('1')], ask()),
      ...registry.manifests(repository, [digest('a')], ask()),
      ...registry.holds(repository, 'blobs', [digest('a')], ask()),
      registry.tags(repository, { size: 1 }, ask()),
      registry.tagNames(repository, ask()),
      registry.referrers(repository, digest('a'), undefined, ask()),
    ];
    expect(questions).toHaveLength(6);
    for (const question of questions)
      await expect(question).rejects.toMatchObject({ code: 'UNSUPPORTED', details: { registry: 'own.example' } });
    expect([...nobodys.asked, ...alices.asked]).toEqual([]);
    expect([registry.state().status, registry.repositories]).toEqual(['UP', undefined]);
  });
});
