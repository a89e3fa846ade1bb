import { ask } from './ask.ts';
import { startUpstream } from './cold.ts';
import { configOf, startGatewayProcess } from './gateway.ts';
import type { Row } from './row.ts';
import { platformCount } from './sample.ts';

const listingQuery = `query Listing($reference: String!) {
  repository(reference: $reference) {
    tags(first: 100) {
      nodes { digest updatedAt image { digest kind platforms { name digest size } } }
    }
  }
}`;

interface ListingAnswer {
  readonly repository: {
    readonly tags: {
      readonly nodes: readonly {
        readonly updatedAt: string | null;
        readonly image: { readonly platforms: readonly { readonly size: number | null }[] };
      }[];
    };
  };
}

/** A page of 100 tags of Docker Hub with digests, dates and platforms: one call. */
export async function measureHubListing(): Promise<readonly Row[]> {
  const upstream = await startUpstream();
  try {
    const gateway = await startGatewayProcess(configOf({ name: 'docker.io', kind: 'docker-hub', port: upstream.port }));
    try {
      const { ms, data } = await ask(`${gateway.url}/graphql`, listingQuery, { reference: 'docker.io/team/app' });
      const { nodes } = (data as ListingAnswer).repository.tags;
      const platforms = nodes.flatMap(({ image }) => image.platforms);
      const isWhole =
        platforms.every(({ size }) => size !== null) && nodes.every(({ updatedAt }) => updatedAt !== null);
      if (nodes.length !== 100 || platforms.length !== 100 * platformCount || !isWhole) {
        throw new Error(`the listing is not whole: ${nodes.length} tags, ${platforms.length} platforms`);
      }
      const requests = await upstream.ask('what came');
      const value = `${requests.length} upstream request for a page of ${nodes.length} tags; ${ms.toFixed(0)} ms`;
      return [{ name: 'hub: listing', value, ratio: requests.length, target: 1 }];
    } finally {
      await gateway.stop();
    }
  } finally {
    await upstream.stop();
  }
}
