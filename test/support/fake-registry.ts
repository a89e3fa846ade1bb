import { parseDigest, type Digest } from '../../src/domain/digest.ts';
import type { Descriptor } from '../../src/domain/descriptor.ts';
import type { Manifest } from '../../src/domain/manifest.ts';
import { parseRegistryName, type RepositoryName, type TagName } from '../../src/domain/reference.ts';
import type { Ask, Registry, TagTarget } from '../../src/domain/registry.ts';

/** A question for a registry, with a signal of its own. */
export function ask(signal: AbortSignal = new AbortController().signal): Ask {
  return { signal, cost: { upstreamRequests: 0, cacheHits: 0, coalesced: 0 } };
}

/** A digest made of one hex digit. */
export function digest(digit: string): Digest {
  return parseDigest(`sha256:${digit.repeat(64)}`);
}

export interface FakeRegistry extends Registry {
  /** What was asked, in order: `manifests library/nginx sha256:aaa`. */
  readonly asked: string[];
  /** What tags point at; a function may reject. */
  readonly tagTargets: Map<string, () => Promise<Digest | undefined>>;
  /** Which repository holds which manifests and blobs. */
  readonly held: Map<string, Set<Digest>>;
  /** Set to make every question fail. */
  failure: Error | undefined;
}

/** A registry in memory that answers by the port, for what is above it. */
export function createFakeRegistry(now: () => number, name = 'registry.example'): FakeRegistry {
  const asked: string[] = [];
  const tagTargets = new Map<string, () => Promise<Digest | undefined>>();
  const held = new Map<string, Set<Digest>>();
  const fresh = () => ({ state: 'FRESH' as const, fetchedAt: now() });
  const holds = (repository: RepositoryName, what: Digest): boolean => held.get(repository)?.has(what) ?? false;

  const fake: FakeRegistry = {
    name: parseRegistryName(name),
    kind: 'fake',
    url: `https://${name}`,
    asked,
    tagTargets,
    held,
    failure: undefined,
    resolveTags: (repository, tags) => {
      asked.push(`resolveTags ${repository} ${tags.join(' ')}`);
      return tags.map((tag) => resolve(repository, tag));
    },
    manifests: (repository, digests) => {
      asked.push(`manifests ${repository} ${digests.join(' ')}`);
      return digests.map((wanted) => answer(holds(repository, wanted) ? manifest(wanted) : undefined));
    },
    blobs: (repository, descriptors: readonly Descriptor[]) => {
      asked.push(`blobs ${repository} ${descriptors.map((descriptor) => descriptor.digest).join(' ')}`);
      return descriptors.map((descriptor) =>
        answer(holds(repository, descriptor.digest) ? new Uint8Array(descriptor.size) : undefined),
      );
    },
    holds: (repository, what, digests) => {
      asked.push(`holds ${what} ${repository} ${digests.join(' ')}`);
      return digests.map((wanted) => answer(holds(repository, wanted)));
    },
    tags: (repository, { size, token }) => {
      asked.push(`tags ${repository} ${String(size)} ${token ?? ''}`);
      return answer({ tags: [], next: undefined, freshness: fresh() });
    },
    tagNames: (repository) => {
      asked.push(`tagNames ${repository}`);
      return answer({ names: [], truncated: false, freshness: fresh() });
    },
    referrers: (repository, wanted) => {
      asked.push(`referrers ${repository} ${wanted}`);
      return answer({ descriptors: [], freshness: fresh() });
    },
    state: () => ({ status: 'UP', latencyMs: undefined, lastError: undefined, rateLimit: undefined }),
  };

  async function resolve(repository: RepositoryName, tag: TagName): Promise<TagTarget | undefined> {
    if (fake.failure !== undefined) throw fake.failure;
    const found = await tagTargets.get(`${repository}:${tag}`)?.();
    return found && { digest: found, mediaType: undefined, freshness: fresh() };
  }

  function answer<T>(value: T): Promise<T> {
    return fake.failure === undefined ? Promise.resolve(value) : Promise.reject(fake.failure);
  }

  function manifest(wanted: Digest): Manifest {
    return {
      digest: wanted,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      bytes: new Uint8Array(100),
      content: {
        kind: 'INDEX',
        manifests: [],
        attestations: [],
        artifactType: undefined,
        subject: undefined,
        annotations: new Map(),
      },
      freshness: fresh(),
    };
  }

  return fake;
}
