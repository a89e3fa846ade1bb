import { expect, it } from '@jest/globals';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import { startTestGateway } from '../support/gateway.ts';
import { registryEntry } from '../support/registry-entry.ts';
import { seed } from '../support/registry-seed.ts';

it('says of tags whether their repository is watched', async () => {
  const registry = await createFaultyRegistry();
  for (const repository of ['team/app', 'other/app']) seed(registry.store).image(repository, '1');
  const gateway = await startTestGateway(registryEntry(registry, { watch: { repositories: ['team/*'] } }));
  try {
    const tag = (repository: string) => `tag(reference: "${registry.host}/${repository}:1") { watched }`;
    expect(await gateway.data(`{ ours: ${tag('team/app')} theirs: ${tag('other/app')} }`)).toEqual({
      ours: { watched: true },
      theirs: { watched: false },
    });
  } finally {
    await gateway.stop();
    await registry.close();
  }
});
