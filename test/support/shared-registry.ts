import { createSampleRegistry } from '../../demo/registry-server.ts';
import { seed } from './registry-seed.ts';

/** Who asked a registry for what, and when. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string;
  /** Milliseconds, as of `performance.now()`. */
  readonly at: number;
}

/** A registry that several gateways share, and that notes who of them asks. */
export interface SharedRegistry {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Points a tag at an image that only this content has; answers its digest. */
  readonly move: (repository: string, tag: string, content: string) => string;
  readonly close: () => Promise<void>;
}

export async function startSharedRegistry(): Promise<SharedRegistry> {
  const seen: Seen[] = [];
  const registry = createSampleRegistry({
    intercept: async ({ request: { method, path, headers }, answer, send }) => {
      seen.push({ method, path, userAgent: headers['user-agent'] ?? '', at: performance.now() });
      send(await answer());
    },
  });
  const { url } = await registry.listen(0);
  return {
    url,
    seen,
    move: (repository, tag, content) =>
      seed(registry.store).image(repository, tag, { labels: { content }, updatedAt: Date.now() }).digest,
    close: () => registry.close(),
  };
}
