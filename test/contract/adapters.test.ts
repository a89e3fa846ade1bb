import { dockerHubPersona } from '../../demo/index.ts';
import type { SampleRegistryOptions } from '../../demo/registry-server.ts';
import { vendors } from '../../src/registries/index.ts';
import { openRegistry } from '../registries/open-registry.ts';
import { createFaultyRegistry } from '../support/faulty-registry.ts';
import { fillStore } from './content.ts';
import { describeRegistry, type Expectations, type Subject } from './registry.ts';

const robot = { username: '1234567|contract', password: 'good for nothing else' };

/** The habits of Red Hat's registry, in short. */
const redHat: SampleRegistryOptions = {
  access: {
    kind: 'token',
    service: 'docker-registry',
    realmPath: '/auth/realms/rhcc/protocol/redhat-docker-v2/auth',
    lifetimeSeconds: 300,
    anonymous: false,
    credentials: robot,
  },
  catalog: false,
  referrers: false,
  paging: { standard: 100, most: 100, excess: 'clamp' },
  missing: 'unknown',
};

interface Adapter extends Expectations {
  readonly kind: keyof typeof vendors;
  readonly persona: SampleRegistryOptions;
  readonly credentials?: typeof robot;
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
    persona: redHat,
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
