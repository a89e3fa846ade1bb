import { dockerHubPersona, redHatPersona, robot } from '../../demo/index.ts';
import type { SampleRegistryOptions } from '../../demo/registry-server.ts';
import { vendors } from '../../src/registries/index.ts';
import { openRegistry } from '../registries/open-registry.ts';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import { fillStore } from './content.ts';
import { describeRegistry, type Expectations, type Subject } from './registry.ts';

interface Adapter extends Expectations {
  readonly kind: keyof typeof vendors;
  readonly persona: SampleRegistryOptions;
  readonly credentials?: { readonly username: string; readonly password: string };
}

const adapters: readonly Adapter[] = [
  {
    kind: 'oci',
    catalog: 'supported',
    descriptions: 'not supported',
    tagDetails: 'not supported',
    referrers: 'by the API',
    unknownRepository: 'undefined',
    persona: {},
  },
  {
    kind: 'docker-hub',
    catalog: 'not supported',
    descriptions: 'supported',
    tagDetails: 'supported',
    referrers: 'by the API',
    unknownRepository: 'UPSTREAM_UNAUTHORIZED',
    persona: dockerHubPersona,
  },
  {
    kind: 'red-hat',
    catalog: 'not supported',
    descriptions: 'not supported',
    tagDetails: 'not supported',
    referrers: 'by the fallback tag',
    unknownRepository: 'undefined',
    persona: redHatPersona,
    credentials: robot,
  },
];

async function start({ kind, persona, referrers, credentials }: Adapter): Promise<Subject> {
  const server = await createFaultyRegistry(persona);
  const way = { url: server.url, ...(credentials && { credentials }) };
  const { registry, close } = openRegistry(vendors[kind], way);
  return {
    registry,
    server,
    content: fillStore(server.store, referrers === 'by the fallback tag'),
    async close() {
      await close();
      await server.close();
    },
  };
}

for (const adapter of adapters) describeRegistry(adapter.kind, adapter, () => start(adapter));
