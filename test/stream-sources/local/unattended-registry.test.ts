import { expect, it } from '@jest/globals';
import { parseRepositoryName, parseTagName } from '../../../src/domain/reference.ts';
import { unattendedRegistry } from '../../../src/images/unconfigured-registry.ts';
import { readImages } from '../../../src/stream-sources/local/read-images.ts';
import { ask, createFakeRegistry, digest } from '../../support/fake-registry.ts';

it.each(['PRESERVE_ORIGINAL', 'LEGACY'] as const)(
  'an import that nobody waits for fails in words where the registry is read with the credential of who asks: %s',
  async (importMode) => {
    const registry = createFakeRegistry(() => 0, 'own.example');
    const image = {
      ...{ registry: unattendedRegistry(registry), repository: parseRepositoryName('team/app') },
      ...{ tag: parseTagName('1'), digest: undefined },
    };
    const wishes = [image, { ...image, digest: digest('a') }].map((wanted) => ({ image: wanted, importMode }));
    const refused = { kind: 'FAILED', error: expect.objectContaining({ code: 'UNSUPPORTED' }) };
    expect(await readImages(wishes, new Set(), ask())).toEqual([refused, refused]);
    expect(registry.asked).toEqual([]);
  },
);
